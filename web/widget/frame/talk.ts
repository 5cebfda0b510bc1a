/**
 * One customer's talk with the company in one tab: the socket, what was heard, what is still on its way out.
 * Screens read `now` and are told when it changes; they hold no state of the conversation themselves.
 */
import type { Phase } from "@warmline/kit/connection";
import { Cursor } from "@warmline/kit/cursor";
import { newId } from "@warmline/kit/ids";
import { type Entry, Outbox } from "@warmline/kit/outbox";
import { Socket, type SocketOptions } from "@warmline/kit/socket";
import { apply, EMPTY, type Thread } from "@warmline/kit/thread";
import { unreachable } from "@warmline/kit/unreachable";
import type { Event, WidgetIn, WidgetOut, WidgetWelcome } from "@warmline/wire/frames";

export interface Body {
  text: string;
  payload: string | null;
}

export interface Typist {
  kind: "bot" | "agent";
  name: string | null;
}

export interface Now {
  thread: Thread;
  /** Own messages that are not yet in the thread, in order of writing. */
  pending: readonly Entry<Body>[];
  phase: Phase["name"];
  /** The first welcome is here: what the thread shows is what there is. */
  known: boolean;
  typing: Typist | null;
  readSeq: number;
  /** The customer turned the page on a closed conversation; the next message starts another. */
  turned: boolean;
}

export interface TalkOptions {
  url: string;
  /** The visitor token, read for every connection. */
  token: () => string;
  locale: () => string;
  page: () => string | null;
  keep: Pick<Storage, "getItem" | "setItem" | "removeItem"> | null;
  key: string;
  change: () => void;
  /** One event came live, not as part of what was missed. */
  live?: (event: Event) => void;
  /** The token is no longer good: get a session, then `start()`. */
  expired: () => void;
  clock?: () => number;
  socket?: Partial<SocketOptions<WidgetIn, WidgetOut>>;
}

const TYPING_ENDS_MS = 10_000;

export class Talk {
  readonly #options: TalkOptions;
  readonly #socket: Socket<WidgetIn, WidgetOut>;
  readonly #cursor = new Cursor();
  readonly #outbox: Outbox<Body>;
  #now: Now;
  #helloSeq = 0;
  #read = 0;
  #typingEnds: ReturnType<typeof setTimeout> | undefined;

