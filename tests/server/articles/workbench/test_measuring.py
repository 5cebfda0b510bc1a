"""The figures of judged queries are what a person would work out by hand."""

import math
from collections.abc import Sequence

import pytest

from knowledge.types import ANY, Hit, Passage, Query, SearchResult, Why
from server.articles.workbench.comparing import compare
from server.articles.workbench.gate import Gate, GateLimit
from server.articles.workbench.judged import Expected, Judged
from server.articles.workbench.measure import Search, answer, measure, row_of


def hit(article_id: str, heading: str = "") -> Hit:
    path = (heading,) if heading else ()
    passage = Passage(id=article_id, article_id=article_id, revision=1, locale="en", heading=path, text="")
    why = Why(terms=(), lexical_rank=None, vector_rank=None, cosine=0.0, coverage=0.0, fused=0.0)
    title = article_id.title()
    return Hit(release="r", passage=passage, title=title, snippet="", score=0.5, confident=True, why=why)


def finding(*names: str, confident: bool = True) -> Search:
    """A search that always finds these articles, as `article` or `article#heading`."""
    hits = tuple(hit(*name.split("#")) for name in names)

    def search(query: Query) -> SearchResult:
        return SearchResult(release="r", hits=hits, confident=confident, took_ms=0.0, terms=())

    return search


def judged(*expected: str | Expected, id: str = "1", text: str = "how?") -> Judged:
    right = tuple(one if isinstance(one, Expected) else Expected(article_id=one) for one in expected)
    return Judged(id=id, text=text, expected=right)


def asking(right: str, *found: Sequence[str], sure: bool = True) -> tuple[Search, list[Judged]]:
    """A search that finds for each query in turn what is named, and those queries, all about one article."""
    answers = {f"question {number}": names for number, names in enumerate(found)}

    def search(query: Query) -> SearchResult:
        return finding(*answers[query.text], confident=sure and bool(answers[query.text]))(query)

    return search, [judged(right, id=str(number), text=text) for number, text in enumerate(answers)]


def test_an_article_counts_once_however_many_passages_of_it_are_found() -> None:
    row = answer(finding("b#x", "b#y", "a"), judged("a"))
    assert [(one.article_id, one.rank) for one in row.found] == [("b", 1), ("a", 2)]
    assert row.rank == 2
    assert row.ndcg == pytest.approx(1 / math.log2(3))
    assert row.recall == (0.0, 1.0, 1.0)


def test_grades_weigh_in_the_gain() -> None:
    right = judged(Expected(article_id="a", grade=3), Expected(article_id="b", grade=1))
    assert answer(finding("a", "b"), right).ndcg == pytest.approx(1.0)
    swapped = answer(finding("b", "a"), right)
    assert swapped.ndcg == pytest.approx((1 + 3 / math.log2(3)) / (3 + 1 / math.log2(3)))
    assert (swapped.rank, swapped.recall) == (1, (0.5, 1.0, 1.0))


def test_a_heading_that_is_expected_must_be_among_what_is_found_of_the_article() -> None:
    right = judged(Expected(article_id="a", heading="How long"))
    assert answer(finding("a#Where to"), right).rank is None
    assert answer(finding("a#Where to", "a#how long"), right).rank == 1


def test_the_means_leave_out_what_there_is_nothing_to_measure_of() -> None:
    figures = measure(finding("a"), [judged("a"), judged("b", id="2"), judged(id="3")]).numbers
    assert figures == {
        "ndcg@10": 0.5,
        "recall@1": 0.5,
        "recall@5": 0.5,
        "recall@10": 0.5,
        "mrr@10": 0.5,
        "queries": 3,
        "confident": 1.0,
        "abstained_right": 0.0,
    }
    assert measure(finding(confident=False), [judged()]).numbers["abstained_right"] == 1.0
    assert measure(finding(), []).numbers["ndcg@10"] is None


def test_a_query_without_region_or_account_is_asked_for_everywhere() -> None:
    query = judged("a").query
    assert (query.region, query.account, query.audience) == (ANY, ANY, frozenset({"public"}))


def test_a_row_comes_back_from_where_it_is_stored() -> None:
    row = answer(finding("b#x", "a"), judged(Expected(article_id="a", heading=None, grade=2)))
    again = row_of(row.as_json())
    assert (again.query_id, again.expected, again.rank, again.confident) == ("1", row.expected, 2, True)
    assert [one.article_id for one in again.found] == ["b", "a"]


