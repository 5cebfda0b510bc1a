/** The kit's thread and what only the desk draws: decisions, newest suggestions, mood line, who the customer is. */
import { EMPTY as EMPTY_THREAD, apply as applyShared, type Thread } from "@warmline/kit/thread";
import type { Customer, DecisionMade, Event, Mood, SuggestionsOffered } from "@warmline/wire/frames";

export interface MoodPoint {
  messageId: string;
  at: string;
  mood: Mood;
}

export interface DeskThread extends Thread {
  customer: Customer | null;
  offered: SuggestionsOffered | null;
  moods: readonly MoodPoint[];
  /** The newest decision that changed who has the conversation. */
  handoffDecision: DecisionMade | null;
  packets: number;
}

export const EMPTY: DeskThread = {
  ...EMPTY_THREAD,
  customer: null,
  offered: null,
  moods: [],
  handoffDecision: null,
  packets: 0,
};

/** The thread after one more event. */
export function apply(thread: DeskThread, event: Event): DeskThread {
  const shared = applyShared(thread, event);
  if (shared === thread) return thread;
  const next: DeskThread = { ...thread, ...shared };
  const { data } = event;
  switch (data.type) {
    case "conversation.started":
    case "customer.identified":
      return { ...next, customer: data.customer };
    case "message.understood":
      return data.mood === null
        ? next
        : { ...next, moods: [...next.moods, { messageId: data.message_id, at: event.at, mood: data.mood }] };
    case "suggestions.offered":
      return { ...next, offered: data };
    case "decision.made":
      return data.move === "hand_off" ? { ...next, handoffDecision: data } : next;
    case "packet.built":
      return { ...next, packets: next.packets + 1 };
    default:
      return next;
  }
}

export function applyAll(thread: DeskThread, events: readonly Event[]): DeskThread {
  return events.reduce(apply, thread);
}
