"""From rows to the sections of a packed table, in bounded memory and without regard to the order of the rows."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct

from scrubber.tables.names import SEPARATOR, pack_names
from scrubber.tables.packed import OPEN_END, OPEN_START, narrow, numbers
from scrubber.tables.schema import TableSchema

_FACT_BITS = 32
_FACT = (1 << _FACT_BITS) - 1

Fact = tuple[int, int, tuple[str | None, ...]]
"""(first day, last day, canonical values in column order); days are ordinals."""


class Clash(Struct, frozen=True):
    """A key with two rows in force on one day that say different things."""

    keys: tuple[str, ...]


class TableBuilder:
    """Collects rows of one table and lays them out.

    Importers of large files intern keys and facts themselves (:meth:`head`, :meth:`tail`, :meth:`fact`) and append
    ``tail << 32 | fact`` to a head's group; everyone else calls :meth:`add`. ``covers`` are the days (ordinals) on
    which rows that disagree are looked for.
    """

    def __init__(self, schema: TableSchema) -> None:
        self.schema = schema
        self.covers = (OPEN_START, OPEN_END)
        self.groups: dict[str, array[int]] = {}
        self.tails: dict[str, int] = {}
        self.facts: dict[Fact, int] = {}
        self.duplicates = 0
        self.rows = 0
        self.clashes: list[Clash] = []
        self.clash_count = 0

    def head(self, first_key: str) -> array[int]:
        """The group of rows that share their first key."""
        group = self.groups.get(first_key)
        if group is None:
            group = self.groups[first_key] = array("Q")
        return group

    def tail(self, further_keys: str) -> int:
        """The number of the further keys, joined by :data:`SEPARATOR` (empty for a table of one key)."""
        return self.tails.setdefault(further_keys, len(self.tails))

    def fact(self, effective: int, deletion: int, values: tuple[str | None, ...]) -> int:
        """The number of what a row says beside its key."""
        return self.facts.setdefault((effective, deletion, values), len(self.facts))

    def add(self, keys: Sequence[str], values: Mapping[str, str | None], effective: int | None = None,
            deletion: int | None = None) -> None:  # fmt: skip
        """Add a row. ``keys`` are normalised, in schema order; ``values`` are canonical texts by column; days are
        ordinals, None where open. The last key of a range table is ``first + SEPARATOR + last``."""
        columns = tuple(values.get(name) for name in self.schema.columns)
        first = OPEN_START if effective is None else effective
        last = OPEN_END if deletion is None else deletion
        if self.schema.match == "range" and len(keys) == 1:
            keys = ("", keys[0])
        number = self.tail(SEPARATOR.join(keys[1:]))
        self.head(keys[0]).append(number << _FACT_BITS | self.fact(first, last, columns))

    def sections(self) -> dict[str, tuple[str, bytes]]:
        """Lay the rows out; sets ``rows``, ``duplicates``, ``clashes``. The builder is spent afterwards."""
        tails, tail_rank = _ranked(self.tails)
        facts, fact_rank = _ranked_facts(self.facts)
        heads = sorted(name for name, group in self.groups.items() if group)
        first = array("I", [0])
        tail = array(narrow(max(len(tails) - 1, 0)))
        group = array("I")
        histories: dict[tuple[int, ...], int] = {}
        self.rows = self.duplicates = self.clash_count = 0
        for head in heads:
            raw = self.groups.pop(head)
            rows = sorted({tail_rank[k >> _FACT_BITS] << _FACT_BITS | fact_rank[k & _FACT] for k in raw})
            self.duplicates += len(raw) - len(rows)
            self.rows += len(rows)
            found = [k >> _FACT_BITS for k in rows]
            if len(set(found)) == len(found):
                tail.extend(found)
                group.extend([k & _FACT for k in rows])
            else:
                self._several(head, rows, tails, facts, tail, group, histories)
            first.append(len(tail))
        starts, members = array("I", [0]), array("I")
        for history in histories:
            members.extend(history)
            starts.append(len(members))
        if narrow(len(facts) + len(histories)) == "H":
            group = array("H", group)
        out = {
            "heads": pack_names(heads), "tails": pack_names(tails),
            "first": ("I", numbers(first)), "tail": (tail.typecode, numbers(tail)),
            "group": (group.typecode, numbers(group)), "history": ("I", numbers(starts)),
            "facts": ("I", numbers(members)), "effective": ("I", numbers(array("I", [f[0] for f in facts]))),
            "deletion": ("I", numbers(array("I", [f[1] for f in facts]))),
        }  # fmt: skip
        for at, name in enumerate(self.schema.columns):
            words = sorted({f[2][at] for f in facts}, key=lambda word: (word is not None, word or ""))
            place = {word: number for number, word in enumerate(words)}
            values = array(narrow(max(len(words) - 1, 0)), [place[f[2][at]] for f in facts])
            out[f"words.{name}"] = ("j", msgspec.json.encode(words))
            out[f"value.{name}"] = (values.typecode, numbers(values))
        return out

    def _several(self, head: str, rows: list[int], tails: list[str], facts: list[Fact], tail: array[int],
                 group: array[int], histories: dict[tuple[int, ...], int]) -> None:  # fmt: skip
        by_tail: dict[int, list[int]] = {}
        for k in rows:
            by_tail.setdefault(k >> _FACT_BITS, []).append(k & _FACT)
        for number, members in by_tail.items():
            tail.append(number)
            if len(members) == 1:
                group.append(members[0])
                continue
            history = tuple(members)
            group.append(len(facts) + histories.setdefault(history, len(histories)))
            if _disagree([facts[f] for f in history], *self.covers):
                self.clash_count += 1
                if len(self.clashes) < 5:
                    self.clashes.append(Clash((head, *tails[number].split(SEPARATOR))))


def _ranked(names: dict[str, int]) -> tuple[list[str], list[int]]:
    ordered = sorted(names)
    rank = [0] * len(names)
    for place, name in enumerate(ordered):
        rank[names[name]] = place
    return ordered, rank


def _ranked_facts(facts: dict[Fact, int]) -> tuple[list[Fact], list[int]]:
    ordered = sorted(facts, key=lambda f: (f[0], f[1], tuple(word or "" for word in f[2])))
    rank = [0] * len(facts)
    for place, fact in enumerate(ordered):
        rank[facts[fact]] = place
    return ordered, rank


def _disagree(facts: list[Fact], begin: int, end: int) -> bool:
    """Whether two of a key's rows, which come in order of first day, hold on one day of the cover and differ."""
    live = [(max(f[0], begin), min(f[1], end), f[2]) for f in facts if f[0] <= end and f[1] >= begin]
    live.sort(key=lambda row: row[:2])
    reach, said = -1, None
    for effective, deletion, values in live:
        if said is not None and effective <= reach and values != said:
            return True
        if deletion > reach:
            reach, said = deletion, values
    return False
