/** How far this agent has read each conversation, on this device. */
import { Store } from "../../../realtime/store";

export type ReadMarks = Readonly<Record<string, number>>;

const KEY = "warmline.read";
const MOST = 500;

function load(): ReadMarks {
  try {
    const found: unknown = JSON.parse(window.localStorage.getItem(KEY) ?? "{}");
    return typeof found === "object" && found !== null ? (found as ReadMarks) : {};
  } catch {
    return {};
  }
}

export const readMarks = new Store<ReadMarks>(load());

export function markRead(conversation: string, seq: number): void {
  const marks = readMarks.read();
  if ((marks[conversation] ?? 0) >= seq) return;
  const { [conversation]: _, ...others } = marks;
  const next = Object.fromEntries([...Object.entries(others).slice(-MOST), [conversation, seq]]);
  readMarks.set(next);
  try {
    window.localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // Full or forbidden storage: read marks are a comfort, not a record.
  }
}
