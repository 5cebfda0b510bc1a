import { useEffect } from "react";
import { allCommands, type Command, commands } from "./commands";

const SEQUENCE_MS = 900;

/** Whether single keys belong to what has the focus: a box to write in, or an open dialogue. */
export function isBusy(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("[role=dialog], [role=menu], [role=listbox]") !== null) return true;
  return target.isContentEditable || target.matches("input:not([type=checkbox], [type=radio]), textarea, select");
}

/** Finds the command that `typed` completes; `waits` says that a longer one begins like this. */
export function match(typed: string, all: readonly Command[]): { command: Command | null; waits: boolean } {
  return {
    command: all.find(({ keys }) => keys === typed) ?? null,
    waits: all.some(({ keys }) => keys?.startsWith(`${typed} `) ?? false),
  };
}

/** Listens for single-key shortcuts on the whole page. */
export function useShortcuts(): void {
  useEffect(() => {
    let typed = "";
    let since = 0;
    const hear = (event: KeyboardEvent): void => {
      if (
        event.defaultPrevented ||
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        event.key.length !== 1 ||
        isBusy(event.target)
      )
        return;
      const all = allCommands(commands.read());
      const together =
        event.timeStamp - since < SEQUENCE_MS && typed !== ""
          ? `${typed} ${event.key.toLowerCase()}`
          : event.key.toLowerCase();
      const { command, waits } = match(together, all);
      typed = waits ? together : "";
      since = event.timeStamp;
      if (command === null) return;
      event.preventDefault();
      typed = "";
      command.run();
    };
    document.addEventListener("keydown", hear);
    return () => document.removeEventListener("keydown", hear);
  }, []);
}
