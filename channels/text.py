"""Cleaning what people (and programs) send as text, before anybody stores or reads it."""

import unicodedata

KEPT_CONTROLS = frozenset("\n\t\u200d\u200c\u200e\u200f\u2066\u2067\u2068\u2069")
"""Line breaks, joiners of emoji and scripts, and the marks that right-to-left text needs."""
DROPPED = frozenset({"Cc", "Cf", "Cs", "Co"})


def clean(text: str) -> str:
    """Return the text without control characters and lone surrogates, in NFC, without white space at its ends.

    Overriding marks (U+202A to U+202E) go: they can make a message look like something that it is not. Characters
    that this Python does not know yet stay: next year's emoji are among them.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (c for c in text if c in KEPT_CONTROLS or not (unicodedata.category(c) in DROPPED or is_noncharacter(c)))
    return unicodedata.normalize("NFC", "".join(kept)).strip()


def is_noncharacter(c: str) -> bool:
    """Tell whether a character is one of the 66 that Unicode will never assign (Unicode 15.0, 23.7)."""
    point = ord(c)
    return 0xFDD0 <= point <= 0xFDEF or point & 0xFFFE == 0xFFFE


def says_something(text: str) -> bool:
    """Tell whether anything visible is left: marks and joiners alone are nothing."""
    return any(not c.isspace() and unicodedata.category(c) not in {"Cf", "Mn", "Me"} for c in text)
