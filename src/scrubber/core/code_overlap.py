"""Whether two sets of codes can have a code in common."""

from __future__ import annotations

import re

from scrubber.core.code_ranges import PREFIX_SYSTEMS, CodeMatcher, shape_of


def disjoint(a: CodeMatcher, b: CodeMatcher) -> bool:
    """Whether no code is in both; False where that cannot be told."""
    if any(code in b for code in a.exact) or any(code in a for code in b.exact):
        return False
    system = a.system or b.system
    spans_a, spans_b = [*a.ranges, *map(_prefix, a.patterns)], [*b.ranges, *map(_prefix, b.patterns)]
    return not any(_overlap(x, y, system) for x in spans_a for y in spans_b)


def _prefix(pattern: str) -> tuple[str, str]:
    head = re.split(r"[*?]", pattern)[0]
    return head, head + "\uffff"


def _overlap(a: tuple[str, str], b: tuple[str, str], system: str) -> bool:
    """Whether two stretches meet, both cut to the shorter length. Cutting errs towards yes."""
    ranges = not a[1].endswith("\uffff") and not b[1].endswith("\uffff")
    if ranges and system not in PREFIX_SYSTEMS and shape_of(a[0]) != shape_of(b[0]):
        return False
    length = min(len(a[0]), len(b[0]))
    low_a, low_b = a[0][:length], b[0][:length]
    return low_a <= b[1][:length] and low_b <= a[1][:length]
