"""Typed conditions as terms of the algebra: tests of one field each, and questions that only a claim can answer."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, field
from typing import Any

from scrubber.core.types import Type
from scrubber.engine.evaluate.lists import BoundCodes, Version
from scrubber.engine.evaluate.operations import COMPARE, number
from scrubber.lang import ir
from scrubber.lang.unparse import unparse
from scrubber.packs.model import Window

TRUE, FALSE, UNKNOWN = 1, 2, 4
"""Truth values as bits: a set of them says which are possible."""
ANY = TRUE | FALSE | UNKNOWN
FLIPPED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
POSITIONS = {f"modifier_{at}": at - 1 for at in (1, 2, 3, 4)}


@dataclass(frozen=True, slots=True)
class Term:
    """``kind``: and, or, not (of ``items``); test (of the field ``key``: ``ask`` gives the bits for a value); free
    (``key`` is its text)."""

    kind: str
    items: tuple[Term, ...] = ()
    key: str = ""
    ask: Callable[[Any], int] | None = None


@dataclass(slots=True)
class About:
    """What is known of a field from its tests."""

    type: Type
    matchers: list[Container[Any]] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)
    ordered: bool = False


class Terms:
    """Makes terms and gathers what their tests say about each field.

    A set that is not the same on every day makes its test free.
    """

    def __init__(self) -> None:
        self._codes: Callable[[ir.Codes], BoundCodes]
        self._names = ""
        self.fields: dict[str, About] = {}
        self.free: dict[str, ir.Condition] = {}

    def of(self, node: ir.Condition, codes: Callable[[ir.Codes], BoundCodes], names: str = "") -> Term:
        """The condition as a term. ``codes`` binds its sets; ``names`` says in which pack's names it is written."""
        self._codes, self._names = codes, names
        return self._term(node)

    def _term(self, node: ir.Condition) -> Term:
        match node:
            case ir.And() | ir.Or():
                return Term("and" if isinstance(node, ir.And) else "or", tuple(map(self._term, node.items)))
            case ir.Not():
                return Term("not", (self._term(node.item),))
            case ir.In(negated=True):
                return Term("not", (self._term(ir.In(value=node.value, codes=node.codes)),))
            case ir.Between(negated=True):
                inside = ir.Between(value=node.value, low=node.low, high=node.high)
                return Term("not", (self._test(inside) or self._free(inside),))
            case ir.Missing(negated=True):
                return Term("not", (self._term(ir.Missing(value=node.value)),))
            case ir.Has(mode="none"):
                return Term("not", (self._term(ir.Has(items=node.items, codes=node.codes, mode="any")),))
            case ir.Quantified(mode="no"):
                any_ = ir.Quantified(mode="any", source=node.source)
                return Term("not", (self._free(any_),))
        return self._test(node) or self._free(node)

    def _free(self, node: ir.Condition) -> Term:
        text = unparse(node)
        if self._names:
            text = f"{self._names}: {text}"
        self.free.setdefault(text, node)
        return Term("free", key=text)

    def _test(self, node: ir.Condition) -> Term | None:
        match node:
            case ir.Compare(op=op, left=ir.FieldOf() as owner, right=right):
                return self._compare(op, owner, right)
            case ir.Compare(op=op, left=left, right=ir.FieldOf() as owner):
                return self._compare(FLIPPED[op], owner, left)
            case ir.Between(value=ir.FieldOf() as owner, low=low, high=high):
                ends = constant(low), constant(high)
                if None in ends or owner.type.many:
                    return None
                about = self._about(owner)
                about.constants += ends
                return self._made(owner, lambda v: _bit(ends[0] <= v <= ends[1]))
            case ir.In(value=ir.FieldOf() as owner, codes=ir.Codes() as codes) if not owner.type.many:
                return self._in(owner, codes)
            case ir.In(value=ir.CodeConst() as code, codes=ir.ListOf(value=ir.FieldOf() as owner)):
                return self._list(owner, frozenset({code.value}), lambda items, m: any(i in m for i in items))
            case ir.Has(items=ir.FieldOf() as owner, codes=ir.Codes() as codes):
                return self._has(owner, codes, node.mode)
            case ir.Missing(value=ir.FieldOf() as owner) if not owner.name.startswith("modifier_"):
                self._about(owner)
                return Term("test", key=key_of(owner), ask=lambda value: _bit(value is None or value == ()))
            case ir.Flag(value=ir.FieldOf() as owner):
                self._about(owner)
                return self._made(owner, lambda value: _bit(value is True))
        return None

    def _about(self, owner: ir.FieldOf) -> About:
        if owner.name in POSITIONS and owner.record == "line":
            about = self.fields.setdefault(key_of(owner), About(Type("code", "modifier", many=True)))
            about.ordered = True
            return about
        return self.fields.setdefault(key_of(owner), About(owner.type))

    def _made(self, owner: ir.FieldOf, ask: Callable[[Any], int]) -> Term:
        """A test whose answer is unknown where the field is missing."""
        position = POSITIONS.get(owner.name) if owner.record == "line" else None
        if position is not None:
            return Term("test", key=key_of(owner),
                        ask=lambda value: ask(value[position]) if len(value) > position else UNKNOWN)  # fmt: skip
        return Term("test", key=key_of(owner), ask=lambda value: UNKNOWN if value is None else ask(value))

    def _compare(self, op: str, owner: ir.FieldOf, other: ir.Value) -> Term | None:
        wanted = constant(other)
        if wanted is None or owner.type.many or owner.type.kind == "record":
            return None
        about = self._about(owner)
        if isinstance(other, ir.CodeConst):
            about.matchers.append(frozenset({wanted}))
        else:
            about.constants.append(wanted)
        compare = COMPARE[op]
        return self._made(owner, lambda value: _bit(compare(value, wanted)))

    def _in(self, owner: ir.FieldOf, codes: ir.Codes) -> Term | None:
        if codes.numbers or codes.dates:
            if codes.sets or codes.parameters:
                return None
            members = frozenset([*map(number, codes.numbers), *codes.dates])
            self._about(owner).constants += sorted(members)
            return self._made(owner, lambda value: _bit(value in members))
        matcher = self._matcher(codes)
        if matcher is None:
            return None
        about = self._about(owner)
        about.matchers.append(matcher)
        if owner.type.kind == "text":
            about.constants += sorted(codes.exact)
        return self._made(owner, lambda value: _bit(value in matcher))

    def _has(self, owner: ir.FieldOf, codes: ir.Codes, mode: str) -> Term | None:
        bound = self._bound(codes)
        if bound is None or owner.type.kind not in ("code", "record"):
            return None
        about = self._about(owner)
        if mode == "all":
            parts = bound.versions[0].parts
            about.matchers += parts
            return Term("test", key=key_of(owner),
                        ask=lambda items: _bit(all(any(i in part for i in items) for part in parts)))  # fmt: skip
        return self._list(owner, bound.versions[0].matcher, lambda items, m: any(i in m for i in items))

    def _list(self, owner: ir.FieldOf, matcher: Container[Any], holds: Callable[[Any, Any], bool]) -> Term | None:
        if owner.type.kind not in ("code", "record"):
            return None
        self._about(owner).matchers.append(matcher)
        return Term("test", key=key_of(owner), ask=lambda items: _bit(holds(items, matcher)))

    def _matcher(self, codes: ir.Codes) -> Container[Any] | None:
        bound = self._bound(codes)
        return bound.versions[0].matcher if bound is not None else None

    def _bound(self, codes: ir.Codes) -> BoundCodes | None:
        """The set, where it is the same on every day and for every payer."""
        if codes.parameters:
            return None
        if not codes.sets and not codes.ranges and not codes.patterns:
            # Bound here: such a set may have been made for one question, and bindings remember sets by identity.
            exact = frozenset(codes.exact)
            return BoundCodes([Version(Window(), exact, lambda: tuple(frozenset({code}) for code in codes.exact))])
        bound = self._codes(codes)
        return bound if bound.fast else None


