/** What the host page's element and the app in its frame say to each other, both ways, by postMessage. */

export type Theme = "light" | "dark" | null;

export type ToFrame =
  | { type: "attributes"; identity: string | null; locale: string | null; theme: Theme; page: string }
  | { type: "shown"; open: boolean; focus: boolean };

export type ToHost =
  | { type: "ready" }
  | { type: "close" }
  | { type: "unread"; count: number }
  | { type: "message"; from: "customer" | "bot" | "agent" }
  /** There is a conversation to come back to, or no longer one. */
  | { type: "talking"; on: boolean };

const VERSION = 1;

/** Marks a message as ours, so that other scripts' messages are never taken for one. */
export function sealed(message: ToFrame | ToHost): unknown {
  return { warmline: VERSION, ...message };
}

/**
 * The message if it is ours and comes from exactly where it must: this origin and this window. Both are needed; any
 * page may post to us, and any window of the right origin may too.
 */
export function unsealed<T extends ToFrame | ToHost>(
  event: Pick<MessageEvent, "data" | "origin" | "source">,
  from: { origin: string; source: unknown },
): T | null {
  if (event.origin !== from.origin || event.source !== from.source || !event.source) return null;
  const data: unknown = event.data;
  if (data === null || typeof data !== "object" || !("warmline" in data) || data.warmline !== VERSION) return null;
  return "type" in data && typeof data.type === "string" ? (data as unknown as T) : null;
}
