import { expect, test } from "vitest";
import { saidBy } from "./noticeWords";

test("an author is told what became of a proposal, with the way there", () => {
  expect(saidBy({ kind: "contribution.declined", data: { title: "Refunds", reason: "Known", contribution_id: "c1" } })).toEqual({
    words: "Your proposal “Refunds” was declined: Known",
    to: "/knowledge/contributions/c1",
  });
});

test("what is about an article leads to it, whatever its id", () => {
  expect(saidBy({ kind: "article.withheld", data: { title: "A", article_id: "a/b", locale: "de" } }).to).toBe(
    "/knowledge/articles/a%2Fb/de",
  );
});

test("a kind from a newer server is said in its own words", () => {
  expect(saidBy({ kind: "release.planned", data: { title: "Prices" } })).toEqual({
    words: "release planned: Prices",
    to: null,
  });
});
