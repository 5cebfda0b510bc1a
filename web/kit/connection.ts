/**
 * The life of one socket as a pure machine: what happened goes in, what to do comes out. No WebSocket, no timer, no
 * clock in here, so every cut can be played in a test. `socket.ts` drives it.
 *
 * off → connecting → greeting (hello is sent) → live; a loss leads to waiting and back to connecting; `ended` is for
 * closes that coming back does not cure (signed out, forbidden) until someone starts it again.
 */
import { unreachable } from "./unreachable";

export type Phase =
  | { name: "off" }
  | { name: "connecting" }
  | { name: "greeting" }
  | { name: "live" }
  | { name: "waiting" }
  | { name: "ended"; code: number };

export interface Connection {
  phase: Phase;
  /** Failed tries since the connection last stayed up for a while. */
  attempt: number;
}

export type Timer = "retry" | "greet" | "ping" | "silence" | "settle";

export type Happening =
  | { type: "start" }
  | { type: "stop" }
  | { type: "opened" }
  | { type: "heard" }
  | { type: "welcomed"; heartbeatSeconds?: number }
  | { type: "closed"; code: number }
  /** The state here and there differ: reconnect and resume. */
  | { type: "lost_track" }
  /** The machine woke up, the tab is looked at again, or the network changed. */
  | { type: "nudged" }
  | { type: "rang"; timer: Timer };

export type Deed =
  | { do: "open" }
  | { do: "close" }
  | { do: "hello" }
  | { do: "ping" }
  | { do: "set"; timer: Timer; ms: number }
  | { do: "clear"; timer: Timer };

export const PING_EVERY_MS = 25_000;
export const PONG_WITHIN_MS = 10_000;
export const PONG_WITHIN_AFTER_NUDGE_MS = 4_000;
export const GREET_WITHIN_MS = 10_000;
export const SETTLED_AFTER_MS = 5_000;
const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 30_000;

export const CLOSE = { badFrame: 4400, tokenInvalid: 4401, forbidden: 4403, tooSlow: 4408, tooMany: 4429 } as const;
const FINAL: ReadonlySet<number> = new Set([CLOSE.tokenInvalid, CLOSE.forbidden]);

export const OFF: Connection = { phase: { name: "off" }, attempt: 0 };

/** Exponential, capped, and spread over its upper half so that a restarted server is not met by all at once. */
export function backOff(attempt: number, chance: number): number {
  const full = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
  return Math.round(full * (0.5 + chance / 2));
}

const QUIET: readonly Deed[] = [
  { do: "clear", timer: "greet" },
  { do: "clear", timer: "ping" },
  { do: "clear", timer: "silence" },
  { do: "clear", timer: "settle" },
  { do: "clear", timer: "retry" },
];

type Step = readonly [Connection, readonly Deed[]];

function open(attempt: number): Step {
  return [
    { phase: { name: "connecting" }, attempt },
    [...QUIET, { do: "open" }, { do: "set", timer: "greet", ms: GREET_WITHIN_MS }],
  ];
}

function lost(now: Connection, code: number, chance: number): Step {
  if (FINAL.has(code)) return [{ phase: { name: "ended", code }, attempt: 0 }, [...QUIET, { do: "close" }]];
  // Too many connections: another tab has to go first, so come back later than after a mere cut.
  const attempt = code === CLOSE.tooMany ? Math.max(now.attempt, 4) : now.attempt;
  return [
    { phase: { name: "waiting" }, attempt: attempt + 1 },
    [...QUIET, { do: "close" }, { do: "set", timer: "retry", ms: backOff(attempt, chance) }],
  ];
}

function isUp(phase: Phase): boolean {
  return phase.name === "connecting" || phase.name === "greeting" || phase.name === "live";
}

/** The next state and what to do, for one happening. `chance` in [0, 1) is the jitter. */
export function step(now: Connection, happening: Happening, chance: number): Step {
  const stay: Step = [now, []];
  switch (happening.type) {
    case "start":
      return isUp(now.phase) ? stay : open(0);
    case "stop":
      return [OFF, [...QUIET, { do: "close" }]];
    case "opened":
      return now.phase.name === "connecting" ? [{ ...now, phase: { name: "greeting" } }, [{ do: "hello" }]] : stay;
    case "heard":
      return now.phase.name === "live" ? [now, [{ do: "clear", timer: "silence" }]] : stay;
    case "welcomed": {
      if (now.phase.name !== "greeting") return stay;
      const every = Math.min(PING_EVERY_MS, (happening.heartbeatSeconds ?? 30) * 1000);
      return [
        { ...now, phase: { name: "live" } },
        [
          { do: "clear", timer: "greet" },
          { do: "set", timer: "ping", ms: every },
          { do: "set", timer: "settle", ms: SETTLED_AFTER_MS },
        ],
      ];
    }
    case "closed":
      return isUp(now.phase) ? lost(now, happening.code, chance) : stay;
    case "lost_track":
      return isUp(now.phase) ? lost(now, 0, chance) : stay;
    case "nudged":
      if (now.phase.name === "waiting") return open(now.attempt);
      if (now.phase.name !== "live") return stay;
      return [now, [{ do: "ping" }, { do: "set", timer: "silence", ms: PONG_WITHIN_AFTER_NUDGE_MS }]];
    case "rang":
      return rang(now, happening.timer, chance);
    default:
      return unreachable(happening, stay);
  }
}

function rang(now: Connection, timer: Timer, chance: number): Step {
  switch (timer) {
    case "retry":
      return now.phase.name === "waiting" ? open(now.attempt) : [now, []];
    case "ping":
      if (now.phase.name !== "live") return [now, []];
      return [
        now,
        [
          { do: "ping" },
          { do: "set", timer: "ping", ms: PING_EVERY_MS },
          { do: "set", timer: "silence", ms: PONG_WITHIN_MS },
        ],
      ];
    case "greet":
    case "silence":
      return isUp(now.phase) ? lost(now, 0, chance) : [now, []];
    case "settle":
      return [{ ...now, attempt: 0 }, []];
    default:
      return unreachable(timer, [now, []] as Step);
  }
}