def key_of(owner: ir.FieldOf) -> str:
    """The name under which a field's value is kept. The four positions of modifiers are one list."""
    name = "modifiers" if owner.name in POSITIONS and owner.record == "line" else owner.name
    return f"{owner.variable}.{name}"


def constant(node: ir.Value) -> Any:
    """The value of a constant; None of anything else."""
    match node:
        case ir.CodeConst() | ir.TextConst() | ir.DateConst():
            return node.value
        case ir.NumberConst():
            return number(node.text)
        case ir.MoneyConst():
            return node.cents
    return None


def possible(term: Term, known: dict[str, int], values: dict[str, Any]) -> int:
    """The truth values a term can still have. ``known`` are the bits of free terms, ``values`` those of fields."""
    if term.kind == "test":
        if term.key not in values or term.ask is None:
            return ANY
        return term.ask(values[term.key])
    if term.kind == "free":
        return known.get(term.key, ANY)
    if term.kind == "not":
        bits = possible(term.items[0], known, values)
        return (bits & UNKNOWN) | (TRUE if bits & FALSE else 0) | (FALSE if bits & TRUE else 0)
    strong, weak = (FALSE, TRUE) if term.kind == "and" else (TRUE, FALSE)
    found, every_weak, every_passable, some_unknown = 0, True, True, False
    for item in term.items:
        bits = possible(item, known, values)
        if bits == strong:
            return strong
        found |= bits & strong
        every_weak = every_weak and bool(bits & weak)
        every_passable = every_passable and bool(bits & (weak | UNKNOWN))
        some_unknown = some_unknown or bool(bits & UNKNOWN)
    return found | (weak if every_weak else 0) | (UNKNOWN if some_unknown and every_passable else 0)


def _bit(truth: bool) -> int:
    return TRUE if truth else FALSE
