/** Which key sends: a choice of the person, kept on this device. */
import { useLocalStorage } from "@mantine/hooks";

export type SendKey = "enter" | "mod_enter";

export function useSendKey(): [SendKey, (key: SendKey) => void] {
  const [value, set] = useLocalStorage<SendKey>({
    key: "warmline.send-key",
    defaultValue: "enter",
    getInitialValueInEffect: false,
  });
  return [value === "mod_enter" ? "mod_enter" : "enter", set];
}

interface Pressed {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  isComposing: boolean;
}

/** Whether this key press sends. While an input method composes a word, Enter belongs to the word. */
export function sends(pressed: Pressed, by: SendKey): boolean {
  if (pressed.key !== "Enter" || pressed.isComposing || pressed.altKey) return false;
  if (pressed.ctrlKey || pressed.metaKey) return true;
  return by === "enter" && !pressed.shiftKey;
}

export const isMac = (): boolean => /mac|iphone|ipad/i.test(navigator.platform);
export const modKey = (): string => (isMac() ? "⌘" : "Ctrl");
