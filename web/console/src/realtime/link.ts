/**
 * The console's end of `/ws/console`: one socket for the whole app, on the kit's connection and outbox.
 *
 * Holds what must outlive a screen: list lines, opened conversations, who is typing, and what was written but is not yet
 * safe at the server. A staff socket gets every event, so a hole in the numbers means "watch again from the last one".
 */
import { newId } from "@warmline/kit/ids";
import { type Entry, Outbox } from "@warmline/kit/outbox";
import { Socket, type SocketOptions, socketUrl } from "@warmline/kit/socket";
import { unreachable } from "@warmline/kit/unreachable";
import type { Phase } from "@warmline/kit/connection";
import type { CitationUse, ConsoleIn, ConsoleOut, ConversationSummary, Event, Problem } from "@warmline/wire/frames";
import { api } from "../api/client";
import { asProblem, type Problem as HttpProblem } from "../api/problem";
import { type Book, upsert } from "./book";
import { type DeskThread, EMPTY, applyAll } from "./deskThread";
import { Store } from "./store";

export interface Written {
  conversation_id: string;
  kind: "reply" | "note";
  text: string;
  citations: CitationUse[];
}

export type Opened =
  | { name: "loading"; thread: DeskThread }
  | { name: "ready"; thread: DeskThread }
  | { name: "failed"; thread: DeskThread; problem: HttpProblem };

export interface TypingNow {
  name: string | null;
  until: number;
}

export interface LinkOptions {
  csrf: string;
  agentId: string;
  /** Called when the socket says that nobody is signed in any more. */
  signedOut: () => void;
  /** Called when too much was missed: read the lists again. */
  startOver: () => void;
  /** Called when list lines changed. */
  changed: () => void;
  keep?: Pick<Storage, "getItem" | "setItem" | "removeItem"> | null;
  socket?: Pick<SocketOptions<ConsoleIn, ConsoleOut>, "connect" | "timers" | "page" | "chance">;
}

const TYPING_ENDS_MS = 10_000;
const KEPT_THREADS = 12;
const CLOSE_SIGNED_OUT = 4401;

function sessionKeep(): Storage | null {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}

export class Link {
  readonly phase = new Store<Phase>({ name: "off" });
  readonly book = new Store<Book>(new Map());
  readonly opened = new Store<ReadonlyMap<string, Opened>>(new Map());
  readonly typing = new Store<ReadonlyMap<string, TypingNow>>(new Map());
  readonly outbox = new Store<readonly Entry<Written>[]>([]);
  /** The words of refusals, by client id; the outbox itself keeps their code. */
  readonly refusals = new Map<string, Problem>();

