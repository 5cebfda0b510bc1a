/**
 * What was written but is not yet safe at the server. Kept in the tab's storage, so that a reload loses nothing, and
 * sent again with the same client id after every reconnect, so that nothing is doubled.
 */
export interface Entry<Body> {
  client_id: string;
  body: Body;
  /** When it was written, in milliseconds since 1970. */
  at: number;
  /** waiting: not known to be stored. accepted: stored, its event is on the way. refused: the server said no. */
  state: "waiting" | "accepted" | "refused";
  /** The code of the refusal. */
  code?: string;
}

type Keep = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export class Outbox<Body> {
  #entries: Entry<Body>[];
  readonly #keep: Keep | null;
  readonly #key: string;

  /** `keep` null holds everything in memory only. */
  constructor(keep: Keep | null, key: string) {
    this.#keep = keep;
    this.#key = key;
    this.#entries = this.#load();
  }

  /** In the order of writing. */
  get entries(): readonly Entry<Body>[] {
    return this.#entries;
  }

  /** What has to be sent (again), in order. */
  get waiting(): readonly Entry<Body>[] {
    return this.#entries.filter((entry) => entry.state === "waiting");
  }

  add(client_id: string, body: Body, at: number): Entry<Body> {
    const entry: Entry<Body> = { client_id, body, at, state: "waiting" };
    this.#set([...this.#entries, entry]);
    return entry;
  }

  /** The server has stored it. It stays until its event is here, so that the screen does not blink. */
  accepted(client_id: string): void {
    this.#set(this.#entries.map((entry) => (entry.client_id === client_id ? { ...entry, state: "accepted" as const } : entry)));
  }

  refused(client_id: string, code: string): void {
    this.#set(
      this.#entries.map((entry) => (entry.client_id === client_id ? { ...entry, state: "refused" as const, code } : entry)),
    );
  }

  /** Its event is here, or the person threw it away. */
  drop(client_id: string): void {
    if (this.#entries.some((entry) => entry.client_id === client_id))
      this.#set(this.#entries.filter((entry) => entry.client_id !== client_id));
  }

  /** A refused one gets another go, as the newest. */
  again(client_id: string): Entry<Body> | null {
    const found = this.#entries.find((entry) => entry.client_id === client_id && entry.state === "refused");
    if (!found) return null;
    const { code: _, ...rest } = found;
    const entry: Entry<Body> = { ...rest, state: "waiting" };
    this.#set([...this.#entries.filter((other) => other !== found), entry]);
    return entry;
  }

  /** After a welcome all events up to now are here: what was accepted and still lies here has been shown already. */
  settle(): void {
    this.#set(this.#entries.filter((entry) => entry.state !== "accepted"));
  }

  #set(entries: Entry<Body>[]): void {
    this.#entries = entries;
    try {
      if (entries.length === 0) this.#keep?.removeItem(this.#key);
      else this.#keep?.setItem(this.#key, JSON.stringify(entries));
    } catch {
      // Storage can be full or forbidden; then the memory of this tab has to do.
    }
  }

  #load(): Entry<Body>[] {
    try {
      const found: unknown = JSON.parse(this.#keep?.getItem(this.#key) ?? "[]");
      return Array.isArray(found) ? (found as Entry<Body>[]) : [];
    } catch {
      return [];
    }
  }
}
