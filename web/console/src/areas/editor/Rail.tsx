import { createContext, type ReactNode, use } from "react";
import { createPortal } from "react-dom";

/** Where a part of the knowledge area may put what belongs under the navigation. */
export const RailSlot = createContext<HTMLElement | null>(null);

/** Shows its children under the navigation on the left, where there is room for it. */
export function Rail({ children }: { children: ReactNode }) {
  const slot = use(RailSlot);
  return slot === null ? null : createPortal(children, slot);
}
