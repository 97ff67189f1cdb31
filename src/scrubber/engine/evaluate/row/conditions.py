"""Conditions as statements that leave True, False or None in a name."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

from scrubber.core.logic import ABSENT, Reason, Unknown
from scrubber.engine.evaluate.known import Known
from scrubber.engine.evaluate.operations import within
from scrubber.engine.evaluate.reference import Reference, empty_cell
from scrubber.engine.evaluate.row.emitter import (
    FALSE,
    NONE,
    TRUE,
    attribute,
    call,
    compare,
    is_,
    is_not,
    name,
    tuple_of,
)
from scrubber.engine.evaluate.row.support import any_member, any_pair, in_group, kept, same_keys
from scrubber.engine.evaluate.row.values import Operand, ValueCompiler, known
from scrubber.engine.evaluate.world import Bindings, World
from scrubber.lang import ir

OPERATORS: dict[str, ast.cmpop] = {
    "=": ast.Eq(), "!=": ast.NotEq(), "<": ast.Lt(), "<=": ast.LtE(), ">": ast.Gt(), ">=": ast.GtE(),
}  # fmt: skip


class ConditionCompiler(ValueCompiler):
    """Emits conditions. ``truth(node, target)`` emits statements after which ``target`` holds the truth of ``node``."""

    def truth(self, node: ir.Condition, target: str) -> None:
        """Emit a condition."""
        match node:
            case ir.And():
                self.conjunction([self.emitting(item) for item in node.items], target)
            case ir.Or():
                self.truth(node.items[0], target)
                for item in node.items[1:]:
                    with self.block() as body:
                        other = self.fresh()
                        self.truth(item, other)
                        self.when(is_not(name(other), FALSE), [_set(target, name(other))])
                    self.when(is_not(name(target), TRUE), body)
            case ir.Not():
                self.truth(node.item, target)
                self.flip(target)
            case ir.Compare():
                left, right = self.side(node.left), self.side(node.right)
                self.assign(target, self.compared(OPERATORS[node.op], left, right))
            case ir.Between():
                self.between(node, target)
            case ir.In():
                self.membership(node, target)
            case ir.Has():
                self.has(node, target)
            case ir.Missing():
                self.missing(node, target)
            case ir.Flag():
                value = self.value(node.value)
                self.assign(target, self.guarded([value], lambda: is_(value.code, TRUE), FALSE))
            case Known():
                self.assign(target, self.guarded([self.value(node.value)], lambda: TRUE, FALSE))
            case ir.Quantified():
                self.quantified(node, target)

    def emitting(self, node: ir.Condition) -> Callable[[str], None]:
        """The emission of a condition, put off until its place is reached."""
        return lambda target: self.truth(node, target)

    def conjunction(self, parts: list[Callable[[str], None]], target: str) -> None:
        """Kleene ``and``, stopping at the first false."""
        if not parts:
            self.assign(target, TRUE)
            return
        parts[0](target)
        for part in parts[1:]:
            with self.block() as body:
                other = self.fresh()
                part(other)
                self.when(is_not(name(other), TRUE), [_set(target, name(other))])
            self.when(is_not(name(target), FALSE), body)

    def first(self, nodes: Sequence[ir.Condition], place: int, target: str) -> None:
        """Emit conditions up to the first that holds: ``target`` is its place, else None, or the places of those that
        are unknown as the bits of a negative number."""
        if place == len(nodes):
            self.assign(target, NONE)
            return
        met = self.fresh()
        self.truth(nodes[place], met)
        with self.block() as rest:
            self.first(nodes, place + 1, target)
            bit = ast.Constant(1 << place)
            with self.block() as unknown:
                more = _set(target, ast.BinOp(name(target), ast.Sub(), bit))
                below = ast.If(compare(name(target), ast.Lt(), ast.Constant(0)), [more], [])
                self.when(is_(name(target), NONE), [_set(target, ast.UnaryOp(ast.USub(), bit))], [below])
            self.when(is_(name(met), NONE), unknown)
        self.when(is_(name(met), TRUE), [_set(target, ast.Constant(place))], rest)

    def flip(self, target: str) -> None:
        """Kleene ``not``."""
        self.assign(target, ast.IfExp(is_(name(target), NONE), NONE, is_(name(target), FALSE)))

    def side(self, node: ir.Value) -> Operand:
        return self.coded(self.value(node), node)

    def between(self, node: ir.Between, target: str) -> None:
        value, low, high = self.side(node.value), self.side(node.low), self.side(node.high)

        def bound(op: str, edge: Operand) -> Callable[[str], None]:
            return lambda into: void(self.assign(into, self.compared(OPERATORS[op], value, edge)))

        self.conjunction([bound(">=", low), bound("<=", high)], target)
        if node.negated:
            self.flip(target)
            gone = [is_(o.code, self.constant(ABSENT)) for o in (value, low, high) if o.absent]
            for test in gone:
                self.when(test, [_set(target, FALSE)])

    def membership(self, node: ir.In, target: str) -> None:
        value = self.side(node.value)
        op: ast.cmpop = ast.NotIn() if node.negated else ast.In()
        if isinstance(node.codes, ir.Codes):
            bound = self.bindings.codes(node.codes)
            if bound.fast:
                code = lambda: compare(value.code, op, self.constant(bound.always))  # noqa: E731
                self.assign(target, self.guarded([value], code, FALSE))
                return
            day = attribute(name("world"), "day")
            found = call(self.constant(any_member), tuple_of([value.code]), self.constant(bound), day)
            operands = [value]
        else:
            items = self.value(node.codes.value)
            found = call(self.constant(any_pair), tuple_of([value.code]), items.code)
            operands = [value, items]
        self.assign(target, self.guarded(operands, lambda: found, FALSE))
        if node.negated:
            self.flip(target)
            for operand in operands:
                if operand.absent:
                    self.when(is_(operand.code, self.constant(ABSENT)), [_set(target, FALSE)])

    def has(self, node: ir.Has, target: str) -> None:
        items = self.value(node.items)
        bound = self.bindings.codes(node.codes) if isinstance(node.codes, ir.Codes) else None
        if bound is None or node.mode == "all":
            self.by_reference(node, target)
            return
        of_codes = isinstance(node.items, ir.FieldOf) and node.items.type.kind != "record"
        if of_codes and bound.fast and isinstance(bound.always, frozenset):
            apart = call(self.constant(bound.always.isdisjoint), items.code)
            met = apart if node.mode == "none" else ast.UnaryOp(ast.Not(), apart)
            self.assign(target, self.guarded([items], lambda: met, FALSE))
            return
        found = call(self.constant(any_member), items.code, self.constant(bound), attribute(name("world"), "day"))
        self.assign(target, self.guarded([items], lambda: found, FALSE))
        if node.mode == "none":
            self.flip(target)
            if items.absent:
                self.when(is_(items.code, self.constant(ABSENT)), [_set(target, FALSE)])

    def missing(self, node: ir.Missing, target: str) -> None:
        yes, no = (FALSE, TRUE) if node.negated else (TRUE, FALSE)
        match node.value:
            case ir.FieldOf() if node.value.type.many:
                items = self.value(node.value).code
                self.assign(target, ast.IfExp(items, no, yes))
            case ir.FieldOf():
                self.assign(target, ast.IfExp(is_(self.value(node.value).code, NONE), yes, no))
            case ir.Lookup():
                raw = self.lookup(node.value)
                self.assign(target, call(self.constant(_row_missing), raw, self.constant(empty_cell(node.value))))
                if node.negated:
                    self.flip(target)
            case _:
                self.by_reference(node, target)

    def by_reference(self, node: ir.Condition, target: str) -> None:
        """A rare construct: ask the reference evaluator, with the variables in scope."""
        names = sorted(self.variables)
        values = tuple_of([name(self.variables[variable]) for variable in names])
        self.assign(target, call(self.constant(_Ask(node, self.bindings, names)), name("world"), values))

    # ---- sources ----

    def items(self, source: ir.Source) -> ast.expr:
        """What a source ranges over, before its clauses."""
        world, claim = name("world"), attribute(attribute(name("world"), "claim"), "lines")
        match source.kind:
            case "lines" | "other_lines":
                return claim
            case "lines_on_any_claim" | "other_lines_on_any_claim":
                return ast.BinOp(claim, ast.Add(), attribute(world, "prior_lines"))
            case "prior_lines":
                return attribute(world, "prior_lines")
            case "prior_claims":
                return attribute(world, "prior")
            case "group_lines":
                return attribute(name(self.variables["group"]), "lines")
        assert source.items is not None
        items = self.value(source.items)
        return call(self.constant(kept), items.code) if items.optional or items.absent else items.code

    def over(self, source: ir.Source, each: Callable[[str], None], needs: ir.Condition | None = None) -> None:
        """Emit a loop; ``each`` emits what follows once a name holds the truth of the element's being counted."""
        items = self.keep(self.items(source))
        element = self.fresh("e")
        outer = self.variables
        with self.block() as body:
            self.leave_out(source, element)
            self.variables = {**outer, source.variable: element}
            met = self.fresh()
            self.conjunction(self.counting(source, element, outer, needs), met)
            each(met)
        self.variables = outer
        self.loop(element, items, body)

    def leave_out(self, source: ir.Source, element: str) -> None:
        """Go on to the next element where this is the one (or one of the group) that others are asked of."""
        if source.kind.startswith("other") and source.other_than in self.variables:
            excluded = name(self.variables[source.other_than])
            apart = call(self.constant(in_group), name(element), excluded)
            self.when(apart if source.other_than == "group" else is_(name(element), excluded), [ast.Continue()])

    def counting(self, source: ir.Source, element: str, outer: dict[str, str], needs: ir.Condition | None = None
                 ) -> list[Callable[[str], None]]:  # fmt: skip
        """The emissions that decide whether an element counts: by its keys, its nearness, and what is asked of it."""
        parts: list[Callable[[str], None]] = []
        for key in source.same:
            fields = (key.field,) if key.field else tuple(self.bindings.parameter(key.parameter))
            parts.append(self.sharing(fields, element, outer.get(source.like, "")))
        if source.within:
            parts.append(self.nearness(source.within, element, outer))
        if source.where is not None:
            parts.append(self.emitting(source.where))
        if needs is not None:
            parts.append(self.emitting(ir.Not(item=needs)))
        return parts

    def sharing(self, fields: tuple[str, ...], element: str, like: str) -> Callable[[str], None]:
        def emit(target: str) -> None:
            if len(fields) == 1 and fields[0] != "day":
                left = Operand(self.read(element, fields[0]), True, False)
                right = Operand(self.read(like, fields[0]), True, False)
                self.assign(target, self.compared(ast.Eq(), left, right))
            else:
                keys = self.constant(fields)
                self.assign(target, call(self.constant(same_keys), keys, name(element), name(like)))

        return emit

    def nearness(self, clause: ir.Within, element: str, outer: dict[str, str]) -> Callable[[str], None]:
        def emit(target: str) -> None:
            inner, self.variables = self.variables, outer
            duration, anchor = self.value(clause.duration), self.value(clause.anchor)
            self.variables = inner
            day = Operand(self.read(element, "date"), True, False)
            ask = lambda: call(  # noqa: E731
                self.constant(within), day.code, duration.code, ast.Constant(clause.direction), anchor.code
            )
            self.assign(target, self.guarded([day, duration, anchor], ask, FALSE))

        return emit

    def quantified(self, node: ir.Quantified, target: str) -> None:
        if node.mode in ("any", "no", "all"):
            hidden = attribute(name("world"), "complete")
            start = ast.IfExp(hidden, FALSE, NONE) if node.source.reaches_history else FALSE
            self.assign(target, start)

            def found(met: str) -> None:
                self.when(is_(name(met), TRUE), [_set(target, TRUE), ast.Break()])
                self.when(is_(name(met), NONE), [_set(target, NONE)])

            # `all … satisfy (S)` is false where some element is counted and fails S.
            self.over(node.source, found, node.satisfy if node.mode == "all" else None)
            if node.mode != "any":
                self.flip(target)
            return
        wanted = self.value(node.count) if node.count else known(ast.Constant(0))
        sure, doubts = self.counted(node.source)
        hidden = attribute(name("world"), "complete") if node.source.reaches_history else TRUE
        decide = self.constant(_DECIDE[node.mode])
        ask = lambda: call(decide, name(sure), name(doubts), hidden, wanted.code)  # noqa: E731
        self.assign(target, self.guarded([wanted], ask, FALSE))

    def counted(self, source: ir.Source) -> tuple[str, str]:
        """Emit the count of elements surely met, and of those unknown."""
        sure, doubts = self.fresh("n"), self.fresh("n")
        self.assign(sure, ast.Constant(0))
        self.assign(doubts, ast.Constant(0))

        def count(met: str) -> None:
            one = ast.Constant(1)
            more = [_set(sure, ast.BinOp(name(sure), ast.Add(), one))]
            less = [_set(doubts, ast.BinOp(name(doubts), ast.Add(), one))]
            self.when(is_(name(met), TRUE), more)
            self.when(is_(name(met), NONE), less)

        self.over(source, count)
        return sure, doubts

    def aggregate(self, node: ir.Aggregate) -> Operand:
        values, doubt = self.fresh("l"), self.fresh("d")
        self.assign(values, ast.List([], ast.Load()))
        hidden = attribute(name("world"), "complete")
        start = ast.UnaryOp(ast.Not(), hidden) if node.source.reaches_history else FALSE
        self.assign(doubt, start)

        def collect(met: str) -> None:
            with self.block() as body:
                item = self.value(node.value) if node.value else known(TRUE)
                coded = self.coded(item, node.value) if node.value else item
                grow = ast.Expr(call(attribute(name(values), "append"), coded.code))
                tests: list[ast.stmt] = [_if(is_(coded.code, NONE), [_set(doubt, TRUE)], [grow])]
                if not coded.optional:
                    tests = [grow]
                if coded.absent:
                    tests = [_if(is_not(coded.code, self.constant(ABSENT)), tests, [])]
                for statement in tests:
                    self.add(statement)
            self.when(is_(name(met), TRUE), body)
            self.when(is_(name(met), NONE), [_set(doubt, TRUE)])

        self.over(node.source, collect)
        made = call(self.constant(_AGGREGATE[node.mode]), name(values))
        return Operand(self.keep(ast.IfExp(name(doubt), NONE, made)), True, False)


