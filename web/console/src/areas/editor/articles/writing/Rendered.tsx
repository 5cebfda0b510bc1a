import { type MouseEvent, useMemo } from "react";
import css from "./rendered.module.css";
import { directionOf } from "../words";

/**
 * An article as readers see it. The server makes and cleans this HTML, with the renderer of help centre and widget; it is
 * read into an inert document and nothing in it runs. Links open beside the console, so that nobody loses what they write.
 */
export function Rendered({ html, locale }: { html: string; locale: string }) {
  const inside = useMemo(() => {
    const page = new DOMParser().parseFromString(html, "text/html");
    for (const unwanted of page.querySelectorAll("script, style, iframe, object, embed")) unwanted.remove();
    return page.body.innerHTML;
  }, [html]);
  const follow = (event: MouseEvent): void => {
    const link = (event.target as HTMLElement).closest("a");
    const address = link?.getAttribute("href");
    if (!address) return;
    event.preventDefault();
    if (address.startsWith("#"))
      (event.currentTarget as HTMLElement).querySelector(`[id="${CSS.escape(address.slice(1))}"]`)?.scrollIntoView();
    else window.open(address, "_blank", "noopener");
  };
  return (
    <div
      className={css.rendered}
      lang={locale}
      dir={directionOf(locale)}
      data-quotable=""
      onClick={follow}
      dangerouslySetInnerHTML={{ __html: inside }}
    />
  );
}
