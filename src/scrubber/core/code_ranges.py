"""Which codes a set of exact codes, ranges and patterns holds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

PREFIX_SYSTEMS = frozenset({"diagnosis"})
"""Systems whose codes are a tree: a range of categories covers the codes below them."""


def shape_of(code: str) -> str:
    """The shape of a code: ``A`` for each letter and ``9`` for each digit. ``J0120`` is ``A9999``."""
    return "".join("9" if c.isdigit() else "A" for c in code)


def in_range(code: str, low: str, high: str, system: str = "") -> bool:
    """Whether a normalised code lies between two of one shape, both included.

    Only codes of that shape are compared: ``0005U`` is not between ``00001`` and ``00100``. A diagnosis is
    compared by as many characters as the end points have, so ``E08-E13`` holds ``E13.9``.
    """
    if system in PREFIX_SYSTEMS:
        code = code[: len(low)]
    return len(code) == len(low) and low <= code <= high and shape_of(code) == shape_of(low)


def range_problem(low: str, high: str) -> str:
    """Why two normalised codes do not make a range; empty where they do. ``shape`` or ``order``."""
    if len(low) != len(high) or shape_of(low) != shape_of(high):
        return "shape"
    return "order" if low > high else ""


def normalise_pattern(text: str) -> str:
    """A pattern as it is held: no dots, and ``E11.*`` (strictly below E11) as ``E11?*``."""
    text = text.strip().upper()
    if text.endswith(".*"):
        text = f"{text[:-2]}?*"
    return text.replace(".", "")


@lru_cache(maxsize=4096)
def _expression(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\*+|\?)", pattern)
    return re.compile("".join("." if p == "?" else ".*" if p.startswith("*") else re.escape(p) for p in parts))


def matches(code: str, pattern: str) -> bool:
    """Whether a normalised code meets a normalised pattern: ``*`` any run of characters, ``?`` exactly one."""
    if pattern.endswith("?*") and not ("?" in pattern[:-2] or "*" in pattern[:-2]):
        return len(code) >= len(pattern) - 1 and code.startswith(pattern[:-2])
    if pattern.endswith("*") and not ("?" in pattern or "*" in pattern[:-1]):
        return code.startswith(pattern[:-1])
    return _expression(pattern).fullmatch(code) is not None


class CodeMatcher:
    """The codes of a set, for ``code in matcher``. Immutable; safe to share between threads.

    ``system`` is the code system: it decides whether ranges cover the codes below their end points.
    """

    __slots__ = ("exact", "patterns", "ranges", "system")

    def __init__(
        self,
        exact: Iterable[str] = (),
        ranges: Iterable[tuple[str, str]] = (),
        patterns: Iterable[str] = (),
        system: str = "",
    ) -> None:
        self.exact = frozenset(exact)
        self.ranges = tuple(ranges)
        self.patterns = tuple(patterns)
        self.system = system

    def __contains__(self, code: object) -> bool:
        if not isinstance(code, str):
            return False
        if code in self.exact:
            return True
        return any(in_range(code, low, high, self.system) for low, high in self.ranges) or any(
            matches(code, pattern) for pattern in self.patterns
        )

    def __repr__(self) -> str:
        return f"CodeMatcher({sorted(self.exact)}, {self.ranges}, {self.patterns}, {self.system!r})"
