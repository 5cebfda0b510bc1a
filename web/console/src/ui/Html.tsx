import { html, type OpenArticle } from "@warmline/kit/html";
import { useCallback } from "react";
import { Nodes } from "./Nodes";
import css from "./Html.module.css";

/** An article's HTML from our server, which cleaned it; what is not on the kit's list is left out once more. */
export function Html({ source, open }: { source: string; open?: OpenArticle }) {
  const make = useCallback(() => html(source, open), [source, open]);
  return <Nodes as="div" make={make} className={css.html} />;
}
