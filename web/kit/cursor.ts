/**
 * How far one conversation was heard. Decides for every event: new, heard before, or out of step.
 *
 * Staff hear every event, so a hole in `seq` means that one was missed. Customers hear only the public ones, whose
 * numbers have holes by nature; there, an older number that was never heard is what shows the loss.
 */
export type Verdict = "new" | "again" | "lost";

export class Cursor {
  #last = 0;
  #heard = new Set<number>();
  conversation: string | null = null;
  readonly #every: boolean;

  /** `every`: all events come to us, numbered without holes. */
  constructor(every: boolean) {
    this.#every = every;
  }

  get last(): number {
    return this.#last;
  }

  /** Starts again from nothing, for this conversation. */
  reset(conversation: string | null): void {
    this.conversation = conversation;
    this.#last = 0;
    this.#heard = new Set();
  }

  /** Judges an event, and remembers it if it is new. `missed` events of a welcome may begin after a hole. */
  take(event: { conversation_id: string; seq: number }): Verdict {
    if (this.conversation !== event.conversation_id) this.reset(event.conversation_id);
    if (this.#heard.has(event.seq)) return "again";
    if (event.seq <= this.#last || (this.#every && event.seq !== this.#last + 1)) return "lost";
    this.#last = event.seq;
    this.#heard.add(event.seq);
    return "new";
  }
}
