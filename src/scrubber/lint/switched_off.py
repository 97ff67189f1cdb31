"""Warnings of the check that a rule is let off, as it is let off lints: by code, with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from scrubber.core.diagnostics import Diagnostic
from scrubber.packs.model import Pack, Rule

WARNINGS: Final = frozenset({"SCR402", "SCR403", "SCR404", "SCR405", "SCR406", "SCR407"})
"""What the check warns of though it may be meant. Errors are never switched off."""
Used = frozenset[tuple[str, str]]
"""Rule and code of what was switched off and would have been said."""


def without(found: Iterable[Diagnostic], packs: Sequence[Pack]) -> tuple[list[Diagnostic], Used]:
    """What is left to be said, and what rules switched off."""
    begins: dict[str, list[Rule]] = {}
    for rule in (rule for pack in packs for rule in pack.rules if rule.lint_off):
        begins.setdefault(rule.place.path, []).append(rule)
    others = {path: sorted(rule.place.line for pack in packs for rule in pack.rules if rule.place.path == path)
              for path in begins}  # fmt: skip
    kept, used = [], set()
    for item in found:
        around = _around(item, begins.get(item.place.path, ()), others.get(item.place.path, []))
        if around is not None and item.severity == "warning" and item.code in {off.code for off in around.lint_off}:
            used.add((around.id, item.code))
        else:
            kept.append(item)
    return kept, frozenset(used)


def _around(item: Diagnostic, rules: Sequence[Rule], begins: Sequence[int]) -> Rule | None:
    """The rule that a place stands in: the last that begins at or above it, where it is one of ``rules``."""
    line = max((begin for begin in begins if begin <= item.place.line), default=None)
    return next((rule for rule in rules if rule.place.line == line), None)
