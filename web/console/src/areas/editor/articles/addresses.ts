/** Where the screens of an article are. */

export const LIST = "/knowledge/articles";

export const articleAt = (id: string, locale?: string): string =>
  `${LIST}/${encodeURIComponent(id)}${locale === undefined ? "" : `/${encodeURIComponent(locale)}`}`;

export const reviewAt = (id: string, locale: string): string => `${articleAt(id, locale)}/review`;

export const compareAt = (id: string, locale: string, left: number, right: number): string =>
  `${articleAt(id, locale)}/compare?left=${left}&right=${right}`;

let last = "";

/** Remembers the filters of the list, so that the way back from an article leads to the same list. */
export function rememberList(search: string): void {
  last = search;
}

export const backToList = (): string => LIST + (last === "" ? "" : `?${last}`);

/** The filters of the list as they were last. */
export const lastList = (): string => last;
