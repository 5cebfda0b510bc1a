import { type FocusEvent, type RefObject, useCallback, useEffect, useMemo, useState } from "react";

interface Reading {
  now: boolean;
  on: {
    onPointerEnter: () => void;
    onPointerLeave: () => void;
    onFocus: () => void;
    onBlur: (event: FocusEvent<HTMLElement>) => void;
  };
}

/** Whether somebody is reading this list: the pointer or the focus is in it, or it is scrolled down. */
export function useReading(scroller: RefObject<HTMLElement | null>): Reading {
  const [pointer, setPointer] = useState(false);
  const [focus, setFocus] = useState(false);
  const [scrolled, setScrolled] = useState(false);
  const watch = useCallback(() => setScrolled((scroller.current?.scrollTop ?? 0) > 8), [scroller]);
  useEffect(() => {
    const element = scroller.current;
    element?.addEventListener("scroll", watch, { passive: true });
    return () => element?.removeEventListener("scroll", watch);
  }, [scroller, watch]);
  const on = useMemo(
    () => ({
      onPointerEnter: () => setPointer(true),
      onPointerLeave: () => setPointer(false),
      onFocus: () => setFocus(true),
      onBlur: (event: FocusEvent<HTMLElement>) => setFocus(event.currentTarget.contains(event.relatedTarget)),
    }),
    [],
  );
  return { now: pointer || focus || scrolled, on };
}
