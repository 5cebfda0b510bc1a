/**
 * How far one conversation was heard. Decides for every event: new, heard before, or out of step.
 *
 * Customers do not hear every event, so their numbers have holes by nature. A live frame therefore says after which
 * number it comes; if that one was not heard, something is missing. So it is if an older number comes late.
 */
export type Verdict = "new" | "again" | "lost";

export class Cursor {
  #last = 0;
  #heard = new Set<number>();
  #conversation: string | null = null;

  get last(): number {
    return this.#last;
  }

  get conversation(): string | null {
    return this.#conversation;
  }

  /** Starts again from nothing, for this conversation. */
  reset(conversation: string | null): void {
    this.#conversation = conversation;
    this.#last = 0;
    this.#heard = new Set();
  }

  /** Judges an event, and remembers it if it is new. `after` is the live frame's; the missed ones of a welcome have none. */
  take(event: { conversation_id: string; seq: number }, after?: number): Verdict {
    const other = this.#conversation !== event.conversation_id;
    if (other) this.reset(event.conversation_id);
    if (this.#heard.has(event.seq)) return "again";
    if (event.seq <= this.#last || (!other && after !== undefined && after > this.#last)) return "lost";
    this.#last = event.seq;
    this.#heard.add(event.seq);
    return "new";
  }
}
