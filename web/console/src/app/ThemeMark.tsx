import { useComputedColorScheme } from "@mantine/core";
import { useLayoutEffect } from "react";

/** Tells the tokens which scheme the person chose. */
export function ThemeMark() {
  const scheme = useComputedColorScheme("light", { getInitialValueInEffect: false });
  useLayoutEffect(() => {
    document.documentElement.dataset["theme"] = scheme;
  }, [scheme]);
  return null;
}
