"""Many small things in few arrays: a Python object for each of 100,000 passages would outweigh their texts."""

import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from threading import Lock
from typing import Any, Generic, Self, TypeVar, overload

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

Bytes = NDArray[np.uint8]
Rows = NDArray[np.int64]
Arrays = Mapping[str, NDArray[Any]]
"""Arrays by name, as they lie in a file."""
Value = TypeVar("Value", bound=Hashable)
Name = TypeVar("Name", bound=Hashable)
Made = TypeVar("Made")


class Texts(Sequence[str]):
    """Texts one after another in UTF-8; text i is `blob[offsets[i]:offsets[i + 1]]`, decoded when asked for."""

    def __init__(self, blob: Bytes, offsets: NDArray[Any]) -> None:
        """Take the arrays over; `ValueError` when they do not fit each other."""
        if not len(offsets) or int(offsets[0]) != 0 or int(offsets[-1]) != len(blob):
            message = "texts and their offsets do not fit each other"
            raise ValueError(message)
        self.blob = blob
        self.offsets = offsets

    @classmethod
    def of(cls, texts: Iterable[str]) -> Self:
        """Pack these texts."""
        encoded = [text.encode() for text in texts]
        blob = np.frombuffer(b"".join(encoded), dtype=np.uint8)
        return cls(blob, offsets_of(np.array([len(one) for one in encoded], dtype=np.int64)))

    @classmethod
    def joined(cls, parts: Sequence[tuple["Texts", Rows]]) -> Self:
        """These rows of each part, part after part."""
        blobs = [part.blob[start:end] for part, rows in parts for start, end in spans(part.offsets, rows)]
        sizes = [np.diff(part.offsets.astype(np.int64))[rows] for part, rows in parts]
        return cls(concatenated(blobs, np.uint8), offsets_of(concatenated(sizes, np.int64)))

    @classmethod
    def from_arrays(cls, arrays: Arrays, name: str) -> Self:
        """Read what `to_arrays` gave."""
        return cls(arrays[f"{name}.blob"], arrays[f"{name}.offsets"])

    def to_arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """Two arrays for a file."""
        return {f"{name}.blob": self.blob, f"{name}.offsets": self.offsets}

    @override
    def __len__(self) -> int:
        return len(self.offsets) - 1

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> list[str]: ...
    @override
    def __getitem__(self, row: int | slice) -> str | list[str]:
        if isinstance(row, slice):
            return [self[one] for one in range(*row.indices(len(self)))]
        row = range(len(self))[row]
        return self.blob[int(self.offsets[row]) : int(self.offsets[row + 1])].tobytes().decode()


class Pool(Generic[Value]):
    """Few different values for many rows: row i has `values[places[i]]`."""

    def __init__(self, values: Sequence[Value], places: NDArray[Any]) -> None:
        """Take values and places over; `ValueError` when a place has no value."""
        if len(places) and int(places.max()) >= len(values):
            message = "a row names a value that is not there"
            raise ValueError(message)
        self.values = values
        self.places = places

    @classmethod
    def of(cls, rows: Iterable[Value]) -> "Pool[Value]":
        """Pack these values, each different one once."""
        known: dict[Value, int] = {}
        places = np.array([known.setdefault(value, len(known)) for value in rows], dtype=np.int64)
        return cls(list(known), small(places))

    @classmethod
    def joined(cls, parts: Sequence[tuple["Pool[Value]", Rows]]) -> "Pool[Value]":
        """These rows of each part, part after part."""
        known: dict[Value, int] = {}
        moved = []
        for part, rows in parts:
            there = np.array([known.setdefault(value, len(known)) for value in part.values], dtype=np.int64)
            moved.append(there[part.places[rows].astype(np.int64)])
        return cls(list(known), small(concatenated(moved, np.int64)))

    @classmethod
    def from_arrays(cls, arrays: Arrays, name: str) -> "Pool[Any]":
        """Read what `to_arrays` gave; lists come back as tuples."""
        return cls(
            [_frozen(value) for value in json.loads(arrays[f"{name}.values"].tobytes())], arrays[f"{name}.places"]
        )

    def to_arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """Two arrays for a file; the values must be texts, numbers, or tuples of them."""
        values = np.frombuffer(json.dumps(list(self.values), ensure_ascii=False).encode(), dtype=np.uint8)
        return {f"{name}.values": values, f"{name}.places": self.places}

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.places)

    def __getitem__(self, row: int) -> Value:
        """The value of a row."""
        return self.values[int(self.places[row])]


class Recent(Generic[Name, Made]):
    """The last few things that were made, by name; safe for several threads, which may make the same thing twice."""

    def __init__(self, most: int) -> None:
        """Keep so many."""
        self._most = most
        self._kept: dict[Name, Made] = {}
        self._lock = Lock()

    def get(self, name: Name, make: Callable[[Name], Made]) -> Made:
        """The thing of that name, made now when it is not kept."""
        found = self._kept.get(name)
        if found is None:
            found = make(name)
        with self._lock:
            # What was asked for last goes last, so that the first is the one that nobody wanted for longest.
            self._kept.pop(name, None)
            self._kept[name] = found
            if len(self._kept) > self._most:
                del self._kept[next(iter(self._kept))]
        return found


def offsets_of(sizes: NDArray[np.int64]) -> NDArray[Any]:
    """Where things of these sizes begin, one after another, and where the last one ends."""
    offsets = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes, dtype=np.int64)])
    return offsets.astype(np.uint32) if offsets[-1] < 2**32 else offsets


def small(numbers: NDArray[np.int64]) -> NDArray[Any]:
    """The same numbers, none below zero, in as few bytes as will do."""
    most = int(numbers.max()) if len(numbers) else 0
    return numbers.astype(np.uint8 if most < 2**8 else np.uint16 if most < 2**16 else np.uint32)


def concatenated(arrays: Sequence[NDArray[Any]], dtype: Any) -> NDArray[Any]:
    """Arrays after one another; an empty one when there are none."""
    return np.concatenate(arrays).astype(dtype, copy=False) if arrays else np.empty(0, dtype=dtype)


def spans(offsets: NDArray[Any], rows: Rows) -> Iterator[tuple[int, int]]:
    """From where to where these rows reach in what `offsets` divides; neighbours are one span."""
    if not len(rows):
        return
    breaks = np.flatnonzero(np.diff(rows) != 1) + 1
    for run in np.split(rows, breaks) if len(breaks) else [rows]:
        yield int(offsets[int(run[0])]), int(offsets[int(run[-1]) + 1])


def _frozen(value: Any) -> Any:
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value
