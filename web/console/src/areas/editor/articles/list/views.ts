/** Views that everybody has, before those that people save. */
import { type Filters, NO_FILTERS, withFlag, withValue } from "./filters";

export interface NamedView {
  id: string;
  name: string;
  filters: Filters;
}

export const OWN_VIEWS: readonly NamedView[] = [
  { id: "all", name: "All articles", filters: NO_FILTERS },
  { id: "mine", name: "Mine", filters: withValue(NO_FILTERS, "owner", "me") },
  { id: "review", name: "Waiting for review", filters: withValue(NO_FILTERS, "state", "in_review") },
  { id: "outdated", name: "Outdated translations", filters: withFlag(NO_FILTERS, "outdated", true) },
  { id: "overdue", name: "Review overdue", filters: withFlag(NO_FILTERS, "overdue", true) },
  { id: "withheld", name: "Withheld", filters: withFlag(NO_FILTERS, "withheld", true) },
];
