/** A WebSocket that comes back: drives `connection.ts` with real sockets, timers and the page's wake-up signs. */
import { type Connection, type Deed, type Happening, OFF, type Phase, step, type Timer } from "./connection";

/** The part of WebSocket that is used; a test hands in its own. */
export interface Wire {
  onopen: (() => void) | null;
  onmessage: ((message: { data: unknown }) => void) | null;
  onclose: ((close: { code: number }) => void) | null;
  send(text: string): void;
  close(): void;
}

/** Frames that every server socket speaks. */
interface Frame {
  type: string;
}

export interface SocketOptions<In extends Frame, Out extends Frame> {
  url: string;
  /** The first frame, made anew for every connection: it says how far we are. */
  hello: () => In;
  ping: In;
  /** One frame came. Return false when it shows that something was missed: then reconnect and resume. */
  hear: (frame: Out) => boolean | undefined | void;
  /** The connection got into another phase. For `ended`, cure the cause and call `start()` again. */
  phase?: (phase: Phase) => void;
  connect?: (url: string) => Wire;
  chance?: () => number;
  timers?: { set(run: () => void, ms: number): unknown; clear(handle: unknown): void };
  /** Where `online`, `offline` and `visibilitychange` are heard; null for nowhere. */
  page?: EventTarget[] | null;
}

const REAL_TIMERS = {
  set: (run: () => void, ms: number): unknown => setTimeout(run, ms),
  clear: (handle: unknown): void => clearTimeout(handle as number),
};

function realWire(url: string): Wire {
  return new WebSocket(url) as unknown as Wire;
}

function realPage(): EventTarget[] {
  return typeof document === "undefined" ? [] : [window, document];
}

export class Socket<In extends Frame, Out extends Frame> {
  #now: Connection = OFF;
  #wire: Wire | null = null;
  readonly #timers = new Map<Timer, unknown>();
  readonly #options: SocketOptions<In, Out>;
  readonly #nudge = (): void => this.#happen({ type: "nudged" });

  constructor(options: SocketOptions<In, Out>) {
    this.#options = options;
  }

  get phase(): Phase {
    return this.#now.phase;
  }

  get live(): boolean {
    return this.#now.phase.name === "live";
  }

  /** Connects, and stays connected until `stop()`. */
  start(): void {
    for (const target of this.#page) {
      for (const sign of ["online", "offline", "visibilitychange", "pageshow"]) target.addEventListener(sign, this.#nudge);
    }
    this.#happen({ type: "start" });
  }

  stop(): void {
    for (const target of this.#page) {
      for (const sign of ["online", "offline", "visibilitychange", "pageshow"]) target.removeEventListener(sign, this.#nudge);
    }
    this.#happen({ type: "stop" });
  }

  /** Sends now when live; otherwise says false and the frame is the caller's to keep (see `outbox.ts`). */
  send(frame: In): boolean {
    if (!this.live || !this.#wire) return false;
    this.#wire.send(JSON.stringify(frame));
    return true;
  }

  /** Tries at once instead of waiting for the next try, or asks the server for a sign of life. */
  nudge(): void {
    this.#happen({ type: "nudged" });
  }

  /** Drops the connection and resumes: for state that is known to be behind. */
  resume(): void {
    this.#happen({ type: "lost_track" });
  }

  get #page(): EventTarget[] {
    return this.#options.page === undefined ? realPage() : (this.#options.page ?? []);
  }

  #happen(happening: Happening): void {
    const before = this.#now.phase;
    const [next, deeds] = step(this.#now, happening, (this.#options.chance ?? Math.random)());
    this.#now = next;
    for (const deed of deeds) this.#do(deed);
    if (next.phase !== before && this.#now === next) this.#options.phase?.(next.phase);
  }

  #do(deed: Deed): void {
    const timers = this.#options.timers ?? REAL_TIMERS;
    switch (deed.do) {
      case "open":
        return this.#open();
      case "close":
        return this.#close();
      case "hello":
        return this.#wire?.send(JSON.stringify(this.#options.hello()));
      case "ping":
        return this.#wire?.send(JSON.stringify(this.#options.ping));
      case "set":
        timers.clear(this.#timers.get(deed.timer));
        this.#timers.set(deed.timer, timers.set(() => this.#happen({ type: "rang", timer: deed.timer }), deed.ms));
        return;
      case "clear":
        timers.clear(this.#timers.get(deed.timer));
        this.#timers.delete(deed.timer);
    }
  }

  #open(): void {
    const wire = (this.#options.connect ?? realWire)(this.#options.url);
    this.#wire = wire;
    wire.onopen = () => this.#happen({ type: "opened" });
    wire.onclose = ({ code }) => this.#happen({ type: "closed", code });
    wire.onmessage = ({ data }) => this.#heard(wire, data);
  }

  /** An old wire may still have words on the way; they must not be heard twice. */
  #close(): void {
    const wire = this.#wire;
    this.#wire = null;
    if (!wire) return;
    wire.onopen = wire.onmessage = wire.onclose = null;
    wire.close();
  }

  #heard(wire: Wire, data: unknown): void {
    const frame = read<Out>(data);
    if (!frame || wire !== this.#wire) return;
    this.#happen({ type: "heard" });
    const kept = this.#options.hear(frame);
    if (kept === false) return this.#happen({ type: "lost_track" });
    if (frame.type === "welcome") {
      const { heartbeat_seconds: seconds } = frame as { heartbeat_seconds?: number };
      this.#happen({ type: "welcomed", ...(seconds === undefined ? {} : { heartbeatSeconds: seconds }) });
    }
  }
}

function read<Out extends Frame>(data: unknown): Out | null {
  try {
    const frame: unknown = JSON.parse(String(data));
    return frame !== null && typeof frame === "object" && "type" in frame ? (frame as Out) : null;
  } catch {
    return null;
  }
}

/** The address of a socket on the page's own server: `ws:` or `wss:` as the page came. */
export function socketUrl(path: string, page: { protocol: string; host: string } = location): string {
  return `${page.protocol === "https:" ? "wss:" : "ws:"}//${page.host}${path}`;
}
