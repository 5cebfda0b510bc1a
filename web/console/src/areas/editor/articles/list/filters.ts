/** What the list shows, kept in the address so that it can be shared, saved and gone back to. */

export const SORTS = ["updated", "title", "review_by"] as const;
export type Sort = (typeof SORTS)[number];

export const VALUES = ["state", "locale", "type", "tag", "owner", "region", "audience"] as const;
export type ValueName = (typeof VALUES)[number];

export const FLAGS = ["outdated", "overdue", "withheld"] as const;
export type Flag = (typeof FLAGS)[number];

export interface Filters {
  q: string;
  values: Readonly<Partial<Record<ValueName, string>>>;
  flags: readonly Flag[];
  sort: Sort;
}

export const NO_FILTERS: Filters = { q: "", values: {}, flags: [], sort: "updated" };

/** Reads an address; what it does not know or understand is left out. */
export function fromParams(params: URLSearchParams): Filters {
  const values: Partial<Record<ValueName, string>> = {};
  for (const name of VALUES) {
    const value = params.get(name)?.trim();
    if (value) values[name] = value;
  }
  const sort = SORTS.find((one) => one === params.get("sort")) ?? "updated";
  return {
    q: params.get("q")?.trim() ?? "",
    values,
    flags: FLAGS.filter((flag) => params.get(flag) === "true"),
    sort,
  };
}

/** The same filters always give the same address, whatever the order in which they were chosen. */
export function toQuery(filters: Filters): Record<string, string> {
  const query: Record<string, string> = {};
  if (filters.q.trim() !== "") query["q"] = filters.q.trim();
  for (const name of VALUES) {
    const value = filters.values[name];
    if (value) query[name] = value;
  }
  for (const flag of FLAGS) if (filters.flags.includes(flag)) query[flag] = "true";
  if (filters.sort !== "updated") query["sort"] = filters.sort;
  return query;
}

export const toParams = (filters: Filters): URLSearchParams => new URLSearchParams(toQuery(filters));

/** Reads what a saved view kept; the view may be older than the filters that there are now. */
export function fromSaved(query: Readonly<Record<string, unknown>>): Filters {
  const plain = Object.entries(query).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return fromParams(new URLSearchParams(plain));
}

export const sameFilters = (a: Filters, b: Filters): boolean => toParams(a).toString() === toParams(b).toString();

/** Whether anything is left out of the list; an order leaves out nothing. */
export const isNarrowed = (filters: Filters): boolean => !sameFilters({ ...filters, sort: "updated" }, NO_FILTERS);

export function withValue(filters: Filters, name: ValueName, value: string | null): Filters {
  const { [name]: _, ...rest } = filters.values;
  return { ...filters, values: value === null ? rest : { ...rest, [name]: value } };
}

export function withFlag(filters: Filters, flag: Flag, on: boolean): Filters {
  return { ...filters, flags: FLAGS.filter((one) => (one === flag ? on : filters.flags.includes(one))) };
}