class _Ask:
    """The reference evaluator on one condition, as a function of the world and the variables."""

    def __init__(self, node: ir.Condition, bindings: Bindings, names: list[str]) -> None:
        self.node, self.bindings, self.names = node, bindings, names

    def __call__(self, world: World, values: tuple[Any, ...]) -> bool | None:
        found = Reference(world, self.bindings, dict(zip(self.names, values, strict=True))).truth(self.node)
        return None if isinstance(found, Unknown) else found


def _row_missing(raw: Any, empty: frozenset[Reason]) -> bool | None:
    if raw.__class__ is Unknown:
        return True if raw.reasons == empty and empty else None
    return raw is ABSENT or raw == ()


def _at_least(sure: int, doubts: int, complete: bool, wanted: Any) -> bool | None:
    return True if sure >= wanted else False if complete and sure + doubts < wanted else None


def _at_most(sure: int, doubts: int, complete: bool, wanted: Any) -> bool | None:
    return False if sure > wanted else True if complete and sure + doubts <= wanted else None


def _exactly(sure: int, doubts: int, complete: bool, wanted: Any) -> bool | None:
    if sure > wanted or (complete and sure + doubts < wanted):
        return False
    return True if complete and not doubts else None


_DECIDE = {"at_least": _at_least, "at_most": _at_most, "exactly": _exactly}
_AGGREGATE: dict[str, Callable[[list[Any]], Any]] = {
    "count": len,
    "count_distinct": lambda values: len(set(values)),
    "sum": sum,
    "least": lambda values: min(values) if values else None,
    "greatest": lambda values: max(values) if values else None,
}


