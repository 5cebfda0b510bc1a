/** Names for the shapes of the generated HTTP types that the console uses. */
import type { components } from "@warmline/wire/api";

type Shapes = components["schemas"];

export type SignedIn = Shapes["SessionOut"];
export type Counts = Shapes["Counts"];
export type Article = Shapes["ArticleOut"];
export type AiSwitch = Shapes["SwitchOut"];
export type SwitchChange = Shapes["SwitchIn"];
