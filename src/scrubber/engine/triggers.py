"""Necessary codes: the procedures without which a condition is certainly false.

A rule is run on a line only where the line's code could be among them. The reasoning is one-sided: where a code cannot
be told to be necessary, None is given and the rule is a candidate everywhere.
"""

from __future__ import annotations

from scrubber.core.types import CODE
from scrubber.lang import ir

Trigger = tuple[ir.Codes, ...] | None
"""Code sets of which one must hold the code; None: any code."""


def necessary(node: ir.Condition, variable: str, field: str = "procedure") -> Trigger:
    """The codes that ``variable.field`` must have for ``node`` not to be false."""
    match node:
        case ir.And():
            found = [trigger for item in node.items if (trigger := necessary(item, variable, field)) is not None]
            return min(found, key=_width) if found else None
        case ir.Or():
            parts = [necessary(item, variable, field) for item in node.items]
            return None if None in parts else tuple(codes for part in parts if part for codes in part)
        case ir.In(value=ir.FieldOf() as value, codes=ir.Codes() as codes, negated=False):
            return (codes,) if value.variable == variable and value.name == field else None
        case ir.Compare(op="=", left=ir.FieldOf() as value, right=ir.CodeConst() as constant):
            if value.variable == variable and value.name == field:
                return (ir.Codes(exact=(constant.value,), system=CODE.of),)
    return None


def necessary_on_claim(node: ir.Condition) -> Trigger:
    """The codes of which some line of the claim must have one for ``node`` not to be false."""
    match node:
        case ir.And():
            found = [trigger for item in node.items if (trigger := necessary_on_claim(item)) is not None]
            return min(found, key=_width) if found else None
        case ir.Or():
            parts = [necessary_on_claim(item) for item in node.items]
            return None if None in parts else tuple(codes for part in parts if part for codes in part)
        case ir.Quantified(mode="any", source=source) if source.kind in ("lines", "other_lines"):
            return necessary(source.where, source.variable) if source.where is not None else None
    return None


def _width(trigger: tuple[ir.Codes, ...]) -> tuple[int, int]:
    """Narrower is better: few ranges, patterns and sets first, then few codes."""
    loose = sum(len(c.ranges) + len(c.patterns) + len(c.sets) + len(c.parameters) for c in trigger)
    return (loose, sum(len(c.exact) for c in trigger))
