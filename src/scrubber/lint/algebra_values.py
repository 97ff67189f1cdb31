"""Enough values of a field to tell any of some tests of it apart: numbers, dates, lists, flags, texts."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations, product
from typing import Any

from scrubber.core.types import Type
from scrubber.lint.algebra_codes import cells

FRACTIONS = frozenset({"units", "ndc_quantity", "minutes"})
"""Numbers that need not be whole."""
LEAST = {"line_count": 0, "position": 1, "number": 1, "days": 1}
ALWAYS_THERE = frozenset({"claim.sent_on", "claim.line_count"})
MOST_LISTS = 1_500
LONGEST = {"modifiers": 4}
DAY = timedelta(days=1)


def numbers(constants: Iterable[Any], name: str, whole: bool) -> list[Any]:
    """The constants and a number beside each; ordinary ones first."""
    points = sorted(set(constants))
    found = set(points)
    if whole and name not in FRACTIONS:
        for point in points:
            low = int(point // 1)
            found |= {low - 1, low, low + 1} if point == low else {low, low + 1}
        found = {value for value in found if value == value // 1}
    else:
        found |= {(a + b) / Decimal(2) for a, b in zip(map(Decimal, points), map(Decimal, points[1:]), strict=False)}
        found |= {point + sign for point in points[:1] + points[-1:] for sign in (-1, 1)}
    found = {value for value in found if value >= LEAST[name]} if name in LEAST else found
    return sorted(found or {1}, key=lambda value: (value <= 0, abs(value)))


def days(constants: Iterable[date]) -> list[date]:
    """The constants, and the day before and after each."""
    found: set[date] = set()
    for day in constants:
        found.add(day)
        found |= {day - DAY} if day > date.min else set()
        found |= {day + DAY} if day < date.max else set()
    return sorted(found, reverse=True) or [date(2024, 8, 1)]


def lists(matchers: Sequence[Container[str]], system: str, name: str, ordered: bool) -> tuple[list[Any], bool]:
    """Lists of codes, short ones first. ``ordered``: the place of a code in the list counts too."""
    codes, complete = cells(matchers, system)
    longest = LONGEST.get(name, len(codes))
    found: list[Any] = []
    for size in range((longest if ordered else min(longest, len(codes))) + 1):
        # The same code may stand at two positions.
        for made in product(codes, repeat=size) if ordered else combinations(codes, size):
            if len(found) >= MOST_LISTS:
                return found, False
            found.append(made)
    return found, complete


def values_of(
    type_: Type, key: str, matchers: Sequence[Container[Any]], constants: Sequence[Any], ordered: bool = False
) -> tuple[list[Any], bool]:
    """Values of a field, None for a missing one (an empty list is ``()``), and whether no kind of value was missed."""
    name = key.partition(".")[2]
    complete = True
    found: list[Any]
    if type_.many:
        found, complete = lists(matchers, "diagnosis" if type_.kind == "record" else type_.of, name, ordered)
        return found, complete
    match type_.kind:
        case "code":
            found, complete = cells(matchers, type_.of)
        case "number" | "money":
            found = numbers(constants, name, True)
        case "date":
            found = list(days(constants))
        case "flag":
            found = [True, False]
        case _:
            found = [*dict.fromkeys(constants), "other text"]
    return (found if key in ALWAYS_THERE else [*found, None]), complete
