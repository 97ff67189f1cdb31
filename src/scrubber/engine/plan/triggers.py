"""Necessary codes: what a line must carry for a condition not to be certainly false.

A rule is run on a line only where the line's procedure, modifiers and place of service could meet it. The reasoning is
one-sided: what cannot be told to be necessary is left out, and a rule without triggers is a candidate everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable

from scrubber.lang import ir

Triggers = dict[str, tuple[ir.Codes, ...]]
"""Field name to code sets, of which one must hold the field's code (for ``modifiers``: one of its codes)."""

SCALARS = frozenset({"procedure", "place_of_service", "code"})


def necessary(node: ir.Condition | None, variable: str) -> Triggers:
    """What ``variable`` must carry for ``node`` not to be false."""
    match node:
        case ir.And():
            return _narrowest([necessary(item, variable) for item in node.items])
        case ir.Or():
            return _common([necessary(item, variable) for item in node.items])
        case ir.In(value=ir.FieldOf() as value, codes=ir.Codes() as codes, negated=False):
            return {value.name: (codes,)} if value.variable == variable and value.name in SCALARS else {}
        case ir.Compare(op="=", left=ir.FieldOf() as value, right=ir.CodeConst() as constant):
            if value.variable == variable and value.name in SCALARS:
                return {value.name: (ir.Codes(exact=(constant.value,)),)}
        case ir.In(value=ir.CodeConst() as constant, codes=ir.ListOf(value=ir.FieldOf() as items), negated=False):
            # `line.modifiers has 25`
            if items.variable == variable and items.name == "modifiers":
                return {"modifiers": (ir.Codes(exact=(constant.value,)),)}
        case ir.Has(items=ir.FieldOf() as items, codes=ir.Codes() as codes, mode="any"):
            return {"modifiers": (codes,)} if items.variable == variable and items.name == "modifiers" else {}
    return {}


def necessary_on_claim(node: ir.Condition | None) -> Triggers:
    """What some line of the claim must carry for ``node`` not to be false: procedures only."""
    match node:
        case ir.And():
            return _narrowest([necessary_on_claim(item) for item in node.items])
        case ir.Or():
            return _common([necessary_on_claim(item) for item in node.items])
        case ir.Quantified(mode="any", source=source) if source.kind in ("lines", "other_lines"):
            found = necessary(source.where, source.variable)
            return {"procedure": found["procedure"]} if "procedure" in found else {}
    return {}


def either(parts: Iterable[Triggers]) -> Triggers:
    """What is necessary where one of several conditions (revisions, rows) may be the one."""
    return _common(list(parts))


def _narrowest(parts: list[Triggers]) -> Triggers:
    """All of several must hold: of each field the narrowest trigger is enough."""
    found: Triggers = {}
    for part in parts:
        for field, codes in part.items():
            if field not in found or _width(codes) < _width(found[field]):
                found[field] = codes
    return found


def _common(parts: list[Triggers]) -> Triggers:
    """One of several must hold: only a field that each part needs, and then any of their codes."""
    if not parts:
        return {}
    fields = set(parts[0]).intersection(*parts[1:])
    return {field: tuple(codes for part in parts for codes in part[field]) for field in sorted(fields)}


def _width(trigger: tuple[ir.Codes, ...]) -> tuple[int, int]:
    """Narrower is better: few ranges, patterns and sets first, then few codes."""
    loose = sum(len(c.ranges) + len(c.patterns) + len(c.sets) + len(c.parameters) for c in trigger)
    return (loose, sum(len(c.exact) for c in trigger))
