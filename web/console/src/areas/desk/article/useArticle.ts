import type { Citation } from "@warmline/wire/frames";

/** What must be known to open an article at the revision that was cited. */
export type ArticleRef = Pick<Citation, "article_id" | "revision" | "title"> & {
  release?: string;
  heading?: string | null;
};

export type Opener = (article: ArticleRef) => void;
