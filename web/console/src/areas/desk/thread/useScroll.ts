import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

const NEAR_PX = 48;

export interface Scroll {
  /** The end is on the screen. */
  atEnd: boolean;
  toEnd: () => void;
}

/**
 * Keeps a growing column in place: at its end it stays at its end; anywhere else nothing moves, whether words arrive
 * below or earlier ones are put on top (`top` changes then).
 */
export function useScroll(
  box: RefObject<HTMLElement | null>,
  content: RefObject<HTMLElement | null>,
  top: string | undefined,
  ready: boolean,
): Scroll {
  const [atEnd, setAtEnd] = useState(true);
  const stick = useRef(true);
  const before = useRef<{ top: string | undefined; height: number }>({ top, height: 0 });

  const toEnd = useCallback(() => {
    stick.current = true;
    box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [box]);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element || !ready) return;
    const mark = before.current.height === 0 ? content.current?.querySelector("[data-unread]") : null;
    if (mark) mark.scrollIntoView({ block: "center" });
    else if (before.current.height === 0) element.scrollTop = element.scrollHeight;
    else if (before.current.top !== top) element.scrollTop += element.scrollHeight - before.current.height;
    before.current = { top, height: element.scrollHeight };
  }, [box, content, top, ready]);

  useEffect(() => {
    const element = box.current;
    const inner = content.current;
    if (!element || !inner) return;
    const look = (): void => {
      stick.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
      setAtEnd(stick.current);
    };
    const grow = new ResizeObserver(() => {
      if (stick.current) element.scrollTop = element.scrollHeight;
      before.current = { ...before.current, height: element.scrollHeight };
      look();
    });
    grow.observe(inner);
    grow.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      grow.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [box, content]);

  return { atEnd, toEnd };
}
