/** Articles and translations for tests, said in one breath. */
import type { Article, Translation } from "./types";

const AT = "2026-05-12T10:00:00Z";

export function translation(latest: number, text: string, over: Partial<Translation> = {}): Translation {
  return {
    article_id: "returns",
    locale: "en",
    state: "draft",
    latest,
    published: null,
    approved: null,
    approved_by: null,
    approved_at: null,
    submitted_by: null,
    submitted_at: null,
    outdated: false,
    source_revision: null,
    source_published: null,
    publish_at: null,
    expire_at: null,
    version: latest,
    may: ["save", "submit"],
    why_not: {},
    revision: {
      title: "Returns",
      summary: "",
      text,
      tags: [],
      regions: [],
      accounts: [],
      audience: ["public"],
      number: latest,
      parent: latest - 1 || null,
      restored_from: null,
      source_revision: null,
      note: "",
      author: { id: null, name: "Robin Hale" },
      at: AT,
      digest: "",
      html: `<p>${text}</p>`,
    },
    updated_at: AT,
    updated_by: "Robin Hale",
    ...over,
  };
}

export function article(over: Partial<Article> = {}): Article {
  return {
    id: "returns",
    slug: "returns",
    old_slugs: [],
    type: "article",
    source_locale: "en",
    owner: null,
    review_by: null,
    withheld_at: null,
    withheld_reason: null,
    version: 1,
    created_at: AT,
    created_by: "Robin Hale",
    translations: [],
    ...over,
  };
}
