"""Giving the operands of a condition a value: fields of the claim, cells of made-up table rows, counts and sums."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from scrubber.core.dates import add_duration
from scrubber.core.logic import ABSENT, Unknown
from scrubber.core.money import format_money
from scrubber.core.types import Type
from scrubber.engine.compile.program import CompiledTable
from scrubber.engine.evaluate.lists import BoundCodes, code_of
from scrubber.engine.evaluate.reference import Reference, lookup_variable
from scrubber.engine.plan.bindings import PackBindings
from scrubber.lang import ir
from scrubber.testing.example_fields import SPARE, field_edits, ordinary
from scrubber.testing.example_rows import cell_text, drop_row, put_row
from scrubber.testing.example_state import Edit, Path, State, both
from scrubber.testing.neighbours import after, before

_DAY = timedelta(days=1)
_FLAGS = {
    "valid_npi": ("1234567893", "1234567890"), "valid_ndc": ("12345678901", "1234567890"),
    "valid_clia": ("12D3456789", "123456789"), "valid_taxonomy": ("207Q00000X", "207Q"),
}  # fmt: skip
"""A value that has the form, and one that does not."""
_STEPS = {"=": (0,), "!=": (1, -1), "<": (-1,), "<=": (0, -1), ">": (1,), ">=": (0, 1)}
_MANY = 6


class Values:
    """Edits that give operands values, for one subject of a rule on one claim."""

    def __init__(self, reference: Reference, bindings: PackBindings, paths: dict[int, Path], day: date) -> None:
        self.reference, self.bindings, self.paths, self.day = reference, bindings, paths, day
        self.listed: dict[str, tuple[ir.Value, Any]] = {}
        """Of a variable that names an element of a list of codes: the list, and the element."""

    def known(self, value: Any) -> bool:
        """Whether there is a value, and not the lack of one."""
        return not isinstance(value, Unknown) and value is not ABSENT and value is not None

    def targets(self, op: str, other: Any, type_: Type) -> list[Any]:
        """Values that stand in that relation to another, the nearest first."""
        found: list[Any] = []
        for step in _STEPS[op]:
            if isinstance(other, bool):
                found.append(other if step == 0 else not other)
            elif isinstance(other, date):
                found.append(other + step * _DAY)
            elif isinstance(other, int | Decimal):
                found.append(other + step)
            elif step == 0:
                found.append(code_of(other))
            else:
                found.append((after if step > 0 else before)(str(code_of(other))))
        return found if op != "!=" or type_.kind != "code" else [*found, *ordinary(type_, self.day)]

    def make(self, node: ir.Value, target: Any) -> Iterator[Edit]:
        """Edits after which the operand has the value; None: it is missing."""
        match node:
            case ir.FieldOf():
                yield from self.field(self.reference.variables[node.variable], node.name, target)
            case ir.Element() if node.variable in self.listed and self.known(target):
                items, mine = self.listed[node.variable]
                kept = [code_of(each) for each in self.reference.value(items)]
                yield from self.make(items, tuple(target if each == mine else each for each in kept))
            case ir.Lookup():
                yield from self.cell(node, target)
            case ir.Arithmetic() if self.known(target):
                yield from self.arithmetic(node, target)
            case ir.Call():
                yield from self.call(node, target)
            case ir.Aggregate() if self.known(target):
                yield from self.aggregate(node, target)
            case ir.ParameterOf() if self.known(target) and not node.type.many and node.type.kind != "calendar":
                yield self._parameter(node, target)

    def field(self, owner: Any, name: str, target: Any) -> Iterator[Edit]:
        """Edits of a field of the claim."""
        yield from field_edits(owner, name, target, self.paths, self.day)

    def ordinary(self, node: ir.Value) -> list[Any]:
        """Values of an operand, or of its elements, that say nothing in particular."""
        type_ = getattr(node, "type", Type("number"))
        if not isinstance(node, ir.FieldOf):
            return ordinary(type_.one, self.day)
        if node.name == "code" and node.record in SPARE:
            return list(SPARE[node.record])
        return ordinary(type_.one, self.day, node.name)

    def known_at_all(self, node: ir.Value) -> Iterator[Edit]:
        """Edits that give an operand some value, where it has none."""
        value = self.reference.value(node)
        if not self.known(value) or value == ():
            type_ = getattr(node, "type", Type("number"))
            for value in self.ordinary(node):
                yield from self.make(node, (value,) if type_.many else value)

    @staticmethod
    def _parameter(node: ir.ParameterOf, target: Any) -> Edit:
        text = "yes" if target is True else "no" if target is False else str(target)
        if isinstance(target, tuple):
            text = f"{target[0]} {target[1]}s"
        elif node.type.kind == "money":
            text = format_money(target)

        def edit(state: State) -> None:
            state["parameters"][node.name] = text

        return edit

    def arithmetic(self, node: ir.Arithmetic, target: Any) -> Iterator[Edit]:
        """Edits of either side."""
        left, right = self.reference.value(node.left), self.reference.value(node.right)
        if isinstance(right, tuple) and isinstance(target, date):
            count = -right[0] if node.op == "+" else right[0]
            moved = add_duration(target, count, right[1])
            for step in (0, 1, -1) if moved is not None else ():
                assert moved is not None
                yield from self.make(node.left, moved + step * _DAY)
            return
        if self.known(right):
            for wanted in _undone(node.op, target, right):
                yield from self.make(node.left, wanted)
        if self.known(left):
            wanted = left - target if node.op == "-" else next(iter(_undone(node.op, target, left)), None)
            if wanted is not None and node.op != "/":
                yield from self.make(node.right, wanted)
        yield from self.known_at_all(node.left)
        yield from self.known_at_all(node.right)

    def call(self, node: ir.Call, target: Any) -> Iterator[Edit]:
        """Edits of the argument of a function."""
        first = node.arguments[0]
        if node.function in _FLAGS:
            yield from self.make(first, _FLAGS[node.function][target is not True])
        elif node.function == "length" and self.known(target) and target >= 1:
            yield from self.make(first, "1" * int(target))
        elif node.function == "next_workday" and self.known(target):
            for step in range(4):
                yield from self.make(first, target - step * _DAY)
        elif node.function == "days_between" and self.known(target):
            start, end = (self.reference.value(argument) for argument in node.arguments)
            if self.known(start):
                yield from self.make(node.arguments[1], start + int(target) * _DAY)
            if self.known(end):
                yield from self.make(first, end - int(target) * _DAY)
        elif node.function in ("year", "month", "weekday") and self.known(target):
            days = [self.day.replace(day=1, month=month) for month in range(1, 13)]
            if node.function == "year":
                days = [day.replace(year=int(target)) for day in days if date.min.year <= target <= date.max.year]
            else:
                days += [self.day + step * _DAY for step in range(7)]
            measured = {"year": lambda day: day.year, "month": lambda day: day.month, "weekday": date.isoweekday}
            fitting = [day for day in days if measured[node.function](day) == target]
            for day in fitting[-2:]:
                yield from self.make(first, day)
        for argument in node.arguments:
            yield from self.known_at_all(argument)

    def aggregate(self, node: ir.Aggregate, target: Any) -> Iterator[Edit]:
        """Edits of one element, so that a sum, the least or the greatest is the target, or so many values differ."""
        current = self.reference.value(node)
        if node.value is None or not self.known(current):
            return
        if node.mode == "count_distinct":
            yield from self._distinct(node, node.value, target > current)
            return
        for item, met in self.reference.elements(node.source):
            mine = self.inside(node.source, item, lambda: self.reference.value(node.value)) if met is True else None
            if self.known(mine) and not isinstance(mine, str):
                wanted = mine + target - current if node.mode == "sum" else target
                yield from self.inside(node.source, item, lambda w=wanted: list(self.make(node.value, w)))

    def _distinct(self, node: ir.Aggregate, value: ir.Value, more: bool) -> Iterator[Edit]:
        """Edits of one element's value: to the next that no other has, or to one that another has."""
        counted = [item for item, met in self.reference.elements(node.source) if met is True]
        values = [code_of(self.inside(node.source, item, lambda: self.reference.value(value))) for item in counted]
        if not all(map(self.known, values)):
            return
        for number in range(1, len(counted)):
            wanted, others = values[number], [*values[:number], *values[number + 1 :]]
            if (wanted in others) != more:
                continue
            while more and wanted in others:
                wanted = _next(wanted)
            made = wanted if more else others[0]
            yield from self.inside(node.source, counted[number], lambda w=made: list(self.make(value, w)))

    def inside(self, source: ir.Source, item: Any, asked: Any) -> Any:
        """What is asked, while the source's variable names the item."""
        outer = self.reference.variables
        self.reference.variables = {**outer, source.variable: item}
        if source.items is not None and not source.record:
            self.listed[source.variable] = source.items, item
        try:
            return asked()
        finally:
            self.reference.variables = outer
            self.listed.pop(source.variable, None)

    # ---- tables

    def cell(self, node: ir.Lookup, target: Any) -> Iterator[Edit]:
        """Edits of the row that is looked up; None: there is no row. Of a table that a pack carries, of the keys."""
        table = self.bindings.table(node.table).table
        keys = [self.reference.value(key) for key in node.keys]
        if table.rows is not None:
            yield from self._own_rows(node, table, target)
            return
        for key, value in zip(node.keys, keys, strict=True):
            if not self.known(value):
                yield from self.known_at_all(key)
        if node.at is not None:
            yield from self.known_at_all(node.at)
        if not all(map(self.known, keys)):
            return
        subject = self.reference.variables.get(lookup_variable(node))
        stored = self.bindings.table(node.table).stored_name(self.reference.world, subject)
        if not isinstance(stored, str):
            return
        cells = dict(zip(table.keys, (str(code_of(key)) for key in keys), strict=True))
        if target is None and not node.column:
            yield lambda state: drop_row(state, stored, cells)
            return
        column = {node.column: cell_text(target, table.columns[node.column])} if node.column else {}
        yield lambda state: put_row(state, stored, table, cells, column)
        # Another code may have another row, and the row of this one is needed where it is.
        for key, name, value in zip(node.keys, table.keys, keys, strict=True):
            if str(code_of(value)) == cells[next(iter(cells))]:
                known = code_of(value)
                spares = [each for each in (*self.ordinary(key), *_beside(known)) if each != known]
                for spare in spares[:1]:
                    yield from self._another(stored, table, cells | {name: str(spare)}, column, self.make(key, spare))
                    yield from self.make(key, spare)

    @staticmethod
    def _another(stored: str, table: CompiledTable, cells: dict[str, str], column: dict[str, str],
                 renamed: Iterator[Edit]) -> Iterator[Edit]:  # fmt: skip
        """Another code, which has the row."""
        for edit in renamed:
            yield both(edit, lambda state: put_row(state, stored, table, cells, column))

    def _own_rows(self, node: ir.Lookup, table: CompiledTable, target: Any) -> Iterator[Edit]:
        if target is None:
            for key in node.keys:
                for value in ordinary(table.keys[next(iter(table.keys))], self.day):
                    yield from self.make(key, value)
            return
        wanted = cell_text(target, table.columns[node.column]) if node.column else ""
        fitting = (row for row in table.rows or () if not node.column or row.values.get(node.column) == wanted)
        for row, _ in zip(fitting, range(_MANY), strict=False):
            each = [next(self.make(key, row.values[name]), None)
                    for key, name in zip(node.keys, table.keys, strict=True)]  # fmt: skip
            edits = [edit for edit in each if edit is not None]
            if edits:
                yield both(*edits)

    # ---- members of sets

    def members(self, codes: ir.Codes | ir.ListOf, type_: Type) -> list[Any]:
        """Some members of a set on the subject's day."""
        bound = self.reference.members(codes)
        if not isinstance(bound, BoundCodes):
            return [code_of(each) for each in bound][:_MANY] if self.known(bound) else []
        day = self.reference.world.day
        found = [each for each in self._spelled(bound.origin, 4) if bound.holds(each, day) is True]
        return list(dict.fromkeys(found))[:_MANY]

    def strangers(self, codes: ir.Codes | ir.ListOf, type_: Type) -> list[Any]:
        """Some values of the type that are no members, neighbours of members first."""
        near: list[Any] = []
        for member in self.members(codes, type_)[:3]:
            near += self.targets("!=", member, Type("number"))
        near += ordinary(type_, self.day)
        return [each for each in dict.fromkeys(near) if self.reference.membership(each, codes) is False]

    def _spelled(self, codes: ir.Codes, deep: int) -> Iterator[Any]:
        yield from codes.exact[:_MANY]
        yield from (low for low, _ in codes.ranges[:_MANY])
        for pattern in codes.patterns[:_MANY]:
            yield from (pattern.replace("*", filling).replace("?", filling or "0") for filling in ("", "0", "00", "A"))
        yield from (int(text) if text.isdigit() else Decimal(text) for text in codes.numbers[:_MANY])
        yield from codes.dates[:_MANY]
        for name in codes.sets if deep else ():
            for version in self.bindings.program.sets[f"{self.bindings.pack.sets[name]}:{name}"].versions:
                yield from self._spelled(version.codes, deep - 1)
        for name in codes.parameters if deep else ():
            yield from self._spelled(self.bindings.parameter(name).origin, deep - 1)


def _beside(value: Any) -> list[Any]:
    return [after(value)] if isinstance(value, str) else []


def _undone(op: str, target: Any, other: Any) -> list[Any]:
    """The left side that gives the target with that right side."""
    match op:
        case "+":
            return [target - other]
        case "-":
            return [target + other]
        case "*" if other:
            quotient = Decimal(target) / Decimal(other)
            return [int(quotient) + step for step in (0, 1)]
        case "/":
            return [int(target * other)]
    return []


def _next(value: Any) -> Any:
    """The code, the day or the number that comes after one."""
    return after(value) if isinstance(value, str) else value + (timedelta(days=1) if isinstance(value, date) else 1)
