/** How far a contribution has got, in words. */
import type { State } from "./api";

export const STATES: Readonly<Record<State, string>> = {
  open: "Open",
  accepted: "Accepted",
  published: "Published",
  declined: "Declined",
};

export const KINDS = { fix: "Fix", new: "New article" } as const;