def _set(target: str, value: ast.expr) -> ast.stmt:
    return ast.Assign([ast.Name(target, ast.Store())], value, lineno=0)


def _if(test: ast.expr, body: list[ast.stmt], otherwise: list[ast.stmt]) -> ast.stmt:
    return ast.If(test, body, otherwise)


def void(_value: object) -> None:
    """Discard a value, so that an expression can stand as an emission."""


def compile_condition(node: ir.Condition, bindings: Bindings, variables: tuple[str, ...]) -> Any:
    """A function of ``(world, *variables)`` that gives True, False or None (unknown)."""
    compiler = ConditionCompiler(bindings)
    parameters = compiler.over_variables(variables)
    compiler.truth(node, "result")
    return compiler.function(["world", *parameters], name("result"))


def compile_value(node: ir.Value, bindings: Bindings, variables: tuple[str, ...]) -> Any:
    """A function of ``(world, *variables)`` that gives a value, ABSENT or None (unknown)."""
    compiler = ConditionCompiler(bindings)
    parameters = compiler.over_variables(variables)
    return compiler.function(["world", *parameters], compiler.value(node).code)


def compile_first(nodes: Sequence[ir.Condition], bindings: Bindings, variables: tuple[str, ...]) -> Any:
    """A function of ``(world, *variables)`` that gives what :class:`FirstThatHolds` does."""
    compiler = ConditionCompiler(bindings)
    parameters = compiler.over_variables(variables)
    compiler.first(nodes, 0, "result")
    return compiler.function(["world", *parameters], name("result"))
