import { useCallback, useRef, useSyncExternalStore } from "react";

/** A value outside React that tells when it was replaced. */
export class Store<T> {
  #value: T;
  readonly #listeners = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  readonly read = (): T => this.#value;

  readonly subscribe = (hear: () => void): (() => void) => {
    this.#listeners.add(hear);
    return () => this.#listeners.delete(hear);
  };

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const hear of this.#listeners) hear();
  }
}

const same = Object.is;

/** Reads a part of a store; draws again only when that part is another one. */
export function useStore<T, Part>(
  store: Store<T>,
  pick: (value: T) => Part,
  equal: (a: Part, b: Part) => boolean = same,
): Part {
  const last = useRef<{ part: Part } | null>(null);
  const read = useCallback(() => {
    const part = pick(store.read());
    if (last.current !== null && equal(last.current.part, part)) return last.current.part;
    last.current = { part };
    return part;
  }, [store, pick, equal]);
  return useSyncExternalStore(store.subscribe, read);
}
