/** What the server says about articles. */

export type State = "draft" | "in_review" | "approved" | "published" | "retired";
export type Move =
  | "save"
  | "submit"
  | "withdraw"
  | "approve"
  | "request_changes"
  | "restore"
  | "schedule"
  | "publish"
  | "retire"
  | "reopen";

export interface Person {
  id: string | null;
  name: string;
}

export interface ArticleLine {
  id: string;
  slug: string;
  type: string;
  locale: string;
  title: string;
  state: State;
  latest: number;
  published: number | null;
  outdated: boolean;
  tags: string[];
  regions: string[];
  audience: string[];
  owner: Person | null;
  review_by: string | null;
  overdue: boolean;
  withheld: boolean;
  publish_at: string | null;
  expire_at: string | null;
  updated_at: string;
  updated_by: string;
  source_locale: string;
}

export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
  total?: number | null;
}

export interface Facets {
  states: Record<string, number>;
  locales: Record<string, number>;
  types: Record<string, number>;
  tags: Record<string, number>;
  owners: { id: string | null; name: string; count: number }[];
  regions: Record<string, number>;
  accounts: string[];
  teams: string[];
  outdated: number;
  overdue: number;
  withheld: number;
}

export interface Content {
  title: string;
  summary: string;
  text: string;
  tags: string[];
  regions: string[];
  accounts: string[];
  audience: string[];
}

export interface Revision extends Content {
  number: number;
  parent: number | null;
  restored_from: number | null;
  source_revision: number | null;
  note: string;
  author: Person;
  at: string;
  digest: string;
  html: string;
}

export interface Translation {
  article_id: string;
  locale: string;
  state: State;
  latest: number;
  published: number | null;
  approved: number | null;
  approved_by: string | null;
  approved_at: string | null;
  submitted_by: string | null;
  submitted_at: string | null;
  outdated: boolean;
  source_revision: number | null;
  source_published: number | null;
  publish_at: string | null;
  expire_at: string | null;
  version: number;
  may: string[];
  why_not: Record<string, string>;
  revision: Revision;
  updated_at: string;
  updated_by: string;
}

export interface TranslationLine {
  locale: string;
  state: State;
  latest: number;
  published: number | null;
  outdated: boolean;
  title: string;
  updated_at: string;
}

export interface Article {
  id: string;
  slug: string;
  old_slugs: string[];
  type: string;
  source_locale: string;
  owner: Person | null;
  review_by: string | null;
  withheld_at: string | null;
  withheld_reason: string | null;
  version: number;
  created_at: string;
  created_by: string;
  translations: TranslationLine[];
}

export interface RevisionLine {
  number: number;
  state: string;
  author: Person;
  at: string;
  note: string;
  restored_from: number | null;
  releases: (string | null)[];
  title: string;
}

export interface Mark {
  text: string;
  mark: "same" | "added" | "removed";
}

export interface DiffRow {
  kind: "same" | "changed" | "added" | "removed" | "gap";
  left_line: number | null;
  right_line: number | null;
  left: Mark[];
  right: Mark[];
  count?: number | null;
}

export interface Diff {
  left: number;
  right: number;
  fields: { name: string; left: unknown; right: unknown }[];
  rows: DiffRow[];
  stats: { added_words: number; removed_words: number };
}

export interface Merge {
  merged: Content;
  conflicts: { field: string; base: string; mine: string; theirs: string }[];
  clean: boolean;
  latest: number;
}

export interface Comment {
  id: string;
  revision: number;
  quote: string | null;
  text: string;
  reply_to: string | null;
  author: Person;
  at: string;
  resolved_at: string | null;
  resolved_by: string | null;
}

export interface CitedBy {
  items: { conversation_id: string; at: string; kind: string; revision: number; release: string; seq: number }[];
  next_cursor?: string | null;
  counts: Record<string, number>;
}

export interface LinkLine {
  article_id: string;
  title: string | null;
  locale: string | null;
  ok: boolean;
}

export interface Links {
  to: LinkLine[];
  from: LinkLine[];
  images: { id: string; ok: boolean }[];
}

export interface Checks {
  revision: number;
  links: { target: string; ok: boolean; why: string | null }[];
  images: { id: string; ok: boolean }[];
  words: number;
  reading_minutes: number;
  reading_level: { measure: string; grade: number; label: "easy" | "medium" | "hard" } | null;
  similar: { article_id: string; locale: string; title: string; likeness: number }[];
  disclaimers: { article_id: string; title: string; regions: string[] }[];
  queries: { wins: number; losses: number } | null;
}

export interface Rendered {
  html: string;
  headings: { level: number; text: string; anchor: string }[];
  links: { target: string; ok: boolean }[];
  images: { id: string; ok: boolean }[];
}

export interface UploadedImage {
  id: string;
  url: string;
  markdown: string;
  width: number;
  height: number;
  media_type: string;
  size: number;
}

export interface Tag {
  name: string;
  label: string;
  parent: string | null;
  description: string;
  count: number;
}

export interface SavedView {
  id: string;
  name: string;
  query: Record<string, unknown>;
  shared: boolean;
  mine?: boolean;
}

export interface Gate {
  passed: boolean;
  why: string;
  queries: number;
  before: Record<string, number | null> | null;
  after: Record<string, number | null>;
  lost: {
    query_id: string;
    text: string;
    rank_before: number | null;
    rank_after: number | null;
    stolen_by: { article_id: string; title: string } | null;
  }[];
  won: { query_id: string; text: string }[];
}

export interface Release {
  number: number;
  id: string | null;
  state: "building" | "ready" | "refused" | "failed";
  step: string;
  served: boolean;
  error: string | null;
  gate: Gate | null;
}

export interface ReleaseCheck {
  gate: Gate;
  changes: { article_id: string; locale: string; title: string; what: string }[];
  links: { from: string; to: string }[];
}
