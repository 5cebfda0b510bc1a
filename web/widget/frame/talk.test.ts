import type { Wire } from "@warmline/kit/socket";
import type { Message } from "@warmline/kit/thread";
import type { Event, EventData, WidgetIn, WidgetOut } from "@warmline/wire/frames";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Talk } from "./talk";

const SAID = { quick_replies: [], citations: [], notice: null, in_reply_to: null, client_id: null };
const CUSTOMER = { visitor_id: "v", name: null, email: null, customer_number: null, level: "anonymous" } as const;

/**
 * A server as the contract says: appends to one log, knows client ids, sends public events only, answers everything
 * with an echo. `cutAt` loses that frame (counted over both directions) and every socket with it.
 */
class Server {
  log: Event[] = [];
  wires = new Set<Wire>();
  frames = 0;
  connections = 0;
  cutAt = -1;
  #accepted = new Map<string, { message_id: string; seq: number }>();

  connect = (): Wire => {
    const wire: Wire = { onopen: null, onmessage: null, onclose: null, send: (text) => this.#in(wire, text), close: () => this.wires.delete(wire) };
    this.connections++;
    this.wires.add(wire);
    queueMicrotask(() => wire.onopen?.());
    return wire;
  };

  append(data: EventData): Event {
    // Every other number belongs to an event that customers do not see.
    const seq = this.log.length * 2 + 1;
    const event: Event = { conversation_id: "c", seq, id: seq, at: "2026-05-12T10:00:00Z", actor: { kind: "bot", id: null, name: null }, versions: {}, data };
    const after = this.log.at(-1)?.seq ?? 0;
    this.log.push(event);
    for (const wire of [...this.wires]) this.#out(wire, { type: "event", event, after });
    return event;
  }

  cut(code = 1006): void {
    for (const wire of [...this.wires]) {
      this.wires.delete(wire);
      wire.onclose?.({ code });
    }
  }

  #lost(): boolean {
    if (this.frames++ !== this.cutAt) return false;
    this.cut();
    return true;
  }

  #out(wire: Wire, frame: WidgetOut): void {
    if (!this.wires.has(wire) || this.#lost()) return;
    wire.onmessage?.({ data: JSON.stringify(frame) });
  }

  #in(wire: Wire, text: string): void {
    if (!this.wires.has(wire) || this.#lost()) return;
    const frame = JSON.parse(text) as WidgetIn;
    // An answer is never there before the call returns.
    queueMicrotask(() => this.#hear(wire, frame));
  }

  #hear(wire: Wire, frame: WidgetIn): void {
    if (frame.type === "hello") {
      const conversation = this.log.length
        ? { id: "c", state: "with_bot" as const, agent: null, last_seq: this.log.at(-1)!.seq, read_seq: 0, position: null }
        : null;
      const events = this.log.filter((event) => event.seq > (frame.last_seq ?? 0));
      return this.#out(wire, { type: "welcome", customer: CUSTOMER, conversation, events, start_over: false, heartbeat_seconds: 30 });
    }
    if (frame.type === "ping") return this.#out(wire, { type: "pong" });
    if (frame.type !== "send") return;
    const known = this.#accepted.get(frame.client_id);
    if (!known) {
      const message_id = `m${this.log.length}`;
      // The row is there first; then the others hear of it.
      const seq = this.log.length * 2 + 1;
      this.#accepted.set(frame.client_id, { message_id, seq });
      this.append({ type: "message.received", message_id, text: frame.text, payload: null, client_id: frame.client_id });
      this.append({ type: "message.sent", ...SAID, message_id: `a${this.log.length}`, text: `echo ${frame.text}` });
    }
    const stored = this.#accepted.get(frame.client_id)!;
    this.#out(wire, { type: "accepted", client_id: frame.client_id, conversation_id: "c", ...stored });
  }
}

function talkWith(server: Server, expired = vi.fn()): Talk {
  return new Talk({
    url: "ws://x",
    token: () => "t",
    locale: () => "en",
    page: () => null,
    keep: sessionStorage,
    key: "box",
    change: () => undefined,
    expired,
    socket: { connect: server.connect, page: null, chance: () => 0 },
  });
}

const texts = (talk: Talk): string[] => talk.now.thread.items.filter((item): item is Message => item.kind === "message").map((item) => item.text);
const logged = (server: Server): string[] => server.log.map((event) => ("text" in event.data ? event.data.text! : ""));

/** A burst of five messages, some of them written while the answer to another is on its way. */
async function burst(server: Server): Promise<Talk> {
  const talk = talkWith(server);
  talk.start();
  await vi.advanceTimersByTimeAsync(1);
  talk.send("one");
  talk.send("two");
  await vi.advanceTimersByTimeAsync(1);
  talk.send("three");
  await vi.advanceTimersByTimeAsync(1);
  talk.send("four");
  talk.send("five");
  await vi.advanceTimersByTimeAsync(120_000);
  return talk;
}

beforeEach(() => {
  vi.useFakeTimers();
  sessionStorage.clear();
});
afterEach(() => vi.useRealTimers());

