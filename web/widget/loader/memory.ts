/** What the host page remembers of one account's chat: no words, no names, only whether it was open. */
export interface Memory {
  open: boolean;
  /** There is a conversation to come back to, so the frame is loaded for its unread count. */
  talking: boolean;
}

const key = (account: string): string => `warmline:${account}`;

export function recall(account: string): Memory {
  try {
    const found = JSON.parse(localStorage.getItem(key(account)) ?? "{}") as Partial<Memory> | null;
    return { open: found?.open === true, talking: found?.talking === true };
  } catch {
    return { open: false, talking: false };
  }
}

export function remember(account: string, news: Partial<Memory>): void {
  try {
    localStorage.setItem(key(account), JSON.stringify({ ...recall(account), ...news }));
  } catch {
    // A page without storage forgets; nothing else changes.
  }
}
