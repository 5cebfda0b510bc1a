"""A query made ready for one release: its language, its words put right, its codes, its vectors."""

import re
from collections.abc import Iterator, Mapping

from knowledge.embedding.remembering import Remembering
from knowledge.errors import EmbedderFailed
from knowledge.index.lexical import Term, edit_distance
from knowledge.index.words import is_name_of_thing, words_of
from knowledge.languages import language, query_language
from knowledge.names import names_in
from knowledge.query import LONGEST, Asked, hints_of, terms_of, vector_of
from knowledge.snapshot import Snapshot
from knowledge.types import ANY, Query

# How many letters a word may change when its spelling is put right for the embedder.
SPELLED_AT_MOST = 2

# A code as people type it: LF-200, lf 200, lf200, 31.204.
CODE = re.compile(r"\b([^\W\d_]{1,5})[ \-_/.]?(\d[\w]*)\b|\b(\w*\d[\w\-_/.]*\w)\b")
SEPARATORS = re.compile(r"[\W_]+")


def ask(query: Query, snapshot: Snapshot, embedders: Mapping[str, Remembering]) -> Asked:
    """The query as this release understands it; an embedder that fails, or is not given, gives no vector.

    `embedders` are those that can be asked, by fingerprint.
    """
    languages = snapshot.languages(query)
    spoken = query_language(query.text, "en" if query.locale == ANY else query.locale, languages, snapshot.share)
    terms: dict[str, tuple[Term, ...]] = {}
    corrected: dict[str, str] = {}
    codes = dict(_codes(query.text, snapshot))
    for one in sorted(languages | {spoken}):
        put_right = one == spoken
        terms[one] = _terms(query, one, snapshot, corrected if put_right else None, codes)
    vectors = {}
    for fingerprint in snapshot.embedders() & embedders.keys() if query.text.strip() else ():
        # Without vectors the words still find something, and that is better than an error page.
        try:
            vectors[fingerprint] = vector_of(
                query, lambda text: spelled(text, spoken, snapshot), embedders[fingerprint]
            )
        except EmbedderFailed:
            continue
    return Asked(
        language=spoken,
        order=_order(query, spoken),
        terms=terms,
        vectors=vectors,
        codes=codes,
        names=names_in(query.text[:LONGEST], spoken, snapshot.names),
        corrected=corrected,
    )


def spelled(text: str, locale: str, snapshot: Snapshot) -> str:
    """The text with typing errors put right, so that the embedder reads the word that was meant."""
    lexical = snapshot.lexical
    for word in words_of(text, locale):
        meant = lexical.corrected(Term(word.stem)).stem
        if meant == word.stem:
            continue
        written = lexical.surface(meant)
        # "pakcage" is not to become "packaging", only because that is how this library mostly writes the stem.
        if edit_distance(word.surface, written, SPELLED_AT_MOST) <= SPELLED_AT_MOST:
            wrong = re.compile(rf"\b{re.escape(word.surface)}\b", re.IGNORECASE)
            text = wrong.sub(written, text)
    return text


def _order(query: Query, spoken: str) -> tuple[str, ...]:
    """The reader's locales; those of the language that the question is in first, if the reader reads it at all."""
    if query.locale == ANY:
        return ()
    return tuple(sorted(query.locales, key=lambda locale: language(locale) != spoken))


def _terms(
    query: Query, locale: str, snapshot: Snapshot, corrected: dict[str, str] | None, codes: Mapping[str, str]
) -> tuple[Term, ...]:
    lexical = snapshot.lexical
    best: dict[str, Term] = {}
    hints = [hint for hint in hints_of(query, locale) if lexical.frequency(hint.stem)]
    for term in (*(Term(code) for code in codes), *terms_of(query, locale), *hints):
        # Only in its own language is an unknown word a typing error; in another it is a foreign word.
        meant = term if corrected is None else lexical.corrected(term)
        if corrected is not None and meant.stem != term.stem:
            corrected[term.stem] = lexical.surface(meant.stem)
        if meant.stem not in best or meant.weight > best[meant.stem].weight:
            best[meant.stem] = meant
    return tuple(snapshot.compounds.widened(term, locale) for term in best.values())


def _codes(text: str, snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """The codes of a text that somebody wrote down, as compared and as typed: `lf200` of "LF 200"."""
    for match in CODE.finditer(text[:LONGEST]):
        code = SEPARATORS.sub("", match.group()).casefold()
        if is_name_of_thing(code) and snapshot.lexical.frequency(code):
            yield code, match.group()
