"""Excludes1 notes: which codes a note names, and the pairs of codes that follow from it.

A note stands at a code, a section or a chapter and holds for every code below. It names codes in parentheses:
``(A05.-)``, ``(A04.0-A04.4)``, ``(Q65-Q66, Q68-Q74)``. Notes that name none, or name them with a further condition
("with fifth character 1"), are left out and counted: nobody can say from codes alone whether they hold.
Source: ICD-10-CM Official Guidelines for Coding and Reporting, section I.A.12.a; tabular list.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from scrubber.core.types import code
from scrubber.tables.builder import TableBuilder
from scrubber.tables.importers.report import Tally
from scrubber.tables.schema import TableSchema

TABLE = "icd10cm_excludes1"
NO_CODES = "note that names no codes, or names them with a further condition"
_DIAGNOSIS = code("diagnosis")
_ONE = r"[A-Z](?:[0-9][0-9A-Z]|[A-Z][0-9])(?:\.[0-9A-Z]{0,4})?"
"""A code or category. The second character is a letter since QA0 (fiscal year 2026)."""
_ITEM = re.compile(rf"({_ONE})(?:-?\s*-\s*({_ONE}))?-?")
_LIST = re.compile(rf"{_ITEM.pattern}(?:(?:\s*[,;]\s*(?:and\s+)?|\s+and\s+|\s+or\s+){_ITEM.pattern})*\s*")


def schema() -> TableSchema:
    """A code and a code it excludes, or an ancestor of it. The rows have no columns: that there is one says all."""
    return TableSchema(TABLE, (("code", _DIAGNOSIS), ("excluded", _DIAGNOSIS)), {}, dated=False, match="descendant")


def named(note: str) -> list[tuple[str, str]]:
    """The codes a note names, as (first, last) without dots; one code is both. Empty where none is certain."""
    found: list[tuple[str, str]] = []
    for inside in re.findall(r"\(([^()]*)\)", note):
        if re.search(rf"(?<![A-Z0-9]){_ONE}", inside) is None:
            continue
        if _LIST.fullmatch(inside.strip()) is None:
            return []
        found += [(_bare(item[1]), _bare(item[2] or item[1])) for item in _ITEM.finditer(inside)]
    return found


class Codes:
    """All codes and categories, in the order of the tabular list, to resolve what a note names.

    The order is not that of the characters: D3A stands between D36 and D37. ``ordered`` gives it by its categories.
    """

    def __init__(self, known: Iterable[str], ordered: Iterable[str]) -> None:
        self._rank = {category: at for at, category in enumerate(dict.fromkeys(each[:3] for each in ordered))}
        self._keys = sorted((self._rank[each[:3]], each) for each in set(known))

    def below(self, prefix: str) -> list[str]:
        """The code and everything below it; nothing where there is no such code."""
        rank = self._rank.get(prefix[:3])
        if rank is None:
            return []
        return [each for _, each in self._between((rank, prefix), (rank, f"{prefix}~")) if each.startswith(prefix)]

    def spanned(self, first: str, last: str) -> list[str]:
        """The highest codes that lie, with all below them, from ``first`` to ``last``; both may be categories."""
        if first == last:
            return [first] if self.below(first) else []
        low, high = self._near(first, up=True), self._near(last, up=False)
        if not low or not high:
            return []
        begin = first if first.startswith(low) else low
        end = last if last.startswith(high) else high
        found: list[str] = []
        for _, each in self._between((self._rank[low], begin), (self._rank[high], f"{end}~")):
            if (found and each.startswith(found[-1])) or (len(each) < len(last) and last.startswith(each)):
                continue
            found.append(each)
        return found

    def _near(self, code: str, up: bool) -> str:
        """The category of a code; where there is none, the next one inside: blocks leave room for codes to come."""
        if code[:3] in self._rank:
            return code[:3]
        letter = [each for each in self._rank if each[0] == code[0] and (each > code[:3]) is up]
        return (min if up else max)(letter, key=self._rank.__getitem__, default="")

    def _between(self, low: tuple[int, str], high: tuple[int, str]) -> list[tuple[int, str]]:
        return self._keys[bisect_left(self._keys, low) : bisect_left(self._keys, high)]


def add_pairs(notes: Iterable[tuple[Sequence[str], str]], codes: Codes, builder: TableBuilder, tally: Tally) -> None:
    """Fill :func:`schema` from notes: the codes that may be reported below where one stands, and its text.

    The tally counts the pairs, and the notes that were left out.
    """
    for owners, note in notes:
        spans = named(note)
        excluded = dict.fromkeys(each for first, last in spans for each in codes.spanned(first, last))
        if not excluded:
            tally.dropped[NO_CODES] += 1
            tally.read += 1
            continue
        for owner in owners:
            for each in excluded:
                # A note of a chapter may name a part of that chapter; a code does not exclude itself.
                if not owner.startswith(each):
                    builder.add([owner, each], {})
                    tally.read += 1


def _bare(text: str) -> str:
    return text.replace(".", "")