  constructor(options: TalkOptions) {
    this.#options = options;
    this.#outbox = new Outbox<Body>(options.keep, options.key);
    this.#now = {
      thread: EMPTY,
      pending: this.#outbox.entries,
      phase: "off",
      known: false,
      typing: null,
      readSeq: 0,
      turned: false,
    };
    this.#socket = new Socket<WidgetIn, WidgetOut>({
      url: options.url,
      ping: { type: "ping" },
      hello: () => this.#hello(),
      hear: (frame) => this.#hear(frame),
      phase: (phase) => this.#phase(phase),
      ...options.socket,
    });
  }

  get now(): Now {
    return this.#now;
  }

  start(): void {
    this.#socket.start();
  }

  stop(): void {
    clearTimeout(this.#typingEnds);
    this.#socket.stop();
  }

  /** Tries to connect at once. */
  nudge(): void {
    this.#socket.nudge();
  }

  send(text: string, payload: string | null = null): void {
    const entry = this.#outbox.add(newId(), { text, payload }, (this.#options.clock ?? Date.now)());
    this.#deliver(entry);
    this.turn();
    this.#set({});
  }

  /** Sends a refused message again, with the id that it had. */
  retry(clientId: string): void {
    const entry = this.#outbox.again(clientId);
    if (entry) this.#deliver(entry);
    this.#set({});
  }

  discard(clientId: string): void {
    this.#outbox.drop(clientId);
    this.#set({});
  }

  typing(on: boolean): void {
    if (this.#now.thread.conversation && this.#now.thread.state !== "closed") this.#socket.send({ type: "typing", on });
  }

  /** Everything up to here was on the screen. */
  read(seq: number): void {
    if (seq <= this.#now.readSeq) return;
    this.#set({ readSeq: seq });
    this.#sendRead();
  }

  /** Another tab of this visitor has read up to here. */
  readElsewhere(seq: number): void {
    this.#read = Math.max(this.#read, seq);
    if (seq > this.#now.readSeq) this.#set({ readSeq: seq });
  }

  end(): boolean {
    return this.#socket.send({ type: "end" });
  }

  /** Leaves a closed conversation behind; the next message begins another. */
  turn(): void {
    if (this.#now.thread.state !== "closed" || this.#now.turned) return;
    for (const entry of this.#outbox.entries) if (entry.state === "refused") this.#outbox.drop(entry.client_id);
    this.#set({ turned: true });
  }

  #set(news: Partial<Now>): void {
    this.#now = { ...this.#now, ...news, pending: this.#outbox.entries };
    this.#options.change();
  }

  #deliver(entry: Entry<Body>): void {
    this.#socket.send({ type: "send", client_id: entry.client_id, text: entry.body.text, payload: entry.body.payload });
  }

  #sendRead(): void {
    const { readSeq } = this.#now;
    if (readSeq > this.#read && this.#socket.send({ type: "read", seq: readSeq })) this.#read = readSeq;
  }

  #hello(): WidgetIn {
    this.#helloSeq = this.#cursor.last;
    return {
      type: "hello",
      token: this.#options.token(),
      last_seq: this.#cursor.last,
      conversation_id: this.#cursor.conversation,
      locale: this.#options.locale(),
      page: this.#options.page(),
    };
  }

  #phase(phase: Phase): void {
    if (phase.name === "live") {
      for (const entry of this.#outbox.waiting) this.#deliver(entry);
      this.#sendRead();
    }
    this.#set({ phase: phase.name });
    if (phase.name === "ended" && phase.code === 4401) this.#options.expired();
  }

  #hear(frame: WidgetOut): boolean {
    switch (frame.type) {
      case "welcome":
        return this.#welcome(frame);
      case "event":
        return this.#event(frame.event, frame.after);
      case "accepted":
        this.#outbox.accepted(frame.client_id);
        this.#set({});
        return true;
      case "refused":
        if (frame.client_id) this.#outbox.refused(frame.client_id, frame.problem.code);
        this.#set({});
        return true;
      case "typing":
        this.#typing(frame.on && (frame.who.kind === "bot" || frame.who.kind === "agent") ? { kind: frame.who.kind, name: frame.who.name } : null);
        return true;
      case "pong":
      case "bye":
        return true;
      default:
        return unreachable(frame, true);
    }
  }

  #welcome(frame: WidgetWelcome): boolean {
    const { conversation } = frame;
    const other = conversation !== null && conversation.id !== this.#now.thread.conversation;
    const gone = conversation === null && this.#now.thread.state !== "closed";
    if (frame.start_over || this.#helloSeq === 0 || other || gone) {
      this.#cursor.reset(conversation?.id ?? null);
      this.#now = { ...this.#now, thread: EMPTY, readSeq: 0, turned: false };
      this.#read = 0;
    }
    let { thread } = this.#now;
    for (const event of frame.events) thread = this.#take(event, thread) ?? thread;
    // All events up to now are here, so what was accepted before is among them.
    this.#outbox.settle();
    if (conversation) thread = { ...thread, state: conversation.state, agent: conversation.agent?.name ?? null, position: conversation.position };
    this.#read = Math.max(this.#read, conversation?.read_seq ?? 0);
    this.#typing(null);
    this.#set({ thread, known: true, readSeq: Math.max(this.#now.readSeq, conversation?.read_seq ?? 0) });
    return true;
  }

  #event(event: Event, after: number): boolean {
    if (event.conversation_id !== this.#now.thread.conversation) {
      this.#read = 0;
      this.#now = { ...this.#now, readSeq: 0, turned: false };
    }
    const thread = this.#take(event, this.#now.thread, after);
    if (thread === null) {
      // A hole is filled by resuming; one that came late means that the order here is wrong, so all of it is asked for.
      if (event.seq <= this.#cursor.last) this.#cursor.reset(this.#cursor.conversation);
      return false;
    }
    if (thread === this.#now.thread) return true;
    if (event.data.type === "message.sent") this.#typing(null);
    this.#set({ thread });
    this.#options.live?.(event);
    return true;
  }

  /** The thread with this event in it; the same thread if it was heard before; null if one was missed before it. */
  #take(event: Event, thread: Thread, after?: number): Thread | null {
    const verdict = this.#cursor.take(event, after);
    if (verdict === "lost") return null;
    if (event.data.type === "message.received" && event.data.client_id) this.#outbox.drop(event.data.client_id);
    return verdict === "new" ? apply(thread, event) : thread;
  }

  /** It ends by itself, should the word that it ended get lost. */
  #typing(typing: Typist | null): void {
    clearTimeout(this.#typingEnds);
    if (typing) this.#typingEnds = setTimeout(() => this.#set({ typing: null }), TYPING_ENDS_MS);
    if (typing !== this.#now.typing) this.#set({ typing });
  }
}
