import { beforeEach, expect, test, vi } from "vitest";
import { openSession, Refusal } from "./http";

const OPENING = { account: "larkfield", locale: "en", identity: null, page: null };
const asked: { token: string | null; identity: string | null }[] = [];

/** Answers each request in turn with a session or a refusal's code. */
function answers(...codes: (string | null)[]): void {
  const next = [...codes];
  vi.stubGlobal("fetch", async (_: string, init: RequestInit) => {
    asked.push(JSON.parse(String(init.body)) as (typeof asked)[number]);
    const code = next.shift() ?? null;
    return code === null ? Response.json({ token: `t${asked.length}` }, { status: 201 }) : Response.json({ code }, { status: 401 });
  });
}

beforeEach(() => {
  localStorage.clear();
  asked.length = 0;
});

test("the token is kept and renewed at the next visit", async () => {
  answers();
  await openSession(OPENING);
  await openSession(OPENING);
  expect(asked.map((body) => body.token)).toEqual([null, "t1"]);
});

test("a token of another account is not shown to this one", async () => {
  answers();
  await openSession(OPENING);
  await openSession({ ...OPENING, account: "fjord" });
  expect(asked.map((body) => body.token)).toEqual([null, null]);
});

test("a token that the server does not take is forgotten, and asked for anew", async () => {
  answers(null, "visitor_token_invalid", null);
  await openSession(OPENING);
  expect((await openSession(OPENING)).token).toBe("t3");
  expect(asked.map((body) => body.token)).toEqual([null, "t1", null]);
});

test("a proof of identity that is wrong does not keep the customer from talking", async () => {
  const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  answers("identity_invalid", null);
  await openSession({ ...OPENING, identity: "forged" });
  expect(asked.map((body) => body.identity)).toEqual(["forged", null]);
  expect(warned).toHaveBeenCalledOnce();
});

test("a refusal without a way out is one", async () => {
  answers("visitor_token_invalid");
  await expect(openSession(OPENING)).rejects.toBeInstanceOf(Refusal);
});
