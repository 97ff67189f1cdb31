"""Members of a list as packs and callers write them - codes, ``A-B``, patterns, ``@set`` - as a code set."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from scrubber.core.code_ranges import normalise_pattern
from scrubber.core.code_systems import normalise_code
from scrubber.core.types import Type
from scrubber.lang import ir

_RANGE = r"\s*([A-Za-z0-9.]+)\s*-\s*([A-Za-z0-9.]+)\s*"


def members_of(written: Iterable[str], type_: Type) -> ir.Codes:
    """A code set from its members as written; numbers and dates where the list is of those."""
    exact: list[str] = []
    ranges: list[tuple[str, str]] = []
    patterns: list[str] = []
    sets: list[str] = []
    numbers: list[str] = []
    dates: list[date] = []
    for text in (item.strip() for item in written):
        if text.startswith("@"):
            sets.append(text[1:])
        elif type_.kind == "number":
            numbers.append(text)
        elif type_.kind == "date":
            dates.append(date.fromisoformat(text))
        elif "*" in text or "?" in text:
            patterns.append(normalise_pattern(text))
        elif "-" in text and (found := re.fullmatch(_RANGE, text)):
            ranges.append((normalise_code(found[1]), normalise_code(found[2])))
        else:
            exact.append(normalise_code(text))
    return ir.Codes(
        exact=tuple(exact), ranges=tuple(ranges), patterns=tuple(patterns), sets=tuple(sets), numbers=tuple(numbers),
        dates=tuple(dates), system=type_.of,
    )  # fmt: skip
