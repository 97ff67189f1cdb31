"""The steps by which evidence is read: fields of a record, fields of each element of a loop, rows of tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from itertools import groupby
from typing import Any

from scrubber.core.catalogue import field as catalogue_field
from scrubber.core.logic import ABSENT, Unknown
from scrubber.engine.evaluate.access import Access, Variables, access
from scrubber.engine.evaluate.lists import code_of
from scrubber.engine.evaluate.reference import Reference, lookup_day, lookup_variable
from scrubber.engine.evaluate.trace import PRIVATE, plain, plain_key
from scrubber.engine.evaluate.world import Bindings, Group, World, key_of
from scrubber.findings.model import Evidence
from scrubber.lang import ir

ROWS_KEPT = 4_096
"""Of each place in a condition that asks a table."""


class Reading:
    """What was read on one or several subjects; of what an ``any`` found, ``earlier`` are the lines and claims of
    history and ``procedures`` the ICD procedures of the claim, which are no subject of a rule but have a place.
    """

    __slots__ = ("earlier", "found", "procedures", "world")

    def __init__(self, world: World) -> None:
        self.world = world
        self.found: dict[tuple[Any, ...], Evidence] = {}
        self.earlier: dict[int, Any] = {}
        self.procedures: dict[int, Any] = {}

    def field(self, owner: Any, name: str) -> None:
        """Keep a field of a record, once."""
        key = (id(owner), name)
        if key not in self.found:
            _of_record(owner.record, name).of(self, owner)


Step = Callable[[Reading, Variables], None]


class Fields:
    """Fields of one variable that are read one after the other."""

    def __init__(self, variable: str, record: str, names: Sequence[str]) -> None:
        self.variable, self._of_line = variable, record == "line"
        self.names = tuple(names)
        self._fields = tuple([(name, f"{record}.{name}", _shown(record, name)) for name in names])

    def of(self, reading: Reading, owner: Any) -> None:
        """Keep the fields of a record. One that was kept before keeps its place, and its value is the same."""
        found, mark, number = reading.found, id(owner), owner.number if self._of_line else None
        for name, label, shown in self._fields:
            value = getattr(owner, name)
            found[mark, name] = Evidence(label, value if shown is None else shown(value), number)

    def __call__(self, reading: Reading, variables: Variables) -> None:
        self.of(reading, variables[self.variable])


class Steps:
    """What to read, in order. Fields of a variable that follow each other are read in one step."""

    def __init__(self) -> None:
        self._steps: list[Step] = []
        self._fields: dict[tuple[str, str], str] = {}

    def field(self, node: ir.FieldOf) -> None:
        """Read a field of a variable."""
        self._fields.setdefault((node.variable, node.name), node.record)

    def add(self, step: Step) -> None:
        """Do this."""
        self._flush()
        self._steps.append(step)

    def done(self) -> tuple[Step, ...]:
        """All steps."""
        self._flush()
        return tuple(self._steps)

    def _flush(self) -> None:
        for (variable, record), run in groupby(self._fields.items(), lambda each: (each[0][0], each[1])):
            self._steps.append(Fields(variable, record, [name for (_, name), _ in run]))
        self._fields = {}


def is_of(variable: str, step: Step) -> bool:
    """Whether a step reads fields of this variable and nothing else."""
    return isinstance(step, Fields) and step.variable == variable


def of_each(source: ir.Source, bindings: Bindings, keys: Sequence[str], near: Sequence[Step], own: Sequence[Fields]
          ) -> Step:  # fmt: skip
    """Nearly every loop: some fields of each element, whether it counts or not. What the elements share keys with, and
    what they are near to, is read once, after the first of them."""
    names = ["date" if key == "day" else key for key in keys] + (["date"] if source.within else [])
    names += [name for each in own for name in each.names]
    fields = Fields(source.variable, source.record, tuple(dict.fromkeys(names)))
    is_other = source.kind.startswith("other")

    def step(reading: Reading, variables: Variables) -> None:
        excluded = variables.get(source.other_than) if is_other else None
        first = True
        for item in Reference(reading.world, bindings, variables).collection(source):
            if item is excluded or (isinstance(excluded, Group) and item in excluded):
                continue
            if first:
                first = False
                like = variables.get(source.like)
                for key in keys:
                    reading.field(item, key_of(item, key))
                    reading.field(like, key_of(like, key))
                if near:
                    reading.field(item, "date")
                for each in near:
                    each(reading, variables)
            fields.of(reading, item)

    return step


def row_of(node: ir.Lookup, bindings: Bindings) -> Step:
    """The row of a table, where its keys and its day are known."""
    keys: tuple[Access, ...] = tuple(access(key, bindings) for key in node.keys)
    at = access(node.at, bindings) if node.at else None
    variable, table, column, name = lookup_variable(node), bindings.table(node.table), node.column, node.table
    label = f"{name}.{column}" if column else name
    made: dict[tuple[Any, ...], Evidence] = {}

    def step(reading: Reading, variables: Variables) -> None:
        world = reading.world
        subject = variables.get(variable) if variable else None
        asked = tuple([code_of(key(world, variables)) for key in keys])
        day = at(world, variables) if at else lookup_day(subject, world)
        if not isinstance(day, date) or any(key is None or key is ABSENT or key.__class__ is Unknown for key in asked):
            return
        mark = (name, asked, column)
        if mark in reading.found:
            return
        # Claims of a practice ask for the same few rows, and an answer stays what it is.
        answer = (table.stored_name(world, subject), asked, table.as_of(day))
        evidence = made.get(answer)
        if evidence is None:
            value = table.value(world, asked, column, day, subject)
            shown = "no row" if value is ABSENT else None if value.__class__ is Unknown else plain(value)
            if not column and shown != "no row":
                shown = "a row"
            edition = table.edition_name(world, day, subject) or None
            plain_keys = tuple([key if key.__class__ is str else plain_key(key) for key in asked])
            evidence = Evidence(label, shown, None, name, edition, plain_keys)
            if len(made) < ROWS_KEPT:
                made[answer] = evidence
        reading.found[mark] = evidence

    return step


@cache
def _of_record(record: str, name: str) -> Fields:
    """One field of whatever variable holds such a record."""
    return Fields("", record, (name,))


def _shown(record: str, name: str) -> Callable[[Any], Any] | None:
    """How a field's value is shown: as JSON carries it, or only that it is present where it says who the patient is.
    None where it is shown as it is."""
    if name in PRIVATE:
        return _present
    about = catalogue_field(record, name)
    if about is None or about.type.kind not in ("code", "text", "date", "money"):
        return plain
    if about.type.many:
        return _listed if about.type.kind in ("code", "text") else plain
    return {"date": _date, "money": _money}.get(about.type.kind)


def _listed(value: Any) -> Any:
    return None if value is None else list(value)


def _present(value: Any) -> Any:
    return None if value is None else "(present)"


def _date(value: Any) -> Any:
    return None if value is None else value.isoformat()


def _money(value: Any) -> Any:
    return plain(value, "money")
