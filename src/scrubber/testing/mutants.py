"""Small changes of a rule, each of which its golden cases should notice.

A change is made on the typed condition, never on its text. Value sets and tables are left alone: they are data, with a
source of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from msgspec import Struct, structs

from scrubber.engine.compile.program import CompiledRevision, CompiledRule
from scrubber.lang import ir
from scrubber.lang.unparse import unparse, unparse_key
from scrubber.packs.model import Window
from scrubber.testing.clauses import line_variable
from scrubber.testing.neighbours import after, before

_COMPARE = {"=": "!=", "!=": "=", "<": "<=", "<=": "<", ">": ">=", ">=": ">"}
_HAS = {"any": "none", "none": "any", "all": "any"}
_QUANTIFIERS = {"any": "no", "no": "any", "at_least": "at_most", "at_most": "at_least", "exactly": "at_least"}
_ARITHMETIC = {"+": "-", "-": "+"}
_CONDITIONS = (ir.And, ir.Or, ir.Not, ir.Compare, ir.Between, ir.In, ir.Has, ir.Missing, ir.Flag, ir.Quantified)
_DAY = timedelta(days=1)


class Mutant(Struct, frozen=True):
    """A changed rule. ``change`` says what was changed, and is its name in ``survivors``."""

    change: str
    rule: CompiledRule


class _Changed(Struct, frozen=True):
    """A changed part; ``said`` is filled in by the nearest condition around the change."""

    node: Any
    said: str = ""


def mutants_of(rule: CompiledRule) -> Iterator[Mutant]:
    """Every small change of a rule: of its conditions, its exceptions and its windows, in the order of the rule."""
    line = line_variable(rule.scope)
    for at, revision in enumerate(rule.revisions):
        number = f"revision {revision.number}, " if len(rule.revisions) > 1 else ""
        for said, changed in _revision(revision, line):
            revisions = (*rule.revisions[:at], changed, *rule.revisions[at + 1 :])
            yield Mutant(number + said, structs.replace(rule, revisions=revisions))


def _revision(revision: CompiledRevision, line: str) -> Iterator[tuple[str, CompiledRevision]]:
    if revision.when is not None:
        for changed in _changed(revision.when, line):
            yield f"when: {changed.said}", structs.replace(revision, when=changed.node)
    for at, item in enumerate(revision.unless):
        rest = (*revision.unless[:at], *revision.unless[at + 1 :])
        yield f"unless {at + 1}: without it", structs.replace(revision, unless=rest)
        for changed in _changed(item.condition, line):
            other = structs.replace(item, condition=changed.node)
            unless = (*revision.unless[:at], other, *revision.unless[at + 1 :])
            yield f"unless {at + 1}: {changed.said}", structs.replace(revision, unless=unless)
    window = revision.window
    for step in (_DAY, -_DAY):
        if window.first is not None and window.first + step <= (window.last or window.first + step):
            moved = Window(window.first + step, window.last)
            yield f"first day {window.first} → {moved.first}", structs.replace(revision, window=moved)
        if window.last is not None and window.last + step >= (window.first or window.last + step):
            moved = Window(window.first, window.last + step)
            yield f"last day {window.last} → {moved.last}", structs.replace(revision, window=moved)


def _changed(node: Any, line: str) -> Iterator[_Changed]:
    """The node with one change in it, for every change; each condition says what happened inside it."""
    for found in (*_here(node, line), *_below(node, line)):
        if not found.said and isinstance(node, _CONDITIONS):
            yield _Changed(found.node, f"{unparse(node, line)} → {unparse(found.node, line)}")
        else:
            yield found


def _below(node: Any, line: str) -> Iterator[_Changed]:
    if not isinstance(node, ir.Node):
        return
    for name in node.__struct_fields__:
        value = getattr(node, name)
        if isinstance(value, tuple):
            for at, item in enumerate(value):
                for changed in _changed(item, line):
                    items = (*value[:at], changed.node, *value[at + 1 :])
                    yield _Changed(structs.replace(node, **{name: items}), changed.said)
        else:
            for changed in _changed(value, line):
                yield _Changed(structs.replace(node, **{name: changed.node}), changed.said)


def _here(node: Any, line: str) -> Iterator[_Changed]:
    """The changes of the node itself."""
    match node:
        case ir.And() | ir.Or():
            for at, item in enumerate(node.items):
                rest = (*node.items[:at], *node.items[at + 1 :])
                whole = rest[0] if len(rest) == 1 else type(node)(items=rest)
                yield _Changed(whole, f"without {unparse(item, line)}")
        case ir.Not():
            yield _Changed(node.item)
        case ir.Flag():
            yield _Changed(ir.Not(item=node))
        case ir.Compare():
            yield _Changed(structs.replace(node, op=_COMPARE[node.op]))
        case ir.Between() | ir.In() | ir.Missing():
            yield _Changed(structs.replace(node, negated=not node.negated))
        case ir.Has():
            yield _Changed(structs.replace(node, mode=_HAS[node.mode]))
        case ir.Quantified():
            mode = _QUANTIFIERS.get(node.mode)
            yield _Changed(ir.Not(item=node) if mode is None else structs.replace(node, mode=mode))
        case ir.Source():
            yield from _source(node)
        case ir.Arithmetic() if node.op in _ARITHMETIC:
            yield _Changed(structs.replace(node, op=_ARITHMETIC[node.op]))
            if node.type.kind == "date":
                day = ir.DurationConst(count=1, unit="day")
                for op in _ARITHMETIC:
                    yield _Changed(ir.Arithmetic(op=op, left=node, right=day, type=node.type))
        case ir.ParameterOf() if node.type.kind == "number" and not node.type.many:
            for op in _ARITHMETIC:
                yield _Changed(ir.Arithmetic(op=op, left=node, right=ir.NumberConst(text="1"), type=node.type))
        case ir.Codes():
            yield from map(_Changed, _codes(node))
        case _:
            yield from map(_Changed, _constant(node))


def _source(node: ir.Source) -> Iterator[_Changed]:
    name = node.kind.replace("_", " ") + (f" as {node.variable}" if node.variable != "it" else "")
    if node.within is not None:
        yield _Changed(structs.replace(node, within=None), f"{name}: without `within`")
    if node.where is not None and not isinstance(node.where, ir.And):
        yield _Changed(structs.replace(node, where=None), f"{name}: without `where`")
    for at, key in enumerate(node.same):
        same = (*node.same[:at], *node.same[at + 1 :])
        yield _Changed(structs.replace(node, same=same), f"{name}: without same {unparse_key(key)}")


def _constant(node: Any) -> Iterator[Any]:
    match node:
        case ir.NumberConst():
            for step in (1, -1):
                yield structs.replace(node, text=shifted(node.text, step))
        case ir.MoneyConst():
            for step in (1, -1):
                yield structs.replace(node, cents=node.cents + step)
        case ir.DateConst():
            for day in (_DAY, -_DAY):
                yield structs.replace(node, value=node.value + day)
        case ir.DurationConst():
            for step in (1, -1):
                yield structs.replace(node, count=node.count + step)
        case ir.CodeConst() if node.type.kind == "code":
            yield structs.replace(node, value=after(node.value))


def _codes(node: ir.Codes) -> Iterator[ir.Codes]:
    """Ends of ranges moved by one, members swapped for their neighbours, sets and patterns left out."""
    for at, (low, high) in enumerate(node.ranges):
        for ends in ((after(low), high), (before(low), high), (low, after(high)), (low, before(high))):
            yield structs.replace(node, ranges=(*node.ranges[:at], ends, *node.ranges[at + 1 :]))
    for name in ("exact", "numbers", "dates"):
        members = getattr(node, name)
        for at, member in enumerate(members):
            other = after(member) if name == "exact" else member + _DAY if name == "dates" else shifted(member, 1)
            if other not in members:
                yield structs.replace(node, **{name: (*members[:at], other, *members[at + 1 :])})
            elif len(members) > 1:
                yield structs.replace(node, **{name: (*members[:at], *members[at + 1 :])})
    if len(node.exact) + len(node.ranges) + len(node.patterns) + len(node.sets) > 1:
        for name in ("patterns", "sets"):
            members = getattr(node, name)
            for at in range(len(members)):
                yield structs.replace(node, **{name: (*members[:at], *members[at + 1 :])})


def shifted(text: str, step: int) -> str:
    """A decimal number and one more or less."""
    from decimal import Decimal

    return str(Decimal(text) + step)
