"""A brand's accent as the colours of a page: as near to it as reads well on light and on dark.

Contrast and relative luminance are those of WCAG 2.2; web/tokens/colour.ts does the same for widget and console.
"""

import re
from functools import lru_cache

Rgb = tuple[float, float, float]
HEX = re.compile(r"#([0-9a-fA-F]{6})")
INK: Rgb = (11, 20, 48)
PAPER: Rgb = (255, 255, 255)
BLACK: Rgb = (0, 0, 0)
LIGHT_GROUND = "#ffffff"
DARK_GROUND = "#171b24"
TEXT_CONTRAST = 4.5
SHAPE_CONTRAST = 3.0
STEPS = 20


def parse(colour: str) -> Rgb | None:
    """Return red, green and blue (0 to 255) of `#rrggbb`, None for anything else."""
    found = HEX.fullmatch(colour.strip())
    return None if found is None else (int(found[1][:2], 16), int(found[1][2:4], 16), int(found[1][4:], 16))


def contrast(one: Rgb, other: Rgb) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@lru_cache(maxsize=64)
def accent_style(accent: str, accent_dark: str) -> str:
    """Return the CSS that sets a brand's accent on light and on dark; empty for what is no colour."""
    light = _tokens(accent, LIGHT_GROUND)
    dark = _tokens(accent_dark, DARK_GROUND) or _tokens(accent, DARK_GROUND)
    if not light:
        return ""
    return f":root{{{light}}}@media(prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}"


def _tokens(accent: str, ground: str) -> str:
    wanted, surface = parse(accent), parse(ground)
    if wanted is None or surface is None:
        return ""
    solid = _readable(wanted, surface, SHAPE_CONTRAST)
    words = _readable(wanted, surface, TEXT_CONTRAST)
    on = next((ink for ink in (PAPER, INK) if contrast(solid, ink) >= TEXT_CONTRAST), BLACK)
    names = {
        "--accent": solid,
        "--accent-hover": _mix(solid, INK if on == PAPER else PAPER, 0.14),
        "--accent-text": words,
        "--accent-soft": _mix(surface, solid, 0.1),
        "--on-accent": on,
        "--focus": words,
    }
    return ";".join(f"{name}:{_hex(colour)}" for name, colour in names.items())


def _luminance(colour: Rgb) -> float:
    red, green, blue = (
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mix(one: Rgb, other: Rgb, share: float) -> Rgb:
    red, green, blue = (a + (b - a) * share for a, b in zip(one, other, strict=True))
    return red, green, blue


def _readable(colour: Rgb, ground: Rgb, ratio: float) -> Rgb:
    goal = INK if _luminance(ground) > 0.4 else PAPER
    for step in range(STEPS):
        tried = _mix(colour, goal, step / STEPS)
        # A little more than asked for, since rounding to whole numbers takes some of it away.
        if contrast(tried, ground) >= ratio + 0.03:
            return tried
    return goal


def _hex(colour: Rgb) -> str:
    return "#" + "".join(f"{round(part):02x}" for part in colour)
