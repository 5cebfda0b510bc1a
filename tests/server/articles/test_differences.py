"""Differences and merges: true to both sides, nothing lost, and quick whatever the texts are."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.articles.aligning import matches
from server.articles.content import TEXT_LENGTH
from server.articles.diff import Diff, difference, words
from server.articles.merge import MIDDLE, MINE, THEIRS, merged, merged_text
from tests.support.articles import content

LINES = st.lists(st.sampled_from(["one", "two", "three", "", "a b c", "a b d", "x"]), max_size=12)
TEXTS = LINES.map("\n".join)
MORE = settings(max_examples=200, deadline=None)


def _diff(left: str, right: str) -> Diff:
    return difference(content(text=left or "-"), content(text=right or "-"), numbers=(1, 2))


def test_words_that_changed_are_marked_and_the_rest_of_the_line_is_not() -> None:
    diff = _diff("Refunds take 5 days.\nSame.", "Refunds take 7 working days.\nSame.")
    changed, same = diff.rows
    assert [(span.text, span.mark) for span in changed.left] == [
        ("Refunds take ", "same"),
        ("5", "removed"),
        (" days.", "same"),
    ]
    assert "".join(span.text for span in changed.right if span.mark == "added").split() == ["7", "working"]
    assert (same.kind, same.left_line, same.right_line) == ("same", 2, 2)
    assert (diff.stats.added_words, diff.stats.removed_words) == (2, 1)


def test_a_line_put_in_front_of_a_changed_one_is_not_taken_for_it() -> None:
    diff = _diff("Print the label and post it.", "Wait for our mail.\n\nPrint the grey label and post it.")
    assert [row.kind for row in diff.rows] == ["added", "added", "changed"]


def test_long_stretches_that_are_the_same_are_folded() -> None:
    text = "\n".join(f"line {number}" for number in range(100))
    diff = _diff(text, text.replace("line 50\n", "line fifty\n"))
    assert [row.kind for row in diff.rows] == ["gap", *["same"] * 3, "changed", *["same"] * 3, "gap"]
    assert [row.count for row in diff.rows if row.kind == "gap"] == [47, 46]
    assert diff.rows[0].left_line == 1


def test_what_else_changed_is_named() -> None:
    left = content("Old", "Same", regions=["DE"], summary="x")
    right = content("New", "Same", regions=["DE", "AT"], summary="x")
    diff = difference(left, right, numbers=(3, 4))
    assert [(field.name, field.left, field.right) for field in diff.fields] == [
        ("title", "Old", "New"),
        ("regions", ["DE"], ["AT", "DE"]),
    ]
    assert [row.kind for row in diff.rows] == ["gap"]
    assert (diff.left, diff.right) == (3, 4)


@MORE
@given(left=st.lists(st.sampled_from("abcd"), max_size=30), right=st.lists(st.sampled_from("abcd"), max_size=30))
def test_matches_are_equal_in_order_and_apart(left: list[str], right: list[str]) -> None:
    at_left = at_right = 0
    for here, there, length in matches(left, right):
        assert here >= at_left
        assert there >= at_right
        assert left[here : here + length] == right[there : there + length]
        at_left, at_right = here + length, there + length
    assert at_left <= len(left)
    assert at_right <= len(right)


@MORE
@given(left=TEXTS, right=TEXTS)
def test_each_side_of_a_difference_is_the_text_of_that_side(left: str, right: str) -> None:
    old, new = (text if text.strip() else "-" for text in (left, right))
    diff = difference(content(text=old), content(text=new), numbers=(1, 2))
    rows = [row for row in diff.rows if row.kind != "gap"]
    lines = {row.left_line: "".join(span.text for span in row.left) for row in rows if row.left_line}
    assert all(old.split("\n")[number - 1] == line for number, line in lines.items())
    lines = {row.right_line: "".join(span.text for span in row.right) for row in rows if row.right_line}
    assert all(new.split("\n")[number - 1] == line for number, line in lines.items())
    hidden = sum(row.count for row in diff.rows)
    assert sum(row.left_line is not None for row in rows) + hidden == len(old.split("\n"))
    assert sum(row.right_line is not None for row in rows) + hidden == len(new.split("\n"))
    assert (old == new) == all(row.kind in {"same", "gap"} for row in diff.rows)


@MORE
@given(left=st.text("ab .,", max_size=40), right=st.text("ab .,", max_size=40))
def test_spans_put_together_are_the_line(left: str, right: str) -> None:
    before, after = words(left, right)
    assert "".join(span.text for span in before) == left
    assert "".join(span.text for span in after) == right
    kept = ["".join(span.text for span in side if span.mark == "same") for side in (before, after)]
    assert kept[0] == kept[1]


def _text(base: str, mine: str, theirs: str) -> tuple[str, bool]:
    base, mine, theirs = (text or "-" for text in (base, mine, theirs))
    said, conflicts = merged(content(text=base), content(text=mine), content(text=theirs))
    return said.text, not conflicts


TEXT_OR_DASH = TEXTS.map(lambda text: text if text.strip() else "-")


@MORE
@given(base=TEXT_OR_DASH, change=TEXT_OR_DASH)
def test_a_change_merged_with_no_change_is_the_change(base: str, change: str) -> None:
    assert _text(base, change, base) == (change, True)
    assert _text(base, base, change) == (change, True)


@MORE
@given(base=TEXT_OR_DASH, change=TEXT_OR_DASH)
def test_the_same_change_on_both_sides_is_that_change(base: str, change: str) -> None:
    assert _text(base, change, change) == (change, True)


@MORE
@given(base=TEXT_OR_DASH, mine=TEXT_OR_DASH, theirs=TEXT_OR_DASH)
def test_nothing_of_either_side_is_lost(base: str, mine: str, theirs: str) -> None:
    parts = merged_text(base, mine, theirs)
    assert "".join(part.mine for part in parts) == mine
    assert "".join(part.theirs for part in parts) == theirs
    assert "".join(part.base for part in parts) == base
    said, clean = _text(base, mine, theirs)
    for part in parts:
        if part.text is None:
            assert part.mine in said
            assert part.theirs in said
    assert clean == all(part.text is not None for part in parts)


@MORE
@given(base=TEXT_OR_DASH, mine=TEXT_OR_DASH, theirs=TEXT_OR_DASH)
def test_it_does_not_matter_who_is_called_mine(base: str, mine: str, theirs: str) -> None:
    one, other = merged_text(base, mine, theirs), merged_text(base, theirs, mine)
    assert [part.text for part in one] == [part.text for part in other]


def test_both_may_change_the_same_line_as_long_as_they_change_other_words() -> None:
    base = "Refunds take 5 days and go to the card.\n"
    said = _text(base, base.replace("5", "7"), base.replace("card", "account"))
    assert said == ("Refunds take 7 days and go to the account.\n", True)


def test_a_conflict_shows_both_between_marks() -> None:
    said, clean = _text("It takes 5 days.", "It takes 7 days.", "It takes 9 days.")
    assert not clean
    assert said == f"{MINE}It takes 7 days.\n{MIDDLE}It takes 9 days.\n{THEIRS}"


def test_fields_are_merged_each_in_its_own_way() -> None:
    base = content("How to return", "T", tags=["a", "b"], regions=["DE"], audience=["public"])
    mine = content("How to return a parcel", "T", tags=["b", "c"], regions=["DE", "AT"])
    theirs = content("How to return", "T", tags=["a", "b", "d"], regions=[], audience=["agents"])
    said, conflicts = merged(base, mine, theirs)
    assert said.title == "How to return a parcel"
    assert set(said.tags) == {"b", "c", "d"}
    assert said.audience == ["agents"], "Only they changed it."
    assert [conflict.field for conflict in conflicts] == ["regions"], "Nowhere and everywhere are never put together."
    assert said.regions == ["AT", "DE"]
    assert conflicts[0].theirs == ""
    titles = [content(title, "T") for title in ("Old", "Mine", "Theirs")]
    said, conflicts = merged(*titles)
    assert (said.title, [conflict.theirs for conflict in conflicts]) == ("Mine", ["Theirs"])


def _large(kind: str, seed: int) -> str:
    chance = random.Random(seed)  # noqa: S311 -- the same texts every time
    if kind == "one line":
        return "".join(chance.choice("abc d") for _ in range(TEXT_LENGTH))
    if kind == "short lines":
        return "\n".join(chance.choice("abc ") for _ in range(TEXT_LENGTH // 2))
    if kind == "empty lines":
        return "x" + "\n" * (TEXT_LENGTH - 2 - seed) + "y"
    if kind == "brackets":
        return "".join(chance.choice("[](){}.,") for _ in range(TEXT_LENGTH))
    words = [f"word{number}" for number in range(3000)]
    lines = (" ".join(chance.choices(words, k=12)) for _ in range(2_000))
    return "\n".join(lines)[:TEXT_LENGTH]


@pytest.mark.parametrize("kind", ["one line", "short lines", "empty lines", "brackets", "prose"])
def test_the_largest_texts_are_compared_and_merged_in_bounded_time(kind: str) -> None:
    one, other = _large(kind, 1), _large(kind, 2)
    begun = time.process_time()
    diff = _diff(one, other)
    took = time.process_time() - begun
    assert len(diff.rows) < 20_000, "What is shown stays small enough to show."
    assert {row.kind for row in diff.rows} - {"same", "gap"}, "They differ."
    begun = time.process_time()
    parts = merged_text(one, other, one[: TEXT_LENGTH // 2] + "!" + one[TEXT_LENGTH // 2 :])
    merging = time.process_time() - begun
    assert "".join(part.mine for part in parts) == other
    # Well under a second when nothing else runs; the limit only tells bounded from unbounded.
    assert took < 2, f"The difference took {took:.2f} s."
    assert merging < 2, f"The merge took {merging:.2f} s."
