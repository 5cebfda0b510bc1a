/** Commands: things a person can do by shortcut or palette. Screens register theirs while they are open. */
import { useEffect } from "react";
import { Store } from "../realtime/store";

export interface Found {
  id: string;
  title: string;
  detail: string;
  run: () => void;
}

export interface Command {
  id: string;
  title: string;
  group: "Conversation" | "Article" | "List" | "Knowledge" | "General" | "Conversations" | "Articles";
  /** "j", "?", "g m": keys pressed one after the other. */
  keys?: string;
  /** False while there is nothing to do it to. */
  when?: boolean;
  run: () => void;
  /** Entries that are made when the palette opens. */
  more?: () => readonly Found[];
}

export const commands = new Store<ReadonlyMap<symbol, readonly Command[]>>(new Map());

export function allCommands(registered: ReadonlyMap<symbol, readonly Command[]>): Command[] {
  return [...registered.values()].flat().filter(({ when }) => when !== false);
}

/** Registers these commands while the component lives. */
export function useCommands(own: readonly Command[]): void {
  useEffect(() => {
    const key = Symbol("commands");
    commands.set(new Map(commands.read()).set(key, own));
    return () => {
      const next = new Map(commands.read());
      next.delete(key);
      commands.set(next);
    };
  }, [own]);
}
