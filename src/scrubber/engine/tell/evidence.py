"""The evidence of a finding: every value and table row that its conditions read, in the order they are read.

What a condition reads does not depend on its truth, but for the elements an aggregate measures. So each revision's
reading is worked out once, as a list of steps, and run on every subject it fires on. Tests hold it equal to what the
reference evaluator reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from typing import Any, Protocol

from scrubber.core.catalogue import field as catalogue_field
from scrubber.core.logic import ABSENT, Unknown
from scrubber.engine.evaluate.access import Access, Variables, access
from scrubber.engine.evaluate.asking import Test
from scrubber.engine.evaluate.lists import code_of
from scrubber.engine.evaluate.reference import Reference, lookup_day, lookup_variable
from scrubber.engine.evaluate.trace import PRIVATE, plain, plain_key
from scrubber.engine.evaluate.world import SCOPE_VARIABLES, Bindings, Group, World, key_of
from scrubber.findings.model import Evidence
from scrubber.lang import ir

ROWS_KEPT = 4_096
"""Of each place in a condition that asks a table."""


class Asking(Bindings, Protocol):
    """Bindings that make functions of conditions too."""

    def asked(self, condition: ir.Condition, variables: tuple[str, ...]) -> Test: ...


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
            record = owner.record
            label, shown = _named(record, name)
            value = shown(getattr(owner, name))
            self.found[key] = Evidence(label, value, owner.number if record == "line" else None)


Step = Callable[[Reading, Variables], None]


class _Steps:
    """What to read, in order. Fields that follow each other are read in one step."""

    def __init__(self) -> None:
        self._steps: list[Step] = []
        self._fields: dict[tuple[str, str], tuple[str, str, str, Callable[[Any], Any], bool]] = {}

    def field(self, node: ir.FieldOf) -> None:
        """Read a field of a variable."""
        label, shown = f"{node.record}.{node.name}", _shown(node.record, node.name)
        mark = (node.variable, node.name)
        self._fields.setdefault(mark, (*mark, label, shown, node.record == "line"))

    def add(self, step: Step) -> None:
        """Do this."""
        self._flush()
        self._steps.append(step)

    def done(self) -> tuple[Step, ...]:
        """All steps."""
        self._flush()
        return tuple(self._steps)

    def _flush(self) -> None:
        fields, self._fields = tuple(self._fields.values()), {}
        if not fields:
            return

        def step(reading: Reading, variables: Variables) -> None:
            found = reading.found
            for variable, name, label, shown, of_line in fields:
                owner = variables[variable]
                key = (id(owner), name)
                if key not in found:
                    found[key] = Evidence(label, shown(getattr(owner, name)), owner.number if of_line else None)

        self._steps.append(step)


class EvidenceReader:
    """Reads the evidence of some conditions, on whatever subject. May be shared by threads."""

    def __init__(self, conditions: Iterable[ir.Condition], scope: str, bindings: Asking) -> None:
        self._bindings = bindings
        self._names: tuple[str, ...] = ("claim", *SCOPE_VARIABLES[scope])
        self._known: set[tuple[str, str]] = set()
        self._inside = 0
        steps = _Steps()
        for condition in conditions:
            self._condition(condition, steps)
        self._steps = steps.done()

    def read(self, reading: Reading, variables: Variables) -> None:
        """Add to ``reading`` what is read on the subject of these variables."""
        for step in self._steps:
            step(reading, variables)

    # ---- conditions ----

    def _condition(self, node: ir.Condition, steps: _Steps) -> None:
        match node:
            case ir.And() | ir.Or():
                for item in node.items:
                    self._condition(item, steps)
            case ir.Not():
                self._condition(node.item, steps)
            case ir.Compare():
                self._values(steps, node.left, node.right)
            case ir.Between():
                self._values(steps, node.value, node.low, node.high)
            case ir.In() | ir.Has():
                self._values(steps, node.value if isinstance(node, ir.In) else node.items)
                if isinstance(node.codes, ir.ListOf):
                    self._values(steps, node.codes.value)
            case ir.Missing() | ir.Flag():
                self._values(steps, node.value)
            case ir.Quantified():
                self._over(node.source, steps, node.satisfy, None, node.mode == "any")
                if node.count is not None and node.mode not in ("any", "no", "all"):
                    self._values(steps, node.count)

    # ---- values ----

    def _values(self, steps: _Steps, *nodes: ir.Value) -> None:
        for node in nodes:
            match node:
                case ir.FieldOf():
                    self._field(node, steps)
                case ir.Arithmetic():
                    self._values(steps, node.left, node.right)
                case ir.Call():
                    self._values(steps, *node.arguments)
                case ir.Lookup():
                    self._values(steps, *node.keys, *((node.at,) if node.at else ()))
                    steps.add(_lookup(node, self._bindings))
                case ir.Aggregate():
                    self._over(node.source, steps, None, node.value, False)

    def _field(self, node: ir.FieldOf, steps: _Steps) -> None:
        """A field of a variable: once, where it is certain to have been read before."""
        mark = (node.variable, node.name)
        if node.record == "row" or mark in self._known:
            return
        if not self._inside:
            self._known.add(mark)
        steps.field(node)

    # ---- sources ----

    def _over(self, source: ir.Source, steps: _Steps, satisfy: ir.Condition | None, measured: ir.Value | None,
              witnessed: bool) -> None:  # fmt: skip
        """A loop: of each element its keys, its date, and what is asked of it."""
        if source.items is not None:
            self._values(steps, source.items)
        known = set(self._known)
        # The element's own name may hide one outside: what was read of that one says nothing of the element.
        self._known = {mark for mark in known if mark[0] != source.variable}
        outside, self._names = self._names, (*self._names, source.variable)
        self._inside += 1
        near = _Steps()
        if source.within:
            self._values(near, source.within.duration, source.within.anchor)
        asked = _Steps()
        if source.where is not None:
            self._condition(source.where, asked)
        after = _Steps()
        if satisfy is not None:
            self._condition(satisfy, after)
        if measured is not None:
            self._values(after, measured)
        steps_near, steps_asked, steps_after = near.done(), asked.done(), after.done()
        self._inside -= 1
        names, self._names = self._names, outside
        self._known = known
        bindings = self._bindings
        keys: list[str] = []
        for part in source.same:
            keys += [part.field] if part.field else bindings.parameter(part.parameter)
        kept = "earlier" if source.reaches_history else "procedures" if source.record == "icd_procedure" else ""
        # Only the elements that count are measured, and only those that are met are witnesses.
        decide = (measured is not None and bool(steps_after)) or (witnessed and bool(kept))
        plain = not source.same and source.within is None
        every = plain and source.where is None
        where = None
        if decide and plain and source.where is not None and len(set(names)) == len(names):
            where = bindings.asked(source.where, names)
        walked = decide and not every and where is None

        def step(reading: Reading, variables: Variables) -> None:
            world, found = reading.world, reading.found
            evaluate = Reference(world, bindings, variables)
            truths = {id(item): met for item, met in evaluate.elements(source)} if walked else {}
            excluded = variables.get(source.other_than) if source.kind.startswith("other") else None
            like = variables.get(source.like)
            for item in evaluate.collection(source):
                if item is excluded or (isinstance(excluded, Group) and item in excluded):
                    continue
                for key in keys:
                    for owner in (item, like):
                        name = key_of(owner, key)
                        if (id(owner), name) not in found:
                            reading.field(owner, name)
                inner = {**variables, source.variable: item}
                if source.within:
                    reading.field(item, "date")
                    for each in steps_near:
                        each(reading, variables)
                for each in steps_asked:
                    each(reading, inner)
                met: Any = every or truths.get(id(item))
                if where is not None:
                    met = where.run(world, *[inner[name] for name in names])
                if satisfy is not None or met is True:
                    for each in steps_after:
                        each(reading, inner)
                if witnessed and kept and met is True:
                    getattr(reading, kept)[id(item)] = item

        steps.add(step)


def _lookup(node: ir.Lookup, bindings: Bindings) -> Step:
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
def _named(record: str, name: str) -> tuple[str, Callable[[Any], Any]]:
    """How evidence names a field, and how its value is shown."""
    return f"{record}.{name}", _shown(record, name)


def _shown(record: str, name: str) -> Callable[[Any], Any]:
    """How a field's value is shown: as JSON carries it, or only that it is present where it says who the patient is."""
    if name in PRIVATE:
        return _present
    about = catalogue_field(record, name)
    if about is None or about.type.kind not in ("code", "text", "date", "money"):
        return plain
    if about.type.many:
        return _listed if about.type.kind in ("code", "text") else plain
    return {"date": _date, "money": _money}.get(about.type.kind, _itself)


def _itself(value: Any) -> Any:
    return value


def _listed(value: Any) -> Any:
    return None if value is None else list(value)


def _present(value: Any) -> Any:
    return None if value is None else "(present)"


def _date(value: Any) -> Any:
    return None if value is None else value.isoformat()


def _money(value: Any) -> Any:
    return plain(value, "money")
