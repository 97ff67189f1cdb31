"""The order of entries."""

from __future__ import annotations

from typing import Any

from scrubber.packs.model import SEVERITIES

_RANK = {severity: place for place, severity in enumerate(SEVERITIES)}


def ordered(entries: list[Any]) -> list[Any]:
    """Entries by severity, line and rule; what is of the claim stands behind its lines."""
    if len(entries) < 2:
        return entries
    return sorted(entries, key=lambda e: (_RANK[e.severity], e.line is None, e.line or 0, e.rule, e.lines,
                                          [r.line or 0 for r in e.related]))  # fmt: skip