  readonly #options: LinkOptions;
  readonly #socket: Socket<ConsoleIn, ConsoleOut>;
  readonly #box: Outbox<Written>;
  readonly #watched = new Set<string>();
  #lastId = 0;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#box = new Outbox(
      options.keep === undefined ? sessionKeep() : options.keep,
      `warmline.outbox.${options.agentId}`,
    );
    this.outbox.set(this.#box.entries);
    this.#socket = new Socket<ConsoleIn, ConsoleOut>({
      url: socketUrl("/ws/console"),
      hello: () => ({ type: "hello", csrf: options.csrf, last_id: this.#lastId }),
      ping: { type: "ping" },
      hear: (frame) => this.#hear(frame),
      phase: (phase) => this.#phase(phase),
      ...options.socket,
    });
  }

  start(): void {
    this.#socket.start();
  }

  stop(): void {
    this.#socket.stop();
  }

  /** Tries at once instead of waiting. */
  nudge(): void {
    this.#socket.nudge();
  }

  learn(lines: readonly ConversationSummary[]): void {
    this.book.set(upsert(this.book.read(), lines));
  }

  /** Shows a conversation: what is known at once, the rest over HTTP, then live by the socket. */
  open(id: string): void {
    this.#watched.add(id);
    const known = this.opened.read().get(id);
    if (known?.name === "ready") return this.#watch(id);
    if (known?.name === "loading") return;
    this.#put(id, { name: "loading", thread: known?.thread ?? EMPTY });
    void this.#load(id);
  }

  leave(id: string): void {
    this.#watched.delete(id);
    this.#socket.send({ type: "unwatch", conversation_id: id });
    const keep = [...this.opened.read()]
      .filter(([other, { name }]) => other !== id || name === "ready")
      .slice(-KEPT_THREADS);
    this.opened.set(new Map(keep));
  }

  /** Writes a reply or a note. It is kept until the server has it; the same client id never makes two. */
  write(written: Written): string {
    const clientId = newId();
    this.#boxed(() => this.#box.add(clientId, written, Date.now()));
    this.#send(clientId, written);
    return clientId;
  }

  again(clientId: string): void {
    this.refusals.delete(clientId);
    const entry = this.#boxed(() => this.#box.again(clientId));
    if (entry) this.#send(clientId, entry.body);
  }

  /** Throws away a refused one and gives back its words. */
  discard(clientId: string): Written | null {
    const entry = this.#box.entries.find((one) => one.client_id === clientId);
    this.#boxed(() => this.#box.drop(clientId));
    return entry?.body ?? null;
  }

  sayTyping(conversation_id: string, on: boolean): void {
    this.#socket.send({ type: "typing", conversation_id, on });
  }

  #boxed<T>(change: () => T): T {
    const result = change();
    this.outbox.set(this.#box.entries);
    return result;
  }

  #send(client_id: string, { kind, conversation_id, text, citations }: Written): void {
    if (kind === "note") this.#socket.send({ type: "note", client_id, conversation_id, text });
    else this.#socket.send({ type: "reply", client_id, conversation_id, text, citations });
  }

  #phase(phase: Phase): void {
    this.phase.set(phase);
    if (phase.name === "ended" && phase.code === CLOSE_SIGNED_OUT) this.#options.signedOut();
    if (phase.name !== "live") return;
    for (const id of this.#watched) if (this.opened.read().get(id)?.name === "ready") this.#watch(id);
    for (const entry of this.#box.waiting) this.#send(entry.client_id, entry.body);
  }

  #hear(frame: ConsoleOut): void {
    switch (frame.type) {
      case "welcome": {
        // With nothing seen yet there is nothing to start over: the lists are being read anyway.
        if (frame.start_over && this.#lastId > 0) this.#options.startOver();
        this.#lastId = frame.last_id;
        this.learn(frame.changed);
        return this.#options.changed();
      }
      case "conversation":
        this.#lastId = Math.max(this.#lastId, frame.last_id);
        this.learn([frame.conversation]);
        return this.#options.changed();
      case "watching":
        return this.#catchUp(frame.conversation_id, frame.events, frame.start_over);
      case "event":
        return this.#event(frame.event);
      case "accepted":
        return void this.#boxed(() => this.#box.accepted(frame.client_id));
      case "refused":
        if (frame.client_id === null) return;
        this.refusals.set(frame.client_id, frame.problem);
        return this.#boxed(() => this.#box.refused(frame.client_id ?? "", frame.problem.code));
      case "typing":
        return this.#typing(
          frame.conversation_id,
          frame.on ? { name: frame.who.name, until: Date.now() + TYPING_ENDS_MS } : null,
        );
      case "pong":
      case "bye":
        return;
      default:
        return unreachable(frame, undefined);
    }
  }

  #event(event: Event): void {
    const id = event.conversation_id;
    const known = this.opened.read().get(id);
    if (known?.name !== "ready" || event.seq <= known.thread.lastSeq) return;
    if (event.seq > known.thread.lastSeq + 1) return this.#watch(id);
    this.#tell(id, known.thread, [event]);
  }

  #catchUp(id: string, events: readonly Event[], startOver: boolean): void {
    const known = this.opened.read().get(id);
    if (known === undefined) return;
    this.#tell(id, startOver ? EMPTY : known.thread, events);
  }

  #tell(id: string, thread: DeskThread, events: readonly Event[]): void {
    this.#put(id, { name: "ready", thread: applyAll(thread, events) });
    for (const { data } of events) {
      const mine = data.type === "message.sent" || data.type === "note.added" ? data.client_id : null;
      if (mine !== null) this.#boxed(() => this.#box.drop(mine));
      if (data.type === "message.received") this.#typing(id, null);
    }
  }

  async #load(id: string): Promise<void> {
    let thread = this.opened.read().get(id)?.thread ?? EMPTY;
    try {
      for (;;) {
        const page = await api.events(id, thread.lastSeq);
        thread = applyAll(thread, page.items);
        if (page.items.length === 0 || thread.lastSeq >= page.last_seq) break;
      }
      this.#put(id, { name: "ready", thread });
      if (this.#watched.has(id)) this.#watch(id);
    } catch (error) {
      this.#put(id, { name: "failed", thread, problem: asProblem(error) });
    }
  }

  #watch(id: string): void {
    const lastSeq = this.opened.read().get(id)?.thread.lastSeq ?? 0;
    this.#socket.send({ type: "watch", conversation_id: id, last_seq: lastSeq });
  }

  #put(id: string, opened: Opened): void {
    const next = new Map(this.opened.read());
    next.delete(id);
    this.opened.set(next.set(id, opened));
  }

  #typing(id: string, now: TypingNow | null): void {
    const next = new Map(this.typing.read());
    if (now === null && !next.delete(id)) return;
    if (now !== null) next.set(id, now);
    this.typing.set(next);
  }
}
