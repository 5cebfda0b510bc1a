"""Made-up articles for measuring: the same ones every time, of words that come as often as words do."""

from collections.abc import Iterator, Sequence

import numpy as np

from knowledge.types import Article

SECTIONS = 4
RARE = "rare"
SHORTEST, LONGEST = 50, 140
"""Words a passage."""
WORDS = 30_000
SYLLABLES = (
    "ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "va", "we", "xi", "yo",
    "zu",
    "bra", "cle", "dri", "flo", "gru", "sta", "ple", "tri", "sno", "cru",
)  # fmt: skip

ENGLISH = (
    "the", "a", "your", "order", "refund", "lamp", "is", "not", "to", "and", "of", "we", "card", "delivery",
    "address", "when", "how", "money", "back", "account", "bulb", "flickers", "please", "choose", "open", "page",
    "sign", "in", "password", "reset", "parcel", "carrier", "days", "working", "after", "before", "until", "packed",
    "change", "cancel", "return", "box", "label", "printed", "store", "invoice", "email", "confirm", "price",
    "discount", "voucher", "code", "screw", "chair", "sofa", "table", "part", "spare", "missing", "broken", "damaged",
    "photo", "send", "reply", "reimbursement", "unfortunately", "weekend", "support", "call", "phone", "number",
    "availability", "warranty",
)  # fmt: skip


def articles(passages: int, *, words: Sequence[str] = ()) -> Iterator[Article]:
    """Articles of four sections each, every section one passage of 50 to 140 words.

    `words` are real ones, commonest first, which then come more often than any that is made up. Every hundredth article
    is tagged `rare`.
    """
    chance = np.random.default_rng(20260104)
    known = np.array([*words, *sorted({_word(number) for number in range(WORDS)} - set(words))])
    # Zipf's law: the n-th most frequent word comes 1/n times as often as the first.
    shares = np.cumsum(1 / np.arange(1, len(known) + 1))
    for number in range(-(-passages // SECTIONS)):
        sections = min(SECTIONS, passages - number * SECTIONS)
        sizes = chance.integers(SHORTEST, LONGEST + 1, size=sections)
        drawn = known[np.searchsorted(shares, chance.random(int(sizes.sum())) * shares[-1])]
        parts = np.split(drawn, np.cumsum(sizes)[:-1])
        yield Article(
            id=f"article-{number:06d}",
            title=f"{drawn[0]} {drawn[1]} {drawn[2]}",
            text="\n\n".join(f"## Part {place}\n\n{' '.join(words)}." for place, words in enumerate(parts, start=1)),
            revision=1,
            tags=(RARE,) if number % 100 == 0 else (),
        )


def texts(count: int, *, shortest: int, longest: int) -> list[str]:
    """So many texts of English words, of mixed length in words; what an embedder cuts into one to two tokens a word."""
    chance = np.random.default_rng(20260105)
    sizes = chance.integers(shortest, longest + 1, size=count).tolist()
    return [
        " ".join(ENGLISH[place] for place in chance.integers(0, len(ENGLISH), size=size).tolist()) for size in sizes
    ]


def _word(number: int) -> str:
    parts: list[str] = []
    while number or not parts:
        number, place = divmod(number, len(SYLLABLES))
        parts.append(SYLLABLES[place])
    return "".join(parts) + "n"
