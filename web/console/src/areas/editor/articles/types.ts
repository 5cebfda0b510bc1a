/** Names for the generated shapes of articles, as these screens use them. */
import type { components } from "@warmline/wire/api";
import type { Whole } from "../../../api/client";

type Shapes = components["schemas"];

export type ArticleLine = Whole<Shapes["ArticleLine"]>;
export type Facets = Whole<Shapes["Facets"]>;
export type Content = Whole<Shapes["Content"]>;
export type Revision = Whole<Shapes["Revision"]>;
export type Translation = Whole<Shapes["Translation"]>;
export type TranslationLine = Whole<Shapes["TranslationLine"]>;
export type Article = Whole<Shapes["Article"]>;
export type ArticleChange = Shapes["ArticleChange"];
export type RevisionLine = Whole<Shapes["RevisionLine"]>;
export type Diff = Whole<Shapes["Diff"]>;
export type DiffRow = Whole<Shapes["DiffRow"]>;
export type Span = Whole<Shapes["Span"]>;
export type Merge = Whole<Shapes["Merge"]>;
export type Comment = Whole<Shapes["Comment"]>;
export type CitedBy = Whole<Shapes["CitedBy"]>;
export type Links = Whole<Shapes["Links"]>;
export type Checks = Whole<Shapes["Checks"]>;
export type Rendered = Whole<Shapes["ArticlePreview"]>;
export type UploadedImage = Whole<Shapes["ArticleImage"]>;
export type Tag = Whole<Shapes["ArticleTag"]>;
export type SavedView = Whole<Shapes["SavedView"]>;
export type Gate = Whole<Shapes["GateOut"]>;
export type Release = Whole<Shapes["Release"]>;
export type ReleaseCheck = Whole<Shapes["ReleaseCheck"]>;

export type State = Translation["state"];

/** The moves of the server's workflow, by its names. */
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
