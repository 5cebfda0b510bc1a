import { describe, expect, test } from "vitest";
import { sealed, type ToHost, unsealed } from "./protocol";

const frame = {};
const from = { origin: "https://chat.example", source: frame };
const ours = sealed({ type: "close" });
const event = (data: unknown, origin = from.origin, source: unknown = frame): Pick<MessageEvent, "data" | "origin" | "source"> => ({
  data,
  origin,
  source: source as MessageEventSource | null,
});

describe("a message is ours", () => {
  test("when origin and source are both right", () => {
    expect(unsealed<ToHost>(event(ours), from)).toMatchObject({ type: "close" });
  });

  test.each([
    ["another origin", event(ours, "https://evil.example")],
    ["a prefix of the origin", event(ours, "https://chat.example.evil.example")],
    ["another window of the right origin", event(ours, from.origin, {})],
    ["no source", event(ours, from.origin, null)],
    ["words of another script", event({ type: "close" })],
    ["another version", event({ warmline: 2, type: "close" })],
    ["a string", event("close")],
    ["nothing", event(null)],
    ["no type", event({ warmline: 1 })],
  ])("and not with %s", (_, heard) => {
    expect(unsealed(heard, from)).toBeNull();
  });

  test("and never before there is a frame", () => {
    expect(unsealed(event(ours, from.origin, undefined), { origin: from.origin, source: undefined })).toBeNull();
  });
});