@pytest.mark.parametrize(
    ("before", "after", "lost"),
    [
        (("a",), ("b", "c", "d", "a"), True),
        (("a",), ("b",), True),
        (("a",), ("b", "a"), False),
        (("b", "c", "d", "a"), ("b",), False),
    ],
)
def test_a_query_is_lost_when_its_article_leaves_the_first_three(
    before: tuple[str, ...], after: tuple[str, ...], lost: bool
) -> None:
    found = compare([answer(finding(*before), judged("a"))], [answer(finding(*after), judged("a"))])
    assert bool(found.lost) == lost
    back = compare([answer(finding(*after), judged("a"))], [answer(finding(*before), judged("a"))])
    assert bool(back.won) == lost
    if lost:
        assert found.lost[0].stolen_by == ("b", "B")
        assert back.won[0].stolen_by is None


def test_confidence_that_goes_is_a_loss_and_so_is_one_that_should_not_be() -> None:
    sure, unsure = answer(finding("a"), judged("a")), answer(finding("a", confident=False), judged("a"))
    assert len(compare([sure], [unsure]).lost) == 1
    assert compare([sure], [unsure]).lost[0].stolen_by is None
    silent, loud = answer(finding("x", confident=False), judged()), answer(finding("x"), judged())
    assert compare([silent], [loud]).lost[0].stolen_by == ("x", "X")
    assert len(compare([loud], [silent]).won) == 1


def test_only_what_both_asked_is_compared() -> None:
    found = compare([answer(finding("a"), judged("a"))], [answer(finding("b"), judged("a", id="other"))])
    assert (found.won, found.lost, found.same) == ((), (), 0)


GOOD, BAD = ("a",), ("b", "c", "d", "e")


def test_the_gate_refuses_more_lost_queries_than_the_limit() -> None:
    before, queries = asking("a", *[GOOD] * 400)
    after, _ = asking("a", *[BAD] * 3, *[GOOD] * 397)
    refused = Gate().judge(before, after, queries, GateLimit())
    assert (refused["passed"], len(refused["lost"])) == (False, 3)
    assert refused["why"] == "3 queries lose their answer, more than 2."
    assert refused["lost"][0]["stolen_by"] == {"article_id": "b", "title": "B"}
    allowed = Gate().judge(before, after, queries, GateLimit(lost=3))
    assert (allowed["passed"], allowed["why"]) == (True, "")


def test_the_gate_refuses_a_mean_that_falls_too_far() -> None:
    before, queries = asking("a", *[GOOD] * 10)
    after, _ = asking("a", *[("b", "a")] * 10)
    document = Gate().judge(before, after, queries, GateLimit())
    assert (document["passed"], document["lost"]) == (False, [])
    assert document["why"] == "nDCG@10 falls by 0.369, more than 0.02."
    assert (document["before"]["ndcg@10"], document["after"]["mrr@10"]) == (1.0, 0.5)
    assert Gate().judge(before, after, queries, GateLimit(ndcg_drop=0.37))["passed"]


def test_the_gate_is_open_where_there_is_too_little_to_judge_by() -> None:
    before, queries = asking("a", *[GOOD] * 4)
    after, _ = asking("a", *[BAD] * 4)
    few = Gate().judge(before, after, queries, GateLimit())
    assert (few["passed"], few["why"]) == (True, "There are fewer than 5 judged queries.")
    assert len(few["lost"]) == 4
    first = Gate().judge(None, after, queries, GateLimit())
    assert (first["passed"], first["before"]) == (True, None)
    before, queries = asking("a", *[GOOD] * 9)
    after, _ = asking("a", *[BAD] * 9)
    assert Gate().judge(before, after, queries, GateLimit(enabled=False))["why"] == "The gate is switched off."


def test_what_is_taken_out_on_purpose_is_no_right_answer_any_more() -> None:
    before, queries = asking("a", *[GOOD] * 6)
    after, _ = asking("a", *[BAD] * 6)
    document = Gate().judge(before, after, queries, GateLimit(), gone={"a"})
    assert (document["passed"], document["queries"], len(document["set_aside"])) == (True, 0, 6)
    both = [judged("a", "b", id=str(number), text=f"question {number}") for number in range(6)]
    document = Gate().judge(before, after, both, GateLimit(), gone={"a"})
    assert (document["queries"], document["after"]["mrr@10"]) == (6, 1.0)
