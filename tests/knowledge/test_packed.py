"""Packed texts and values come back as they went in, also after rows were taken out and put together."""

import numpy as np
import pytest

from knowledge.packed import Pool, Recent, Texts, small
from knowledge.tables import ArticleTable

WORDS = ["", "Lampe", "für 5 €", "", "\U0001f600 ok", "end"]


def test_texts_come_back_row_by_row() -> None:
    packed = Texts.of(WORDS)
    assert list(packed) == WORDS
    assert (len(packed), packed[-1], packed[1:3]) == (6, "end", ["Lampe", "für 5 €"])
    assert list(Texts.from_arrays(packed.to_arrays("t"), "t")) == WORDS
    with pytest.raises(IndexError):
        _ = packed[6]


def test_rows_of_several_are_put_together() -> None:
    rows = np.array([1, 2, 4]), np.array([0, 5]), np.array([], dtype=np.int64)
    texts = Texts.joined([(Texts.of(WORDS), one) for one in rows])
    assert list(texts) == ["Lampe", "für 5 €", "\U0001f600 ok", "", "end"]
    pool = Pool.joined([(Pool.of(WORDS), one) for one in rows])
    assert [pool[row] for row in range(len(pool))] == list(texts)
    assert list(Texts.joined([])) == []


def test_a_pool_keeps_each_value_once_and_tuples_as_tuples() -> None:
    values = [("en", ("EU", "UK")), ("de", ()), ("en", ("EU", "UK"))]
    pool = Pool.of(values)
    assert len(pool.values) == 2
    again = Pool.from_arrays(pool.to_arrays("p"), "p")
    assert [again[row] for row in range(3)] == values


def test_arrays_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        Texts(np.zeros(3, dtype=np.uint8), np.array([0, 2], dtype=np.uint32))
    with pytest.raises(ValueError, match="not there"):
        Pool(["a"], np.array([0, 1], dtype=np.uint8))


@pytest.mark.parametrize(("most", "size"), [(255, 1), (256, 2), (65_535, 2), (65_536, 4)])
def test_numbers_take_as_few_bytes_as_will_do(most: int, size: int) -> None:
    packed = small(np.array([0, most]))
    assert packed.itemsize == size
    assert packed.tolist() == [0, most]


def test_what_was_asked_for_last_is_kept() -> None:
    made: list[str] = []

    def make(name: str) -> str:
        made.append(name)
        return name.upper()

    kept: Recent[str, str] = Recent(2)
    assert [kept.get(name, make) for name in ("a", "b", "a", "c", "a", "b")] == ["A", "B", "A", "C", "A", "B"]
    assert made == ["a", "b", "c", "b"]


def test_two_ids_with_the_same_hash_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.tables.id_hash", lambda _: 7)
    ids = ["one", "two", "one"]
    none = np.zeros(3, dtype=np.int32)
    table = ArticleTable.make(
        ids=Texts.of(ids),
        titles=Texts.of(ids),
        reaches=Pool.of([(locale, "article", "", (), (), ()) for locale in ("en", "en", "de")]),
        tags=Pool.of([()] * 3),
        revisions=none,
        sources=none,
        contents=np.zeros((3, 32), dtype=np.uint8),
        firsts=np.zeros(4, dtype=np.int32),
        link_rows=none[:0],
        link_targets=Pool.of(list[str]()),
    )
    assert list(table.rows_of("one")) == [0, 2]
    assert (table.find(("one", "de")), table.find(("two", "de")), table.find(("three", "en"))) == (2, None, None)
