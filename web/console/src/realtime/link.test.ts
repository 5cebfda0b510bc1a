import type { Wire } from "@warmline/kit/socket";
import type { ConsoleIn, ConsoleOut } from "@warmline/wire/frames";
import { afterEach, describe, expect, it, vi } from "vitest";
import { heard, line, ROBIN, said } from "../testing/builders";
import { Link } from "./link";

/** A server end that a test plays by hand. */
class FakeWire implements Wire {
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  onclose: ((close: { code: number }) => void) | null = null;
  readonly sent: ConsoleIn[] = [];

  send(text: string): void {
    this.sent.push(JSON.parse(text) as ConsoleIn);
  }

  close(): void {
    this.onclose?.({ code: 1000 });
  }

  say(frame: ConsoleOut): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  welcome(over: Partial<Extract<ConsoleOut, { type: "welcome" }>> = {}): void {
    this.onopen?.();
    this.say({
      type: "welcome",
      agent: ROBIN,
      permissions: [],
      last_id: 7,
      changed: [],
      start_over: false,
      heartbeat_seconds: 30,
      ...over,
    });
  }
}

function rig() {
  const wires: FakeWire[] = [];
  const told = { startOver: vi.fn(), signedOut: vi.fn(), changed: vi.fn() };
  const make = (): Link =>
    new Link({
      csrf: "token",
      agentId: ROBIN.id,
      ...told,
      socket: {
        connect: () => {
          const wire = new FakeWire();
          wires.push(wire);
          return wire;
        },
        timers: { set: (run, ms) => (ms < 1000 ? queueMicrotask(run) : undefined), clear: () => undefined },
        chance: () => 0,
        page: null,
      },
    });
  const link = make();
  link.start();
  const wire = (): FakeWire => wires.at(-1)!;
  return { link, wire, wires, told, make };
}

const reply = { conversation_id: "c1", kind: "reply", text: "Hello Ana", citations: [] } as const;
const sentReplies = (wire: FakeWire) => wire.sent.filter(({ type }) => type === "reply");

afterEach(() => vi.unstubAllGlobals());

function serveEvents(items: unknown[]): void {
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json({ items, last_seq: items.length })));
}

describe("a reply", () => {
  it("goes out again with the same client id after a cut, and is not doubled on the screen", async () => {
    serveEvents([heard(1, "hi")]);
    const { link, wire } = rig();
    wire().welcome();
    link.open("c1");
    await vi.waitFor(() => expect(link.opened.read().get("c1")?.name).toBe("ready"));
    const id = link.write({ ...reply, citations: [] });
    const first = wire();
    first.onclose?.({ code: 1012 });
    await vi.waitFor(() => expect(wire()).not.toBe(first));
    wire().welcome();
    expect(
      [...sentReplies(first), ...sentReplies(wire())].map((frame) => "client_id" in frame && frame.client_id),
    ).toEqual([id, id]);

    wire().say({ type: "accepted", client_id: id, conversation_id: "c1", message_id: "m2", seq: 2 });
    expect(link.outbox.read()[0]?.state).toBe("accepted");
    wire().say({ type: "event", event: said(2, "Hello Ana", id), after: 1 });
    expect(link.outbox.read()).toEqual([]);
    wire().say({ type: "event", event: said(2, "Hello Ana", id), after: 1 });
    expect(link.opened.read().get("c1")?.thread.items).toHaveLength(2);
  });

  it("written while offline waits and survives a reload", () => {
    const { link, make } = rig();
    link.write({ ...reply, citations: [] });
    expect(make().outbox.read()[0]?.body.text).toBe("Hello Ana");
  });

  it("that is refused keeps its words and the reason, and can be tried again", () => {
    const { link, wire } = rig();
    wire().welcome();
    const id = link.write({ ...reply, citations: [] });
    wire().say({
      type: "refused",
      client_id: id,
      problem: { status: 409, code: "not_owner", detail: "Kim has it.", retry_after: null },
    });
    expect(link.outbox.read()[0]).toMatchObject({ state: "refused", code: "not_owner" });
    expect(link.refusals.get(id)?.detail).toBe("Kim has it.");
    link.again(id);
    expect(sentReplies(wire())).toHaveLength(2);
  });
});

describe("the link", () => {
  it("asks again from the last event when one is missing", async () => {
    serveEvents([heard(1, "hi")]);
    const { link, wire } = rig();
    wire().welcome();
    link.open("c1");
    await vi.waitFor(() => expect(link.opened.read().get("c1")?.name).toBe("ready"));
    wire().say({ type: "event", event: heard(3, "third"), after: 2 });
    expect(wire().sent.at(-1)).toEqual({ type: "watch", conversation_id: "c1", last_seq: 1 });
    wire().say({
      type: "watching",
      conversation_id: "c1",
      events: [heard(2, "second"), heard(3, "third")],
      start_over: false,
    });
    expect(link.opened.read().get("c1")?.thread.lastSeq).toBe(3);
  });

  it("says how far it was when it comes back, and reads the lists again when too much was missed", async () => {
    const { wire, told } = rig();
    wire().welcome();
    const first = wire();
    first.onclose?.({ code: 1012 });
    await vi.waitFor(() => expect(wire()).not.toBe(first));
    wire().welcome({ start_over: true, last_id: 90, changed: [line("a")] });
    expect(wire().sent[0]).toEqual({ type: "hello", csrf: "token", last_id: 7 });
    expect(told.startOver).toHaveBeenCalledOnce();
  });

  it("tells when the session is over", () => {
    const { wire, told } = rig();
    wire().welcome();
    wire().onclose?.({ code: 4401 });
    expect(told.signedOut).toHaveBeenCalledOnce();
  });

  it("forgets that somebody types when their words arrive", async () => {
    serveEvents([heard(1, "hi")]);
    const { link, wire } = rig();
    wire().welcome();
    link.open("c1");
    await vi.waitFor(() => expect(link.opened.read().get("c1")?.name).toBe("ready"));
    wire().say({ type: "typing", conversation_id: "c1", who: { kind: "customer", id: null, name: "Ana" }, on: true });
    expect(link.typing.read().get("c1")?.name).toBe("Ana");
    wire().say({ type: "event", event: heard(2, "so"), after: 1 });
    expect(link.typing.read().size).toBe(0);
  });
});
