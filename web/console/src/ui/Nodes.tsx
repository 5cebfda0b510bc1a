import { useCallback } from "react";

/** Puts nodes that the kit made (links, Markdown) into the page. They are nodes, never markup. */
export function Nodes({
  make,
  as: Tag = "span",
  className,
}: {
  make: () => Node;
  as?: "span" | "div";
  className?: string | undefined;
}) {
  const put = useCallback((element: HTMLElement | null) => element?.replaceChildren(make()), [make]);
  return <Tag ref={put} className={className} />;
}
