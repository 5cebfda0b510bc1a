import { useSyncExternalStore } from "react";

/** One ticking clock per rhythm for the whole app: a thousand waiting times share one timer. */
class Ticker {
  #now = Date.now();
  #listeners = new Set<() => void>();
  #timer: ReturnType<typeof setInterval> | null = null;
  readonly #every: number;

  constructor(every: number) {
    this.#every = every;
  }

  readonly subscribe = (hear: () => void): (() => void) => {
    this.#listeners.add(hear);
    this.#timer ??= setInterval(() => this.#tick(), this.#every);
    this.#now = Date.now();
    return () => {
      this.#listeners.delete(hear);
      if (this.#listeners.size > 0 || this.#timer === null) return;
      clearInterval(this.#timer);
      this.#timer = null;
    };
  };

  readonly read = (): number => this.#now;

  #tick(): void {
    this.#now = Date.now();
    for (const hear of this.#listeners) hear();
  }
}

const tickers = new Map<number, Ticker>();

/** The time in milliseconds, renewed every `every` ms. */
export function useNow(every: number): number {
  let ticker = tickers.get(every);
  if (!ticker) tickers.set(every, (ticker = new Ticker(every)));
  return useSyncExternalStore(ticker.subscribe, ticker.read);
}
