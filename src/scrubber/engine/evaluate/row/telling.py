"""What a finding says, as one function: what its conditions read, which it keeps, and the message, which it gives.

A clause that is false settles its condition, and what stands behind it is not read: so clauses are decided here too,
but for those of the condition itself, which holds.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from typing import Any

from msgspec import structs

from scrubber.core.logic import ABSENT
from scrubber.engine.evaluate.lists import code_of
from scrubber.engine.evaluate.reference import lookup_day, lookup_variable
from scrubber.engine.evaluate.row.conditions import ConditionCompiler
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
from scrubber.engine.evaluate.row.values import TableReading
from scrubber.engine.evaluate.trace import evidence_of_row, iso_date, shown_as, witnesses_of
from scrubber.engine.evaluate.world import Bindings, World, first_and_last
from scrubber.findings.model import Evidence
from scrubber.lang import ir

Part = str | tuple[ir.Value, str]
"""Of a message: text, or an operand with what it is."""
ROWS_KEPT = 4_096
"""Of each place in a condition that asks a table."""


class TellingCompiler(ConditionCompiler):
    """Emits the reading of conditions into ``found``, and of what an ``any`` finds; and a message."""

    def __init__(self, bindings: Bindings) -> None:
        super().__init__(bindings)
        self._records: dict[str, str] = {}  # which record each variable is
        self._known: set[tuple[str, str]] = set()
        self._marks: dict[str, ast.expr] = {}
        self._days: dict[str, ast.expr] = {}
        self._held: dict[Any, ast.expr] = {}  # what has a name already, which it keeps to the end of the block

    def over_variables(self, variables: tuple[str, ...]) -> list[str]:
        self._records = {variable: variable for variable in variables}
        if "other" in variables:
            self._records["other"] = "diagnosis" if "diagnosis" in variables else "line"
        self._parameters = super().over_variables(variables)
        return self._parameters

    @contextmanager
    def block(self) -> Iterator[list[ast.stmt]]:
        held = dict(self._held)
        with super().block() as inner:
            yield inner
        self._held = held

    def reading(self, node: ir.Condition, holds: bool = False) -> None:
        """Emit what a condition reads; ``holds``: it is known to be true."""
        match node:
            case ir.And() if holds:
                for item in node.items:
                    self.reading(item, True)
            case ir.And():
                self._until_false([(partial(self.reading, item), [self.emitting(item)]) for item in node.items])
            case ir.Or():
                for item in node.items:
                    self.reading(item)
            case ir.Not():
                self.reading(node.item)
            case ir.Compare():
                self._values(node.left, node.right)
            case ir.Between():
                self._values(node.value, node.low, node.high)
            case ir.In() | ir.Has():
                self._values(node.value if isinstance(node, ir.In) else node.items)
                if isinstance(node.codes, ir.ListOf):
                    self._values(node.codes.value)
            case ir.Missing() | ir.Flag():
                self._values(node.value)
            case ir.Quantified():
                self._each(node.source, node.satisfy, None, node.mode == "any")
                if node.count is not None and node.mode not in ("any", "no", "all"):
                    self._values(node.count)

    def _until_false(self, steps: Sequence[tuple[Callable[[], None], list[Callable[[str], None]]]]) -> None:
        """Emit one reading after another, each with the parts of its truth, up to one that is false."""
        if not steps:
            return
        (read, truth), rest = steps[0], steps[1:]
        read()
        further = self._apart(lambda: self._until_false(rest))
        if further:
            met = self.fresh()
            self.conjunction(truth, met)
            self.when(is_not(name(met), FALSE), further)

    def text(self, message: Iterable[Part], say: Callable[[Any, str], str]) -> ast.expr:
        """Emit what a message needs, and give its text."""
        parts: list[ast.expr] = []
        for part in message:
            if isinstance(part, str):
                parts.append(ast.Constant(part))
                continue
            operand, kind = part
            value = self.keep(self.value(operand).code)
            plain = compare(attribute(value, "__class__"), ast.Is(), self.constant(str))
            spelled = ast.IfExp(plain, value, call(self.constant(say), value, ast.Constant(kind)))
            parts.append(ast.FormattedValue(spelled, -1))
        return ast.JoinedStr(parts)

    # ---- values ----

    def read(self, owner: str, field: str) -> ast.expr:
        found = self._held.get((owner, field))
        if found is None:
            found = self._held[owner, field] = super().read(owner, field)
        return found

    def lookup(self, node: ir.Lookup) -> ast.expr:
        return self._held.get(self._row_mark(node)) or super().lookup(node)

    def _values(self, *nodes: ir.Value) -> None:
        for node in nodes:
            match node:
                case ir.FieldOf():
                    self._field(node.variable, node.name)
                case ir.Arithmetic():
                    self._values(node.left, node.right)
                case ir.Call():
                    self._values(*node.arguments)
                case ir.Lookup():
                    self._values(*node.keys, *((node.at,) if node.at else ()))
                    self._row(node)
                case ir.Aggregate():
                    self._each(node.source, None, node.value, False)

    def _field(self, variable: str, field: str) -> None:
        """A field of a variable: once, where it is certain to have been read before."""
        record, mark = self._records.get(variable, "row"), (variable, field)
        if record == "row" or mark in self._known:
            return
        self._known.add(mark)
        owner, shown = self.variables[variable], shown_as(record, field)
        value = self.read(owner, field)
        if shown is iso_date:  # what most findings show: in line
            value = ast.IfExp(is_(value, NONE), NONE, call(attribute(value, "isoformat")))
        elif shown is not None:
            value = call(self.constant(shown), value)
        number = self.read(owner, "number") if record == "line" else NONE
        made = call(self.constant(Evidence), ast.Constant(f"{record}.{field}"), value, number)
        self._keep("found", tuple_of([self._mark(variable), ast.Constant(field)]), made)

    def _mark(self, variable: str) -> ast.expr:
        """What a record is told apart by, under a name for the whole function."""
        found = self._marks.get(self.variables[variable])
        if found is None:
            found = self._marks[self.variables[variable]] = name(self.fresh("i"))
            owner = call(self.constant(id), name(self.variables[variable]))
            self.blocks[0].insert(0, ast.Assign([ast.Name(found.id, ast.Store())], owner, lineno=0))
        return found

    def _keep(self, where: str, key: ast.expr, value: ast.expr) -> None:
        """``where[key] = value``: what was kept before keeps its place, and it is the same."""
        self.add(ast.Assign([ast.Subscript(name(where), key, ast.Store())], value, lineno=0))

    def _row(self, node: ir.Lookup) -> None:
        """The row of a table, where its keys and its day are known; what the table says has a name from here on."""
        mark = self._row_mark(node)
        if mark in self._held:
            return
        keys = tuple_of([self.value(key).code for key in node.keys])
        variable = lookup_variable(node)
        owner = self.variables.get(variable, "")
        day = self.value(node.at).code if node.at else self._day(owner)
        read = self.constant(_Row(node, self.bindings))
        self._held[mark] = self.keep(
            call(read, name("found"), name("world"), keys, day, name(owner) if owner else NONE)
        )

    def _row_mark(self, node: ir.Lookup) -> Any:
        """What a look-up is told apart by in a function."""
        keys = [(self.variables[key.variable], key.name) if isinstance(key, ir.FieldOf) else key for key in node.keys]
        return node.table, node.column, node.at, *keys

    def _day(self, owner: str) -> ast.expr:
        """The day of a look-up that says none; of what the function is about worked out once."""
        found = self._days.get(owner)
        if found is None:
            subject = name(owner) if owner else NONE
            asked = call(self.constant(lookup_day), subject, name("world"))
            if owner and owner not in self._parameters:
                return asked
            found = self._days[owner] = name(self.fresh("d"))
            self.blocks[0].insert(0, ast.Assign([ast.Name(found.id, ast.Store())], asked, lineno=0))
        return found

    # ---- sources ----

    def _each(self, source: ir.Source, satisfy: ir.Condition | None, measured: ir.Value | None, witnessed: bool
              ) -> None:  # fmt: skip
        """A loop: of each element its keys, its date and what is asked of it; of one that counts, what is measured."""
        if source.items is not None:
            self._values(source.items)
        items, element = self.keep(self.items(source)), self.fresh("e")
        # No two elements in sight of each other have one name (SCR210).
        outer, records, known = self.variables, self._records, set(self._known)
        if near := bool(source.same or source.within):
            first = self.assign(self.fresh("f"), TRUE)
        with self.block() as body:
            self.leave_out(source, element)
            self.variables = {**outer, source.variable: element}
            self._records = {**records, source.variable: source.record}
            self._marks[element] = self.assign(self.fresh("i"), call(self.constant(id), name(element)))
            each = self._each_of(source)
            self._known |= {(source.variable, field) for owner, field in known if owner == each}
            steps = [
                (partial(self.reading, asked), [self.emitting(asked)])
                for asked in (source.where, satisfy)
                if asked is not None
            ]
            if near:
                keys = self.counting(structs.replace(source, where=None), element, outer)
                steps.insert(0, (partial(self._compared, source, first), keys))
            self._until_false(steps)
            kept = witnesses_of(source) if witnessed else ""
            of_each = {(each, field) for owner, field in self._known if owner == source.variable and each}
            if kept or measured is not None:
                self._counted(source, element, outer, measured, kept)
        self.variables, self._records, self._known = outer, records, known | of_each
        self.loop(element, items, body)

    def _each_of(self, source: ir.Source) -> str:
        """What stands for each element of a source, so that another loop over the same need not read again what one
        has read of all; empty where no other is certain to be over the same."""
        whole = not source.kind.startswith("other") or source.other_than in ("line", "group")
        return f"each of {source.kind} {source.other_than}" if whole and source.items is None else ""

    def _compared(self, source: ir.Source, first: ast.Name) -> None:
        """What elements share keys with and are near to. What is not of the element is read after the first of them."""
        for part in source.same:
            for key in (part.field,) if part.field else self.bindings.parameter(part.parameter):
                shared = key == "day"
                for field in first_and_last(self._records[source.variable]) if shared else (key,):
                    self._field(source.variable, field)
                for field in first_and_last(self._records[source.like]) if shared else (key,):
                    self._once(first, partial(self._field, source.like, field))
        if source.within:
            self._field(source.variable, "date")
            self._once(first, partial(self._values, source.within.duration, source.within.anchor))
        self.assign(first.id, FALSE)

    def _once(self, first: ast.Name, read: Callable[[], None]) -> None:
        """Read something at the first element alone."""
        if further := self._apart(read):
            self.when(first, further)

    def _counted(self, source: ir.Source, element: str, outer: dict[str, str], measured: ir.Value | None, kept: str
                 ) -> None:  # fmt: skip
        """What is measured of an element that counts, and whether it is kept."""

        def read() -> None:
            if measured is not None:
                self._values(measured)
            if kept:
                self._keep(kept, self._marks[element], name(element))

        if further := self._apart(read):
            met = self.fresh()
            self.conjunction(self.counting(source, element, outer), met)
            self.when(is_(name(met), TRUE), further)

    def _apart(self, read: Callable[[], None]) -> list[ast.stmt]:
        """What reads something under a test, so that it is not certain to have been read afterwards."""
        known = set(self._known)
        with self.block() as body:
            read()
        self._known = known
        return [] if isinstance(body[0], ast.Pass) else body


class _Row:
    """A look-up as evidence; what was made once is kept: claims of a practice ask for the same few rows."""

    __slots__ = ("_made", "_node", "_reader", "_table")

    def __init__(self, node: ir.Lookup, bindings: Bindings) -> None:
        self._node, self._table = node, bindings.table(node.table)
        self._reader = TableReading(self._table)
        self._made: dict[tuple[Any, ...], tuple[Any, Evidence, Any]] = {}

    def __call__(self, found: dict[Any, Evidence], world: World, given: tuple[Any, ...], day: Any, subject: Any) -> Any:
        """What the table says, as :meth:`ValueCompiler.lookup` has it; kept in ``found`` where it was asked."""
        keys = given
        for key in given:
            if key.__class__ is not str:  # nearly every key is a code
                keys = tuple([code_of(each) for each in given])
                if None in keys or ABSENT in keys:
                    return self._reader(world, given, self._node.column, day, subject)
                break
        if not isinstance(day, date):
            return self._reader(world, given, self._node.column, day, subject)
        table = self._table
        asked = (keys, table.alike(world, day, subject))
        made = self._made.get(asked)
        if made is None:
            node = self._node
            value = table.value(world, keys, node.column, day, subject)
            shown = evidence_of_row(node, keys, value, table.edition_name(world, day, subject))
            made = ((node.table, keys, node.column), shown, value)
            if len(self._made) < ROWS_KEPT:
                self._made[asked] = made
        found.setdefault(made[0], made[1])
        return made[2]


def compile_telling(holds: ir.Condition | None, conditions: Iterable[ir.Condition], message: Iterable[Part],
                    say: Callable[[Any, str], str], bindings: Bindings, variables: tuple[str, ...]) -> Any:  # fmt: skip
    """A function of ``(found, earlier, procedures, world, *variables)`` that keeps in the first three, as a
    :class:`Trace` has them, what a condition that ``holds`` and some others read, and gives the message: ``say`` says a
    value that is no text."""
    compiler = TellingCompiler(bindings)
    parameters = compiler.over_variables(variables)
    if holds is not None:
        compiler.reading(holds, True)
    for condition in conditions:
        compiler.reading(condition)
    text = compiler.text(message, say)
    return compiler.function(["found", "earlier", "procedures", "world", *parameters], text)