describe("a socket that is cut", async () => {
  vi.useFakeTimers();
  const calm = new Server();
  await burst(calm);
  vi.useRealTimers();
  const frames = Array.from({ length: Math.min(calm.frames, 40) }, (_, index) => index);

  test("the burst has frames both ways", () => expect(calm.frames).toBeGreaterThan(20));

  test.each(frames)("at frame %i loses nothing and doubles nothing", async (cutAt) => {
    const server = new Server();
    server.cutAt = cutAt;
    const talk = await burst(server);
    expect(logged(server).filter((text) => !text.startsWith("echo")).sort()).toEqual(["five", "four", "one", "three", "two"]);
    expect(texts(talk)).toEqual(logged(server));
    expect(talk.now.pending).toEqual([]);
    expect(talk.now.phase).toBe("live");
    talk.stop();
  });

  test("keeps the words over a reload before they were accepted", async () => {
    const server = new Server();
    const before = talkWith(server);
    before.send("written while offline");
    const after = talkWith(server);
    after.start();
    await vi.advanceTimersByTimeAsync(1);
    expect(texts(after)).toEqual(["written while offline", "echo written while offline"]);
    expect(after.now.pending).toEqual([]);
  });
});

describe("what is heard", () => {
  test("two tabs are in step", async () => {
    const server = new Server();
    const [left, right] = [talkWith(server), new Talk({ ...optionsOf(server), key: "other" })];
    left.start();
    right.start();
    await vi.advanceTimersByTimeAsync(1);
    left.send("hello");
    await vi.advanceTimersByTimeAsync(1);
    expect(texts(left)).toEqual(["hello", "echo hello"]);
    expect(texts(right)).toEqual(texts(left));
  });

  test("an event that comes late makes it ask for all again", async () => {
    const server = new Server();
    const talk = await burst(server);
    const wire = [...server.wires][0]!;
    const late: Event = { ...server.log[0]!, seq: 2, data: { type: "message.sent", ...SAID, message_id: "late", text: "late" } };
    server.log.splice(1, 0, late);
    wire.onmessage?.({ data: JSON.stringify({ type: "event", event: late, after: 1 }) });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(texts(talk)).toEqual(logged(server));
    expect(server.connections).toBe(2);
  });

  test("a frame that comes after one we never had makes it resume from where we are", async () => {
    const server = new Server();
    const talk = await burst(server);
    const wire = [...server.wires][0]!;
    const missed: Event = { ...server.log[0]!, seq: 101, data: { type: "message.sent", ...SAID, message_id: "x1", text: "missed" } };
    const heard: Event = { ...missed, seq: 103, data: { type: "message.sent", ...SAID, message_id: "x2", text: "heard" } };
    server.log.push(missed, heard);
    wire.onmessage?.({ data: JSON.stringify({ type: "event", event: heard, after: 101 }) });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(texts(talk)).toEqual(logged(server));
    expect(server.connections).toBe(2);
  });

  test("a refusal stays at its message until it is tried again", async () => {
    const server = new Server();
    const talk = talkWith(server);
    talk.start();
    await vi.advanceTimersByTimeAsync(1);
    talk.send("too fast");
    const { client_id } = talk.now.pending[0]!;
    const problem = { status: 429, code: "rate_limited", detail: "", retry_after: 2 };
    [...server.wires][0]!.onmessage?.({ data: JSON.stringify({ type: "refused", client_id, problem }) });
    expect(talk.now.pending[0]).toMatchObject({ state: "refused", code: "rate_limited" });
    talk.retry(client_id);
    await vi.advanceTimersByTimeAsync(1);
    expect(texts(talk)).toContain("too fast");
  });

  test("typing ends with the message, or by itself", async () => {
    const server = new Server();
    const talk = await burst(server);
    const wire = [...server.wires][0]!;
    const dots = JSON.stringify({ type: "typing", conversation_id: "c", who: { kind: "agent", id: "a", name: "Maya" }, on: true });
    wire.onmessage?.({ data: dots });
    expect(talk.now.typing).toEqual({ kind: "agent", name: "Maya" });
    server.append({ type: "message.sent", ...SAID, message_id: "x", text: "Hi" });
    expect(talk.now.typing).toBeNull();
    wire.onmessage?.({ data: dots });
    await vi.advanceTimersByTimeAsync(10_001);
    expect(talk.now.typing).toBeNull();
  });

  test("a token that is no longer good is said once, and a new one goes on", async () => {
    const server = new Server();
    const expired = vi.fn();
    const talk = talkWith(server, expired);
    talk.start();
    await vi.advanceTimersByTimeAsync(1);
    server.cut(4401);
    expect(expired).toHaveBeenCalledOnce();
    talk.start();
    await vi.advanceTimersByTimeAsync(1);
    expect(talk.now.phase).toBe("live");
  });
});

function optionsOf(server: Server): ConstructorParameters<typeof Talk>[0] {
  return {
    url: "ws://x",
    token: () => "t",
    locale: () => "en",
    page: () => null,
    keep: null,
    key: "box",
    change: () => undefined,
    expired: () => undefined,
    socket: { connect: server.connect, page: null, chance: () => 0 },
  };
}
