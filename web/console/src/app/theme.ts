import {
  createTheme,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from "@mantine/core";

/** Mantine wants ten shades of a colour; ours has one, and the token decides what it is in light and dark. */
function shades(token: string): MantineColorsTuple {
  const one = `var(${token})`;
  return [one, one, one, one, one, one, one, one, one, one];
}

/** What a control looks like by variant. Literal colours live in the tokens only. */
const variantColorResolver: VariantColorsResolver = ({ variant, color }) => {
  const bad = color === "bad";
  const strong = bad ? "var(--bad)" : "var(--accent)";
  switch (variant) {
    case "filled":
      return {
        background: strong,
        hover: bad ? strong : "var(--accent-hover)",
        color: bad ? "var(--bg)" : "var(--on-accent)",
        border: "1px solid transparent",
      };
    case "light":
      return {
        background: bad ? "var(--bad-soft)" : "var(--accent-soft)",
        hover: "var(--hover)",
        color: bad ? "var(--bad)" : "var(--accent-text)",
        border: "1px solid transparent",
      };
    case "subtle":
    case "transparent":
      return {
        background: "transparent",
        hover: "var(--hover)",
        color: bad ? "var(--bad)" : "var(--text-soft)",
        border: "1px solid transparent",
      };
    default:
      return {
        background: "var(--surface)",
        hover: "var(--hover)",
        color: "var(--text)",
        border: "1px solid var(--line)",
      };
  }
};

const shared: Record<string, string> = {
  "--mantine-color-body": "var(--bg)",
  "--mantine-color-text": "var(--text)",
  "--mantine-color-bright": "var(--text)",
  "--mantine-color-dimmed": "var(--text-meta)",
  "--mantine-color-placeholder": "var(--text-meta)",
  "--mantine-color-anchor": "var(--accent-text)",
  "--mantine-color-default": "var(--surface)",
  "--mantine-color-default-hover": "var(--hover)",
  "--mantine-color-default-color": "var(--text)",
  "--mantine-color-default-border": "var(--line)",
  "--mantine-color-error": "var(--bad)",
  "--mantine-color-disabled": "var(--sunken)",
  "--mantine-color-disabled-color": "var(--text-meta)",
  "--mantine-color-disabled-border": "var(--line)",
  "--mantine-primary-color-filled": "var(--accent)",
  "--mantine-primary-color-filled-hover": "var(--accent-hover)",
  "--mantine-primary-color-light": "var(--accent-soft)",
  "--mantine-primary-color-light-color": "var(--accent-text)",
  "--mantine-primary-color-contrast": "var(--on-accent)",
  "--mantine-shadow-md": "var(--shadow)",
  "--mantine-shadow-xl": "var(--shadow)",
  "--overlay-bg": "var(--veil)",
};

/** Shades that single components reach for, so that no grey but ours comes up. */
const GREYS = [
  "--hover",
  "--sunken",
  "--hover",
  "--line",
  "--line-control",
  "--text-meta",
  "--text-meta",
  "--text-soft",
  "--text-soft",
  "--text",
] as const;
const DARKS = [
  "--text",
  "--text-soft",
  "--text-meta",
  "--text-meta",
  "--line-control",
  "--hover",
  "--raised",
  "--bg",
  "--sunken",
  "--sunken",
] as const;

function named(colour: string, tokens: readonly string[]): Record<string, string> {
  return Object.fromEntries(tokens.map((token, shade) => [`--mantine-color-${colour}-${shade}`, `var(${token})`]));
}

/** Mantine's own variables, said in ours. Both schemes read the same tokens, which know light from dark themselves. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: { ...named("gray", GREYS), ...named("dark", DARKS) },
  light: shared,
  dark: shared,
});

const TITLE = { fontSize: 16, lineHeight: "24px", fontWeight: 650 };
const FLOATING = { content: { background: "var(--raised)" }, header: { background: "var(--raised)" } };

export const theme = createTheme({
  primaryColor: "accent",
  colors: { accent: shades("--accent"), bad: shades("--bad") },
  variantColorResolver,
  fontFamily: "var(--font)",
  fontFamilyMonospace: "var(--font-mono)",
  fontSizes: { xs: "12px", sm: "14px", md: "14px", lg: "15px", xl: "16px" },
  lineHeights: { xs: "16px", sm: "20px", md: "20px", lg: "22px", xl: "24px" },
  spacing: { xs: "4px", sm: "8px", md: "12px", lg: "16px", xl: "24px" },
  radius: { xs: "4px", sm: "6px", md: "6px", lg: "8px", xl: "999px" },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  focusRing: "auto",
  components: {
    Input: {
      vars: (_theme: unknown, props: { variant?: string }) => ({
        wrapper:
          props.variant === "unstyled" ? {} : { "--input-bd": "var(--line-control)", "--input-bg": "var(--surface)" },
      }),
    },
    SegmentedControl: {
      styles: {
        root: { background: "var(--sunken)" },
        indicator: { background: "var(--surface)", boxShadow: "0 0 0 1px var(--line)" },
      },
    },
    InputWrapper: { styles: { label: { marginBottom: 4, fontWeight: 600 }, error: { marginTop: 4 } } },
    Button: {
      vars: (_theme: unknown, props: { size?: string }) => ({
        root: props.size === "sm" ? { "--button-height": "32px", "--button-padding-x": "12px" } : {},
      }),
      defaultProps: { size: "sm", variant: "default" },
    },
    ActionIcon: { defaultProps: { variant: "subtle", size: 32 } },
    Tooltip: { defaultProps: { openDelay: 350, withArrow: false, transitionProps: { duration: 120 } } },
    Popover: { defaultProps: { shadow: "md", radius: "lg", transitionProps: { duration: 120 } } },
    Menu: { defaultProps: { shadow: "md", radius: "lg", transitionProps: { duration: 120 } } },
    Notification: {
      defaultProps: { closeButtonProps: { "aria-label": "Close" }, withBorder: true, radius: "lg" },
      styles: { root: { background: "var(--raised)" } },
    },
    Modal: {
      defaultProps: { radius: "lg", shadow: "md", padding: 20, transitionProps: { duration: 150 } },
      styles: { ...FLOATING, title: TITLE },
    },
    Drawer: { defaultProps: { padding: 16, transitionProps: { duration: 150 } }, styles: { title: TITLE } },
  },
});
