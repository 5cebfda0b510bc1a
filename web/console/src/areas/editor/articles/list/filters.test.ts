import { describe, expect, it } from "vitest";
import { fromParams, fromSaved, isNarrowed, NO_FILTERS, sameFilters, toParams, withFlag, withValue } from "./filters";

const read = (address: string) => fromParams(new URLSearchParams(address));

describe("the filters of the list", () => {
  it("come back from the address as they went into it", () => {
    const filters = withFlag(
      withValue({ ...NO_FILTERS, q: "Größe & Maße", sort: "title" }, "audience", "team:returns desk"),
      "overdue",
      true,
    );
    expect(read(toParams(filters).toString())).toEqual(filters);
  });

  it("give one address, whatever the order in which they were chosen", () => {
    const one = withFlag(withFlag(withValue(NO_FILTERS, "tag", "refunds"), "withheld", true), "outdated", true);
    const other = withValue(withFlag(withFlag(NO_FILTERS, "outdated", true), "withheld", true), "tag", "refunds");
    expect(toParams(one).toString()).toBe(toParams(other).toString());
    expect(sameFilters(one, other)).toBe(true);
  });

  it("leave out what the address has and they do not know", () => {
    expect(read("sort=random&outdated=perhaps&colour=red&state=%20")).toEqual(NO_FILTERS);
    expect(fromSaved({ state: "draft", limit: 5, owner: null })).toEqual(withValue(NO_FILTERS, "state", "draft"));
  });

  it("an empty address is no filter, and an order leaves out nothing", () => {
    expect(toParams(NO_FILTERS).toString()).toBe("");
    expect(isNarrowed(read("sort=title"))).toBe(false);
    expect(isNarrowed(read("q=refund"))).toBe(true);
  });

  it("forget a value that is taken away", () => {
    const filters = withValue(withValue(NO_FILTERS, "locale", "de"), "locale", null);
    expect(filters).toEqual(NO_FILTERS);
  });
});
