"""Procedures that conditions cannot tell apart: they stand in the same lists, and in no row of a table.

Of a long claim with hundreds of codes most are such, above all where only a slice of a table is loaded. What is found
out of two of them holds of any two.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from scrubber.engine.evaluate.reference import lookup_variable
from scrubber.engine.evaluate.world import World, is_long
from scrubber.lang import ir
from scrubber.tables.table import OpenTable

if TYPE_CHECKING:
    from scrubber.engine.evaluate.lists import BoundCodes
    from scrubber.engine.plan.bindings import PackBindings
    from scrubber.engine.plan.tables import BoundTable


class AskedOfCodes:
    """All that conditions ask of the procedure of a line: in which lists and tables it stands, and whether it is one of
    the codes they name."""

    __slots__ = ("lists", "named", "tables")

    def __init__(self, lists: Iterable[BoundCodes], tables: Iterable[BoundTable], named: Iterable[str]) -> None:
        self.lists, self.tables, self.named = tuple(lists), tuple(tables), frozenset(named)


def asked_of_codes(conditions: Any, bindings: PackBindings, first: tuple[str, ...] = ()) -> AskedOfCodes | None:
    """What conditions ask of procedures; None where they ask more, so that any two may be told apart.

    Tables are asked as of a line of the claim; with ``first`` (variables) as of these where their procedure is a key.
    """
    lists: list[BoundCodes] = []
    tables: list[BoundTable] = []
    named: set[str] = set()
    read = met = 0
    for node in ir.nodes_of(conditions):
        match node:
            case ir.FieldOf(name="procedure"):
                read += 1
            case ir.Missing(value=ir.FieldOf(name="procedure")):
                met += 1
            case ir.In(value=ir.FieldOf(name="procedure"), codes=ir.Codes() as codes):
                lists.append(bindings.codes(codes))
                met += 1
            case (
                ir.Compare(op="=" | "!=", left=ir.FieldOf(name="procedure"), right=ir.CodeConst() as constant)
                | ir.Compare(op="=" | "!=", right=ir.FieldOf(name="procedure"), left=ir.CodeConst() as constant)
            ):
                named.add(constant.value)
                met += 1
            case ir.Source(same=same):
                if any(
                    "procedure" in ([key.field] if key.field else bindings.parameter(key.parameter)) for key in same
                ):
                    return None
            case ir.Lookup(keys=keys):
                owners = [key for key in keys if isinstance(key, ir.FieldOf) and key.name == "procedure"]
                if owners:
                    table = bindings.table(node.table)
                    if not _is_plain(node, table, {key.variable for key in owners}.intersection(first)):
                        return None
                    tables.append(table)
                    met += len(owners)
    return AskedOfCodes(lists, tables, named) if read == met else None


def _is_plain(node: ir.Lookup, table: BoundTable, first: set[str]) -> bool:
    """Whether a table says the same of all codes that it does not know, on the days of the claim's lines."""
    variable = lookup_variable(node)
    as_of = next((key for key in node.keys if isinstance(key, ir.FieldOf) and key.variable == variable), None)
    if node.at is not None:
        as_of = node.at if isinstance(node.at, ir.FieldOf) and node.at.name == "date" else None
    return (
        as_of is not None
        and as_of.record == "line"
        and first <= {as_of.variable}
        and table.fields is not None
        and table.table.absent == "none"  # else the code is named as one that is not published
    )


def likeness(asked: Sequence[AskedOfCodes | None], world: World) -> Likeness | None:
    """The procedures of a long claim by what conditions know of them; None of a short claim, and where any two may be
    told apart."""
    if not is_long(world) or world.prior:
        return None
    known = [each for each in asked if each is not None]
    return Likeness(known, world) if len(known) == len(asked) else None


class Likeness:
    """The procedures of one claim by what some conditions know of them."""

    __slots__ = ("_editions", "_known", "_lists", "_named")

    def __init__(self, asked: Iterable[AskedOfCodes], world: World) -> None:
        asked = tuple(asked)
        self._named = frozenset().union(*(each.named for each in asked))
        lists = {id(codes): codes for each in asked for codes in each.lists}
        self._lists: list[Container[Any]] = [version.members for codes in lists.values() for version in codes.versions]
        tables = {id(table): table for each in asked for table in each.tables}
        self._editions = [edition for table in tables.values() for edition in _editions(table, world)]
        self._known: dict[str | None, Any] = {None: None}

    def of(self, code: str | None) -> Any:
        """The same for procedures that are alike: of one that a table knows, or a condition names, itself."""
        try:
            return self._known[code]
        except KeyError:
            assert code is not None
            found = self._known[code] = self._of(code)
            return found

    def _of(self, code: str) -> Any:
        if code in self._named:
            return code
        for edition in self._editions:
            if edition.knows(code):
                return code
        # Of a code that begins with a digit a slice may leave rows out. Bytes are no code's text.
        return bytes([code[:1].isdigit(), *[code in members for members in self._lists]])


def _editions(table: BoundTable, world: World) -> list[OpenTable]:
    """The editions that answer for the days that a rule may ask about, on whichever of them it stands itself."""
    claim, before = world.claim, world.day
    days: dict[date | None, Any] = {line.date: line for line in claim.lines}
    if days.pop(None, None) is not None:  # such a line goes by the day of its rule
        for line in claim.lines:
            days.setdefault(line.date_to, line)
        for day in (claim.date, claim.sent_on, claim.discharge_date):
            days.setdefault(day, claim.lines[0])
        days.pop(None, None)
    names: dict[Any, date | None] = {}
    for day, line in days.items():
        world.day = day
        names.setdefault(table.stored_name(world, line), day)
    found: dict[int, OpenTable] = {}
    for day in names.values():
        world.day = day
        for asked, line in days.items():
            assert asked is not None
            edition = table.edition(world, asked, line)
            if isinstance(edition, OpenTable):
                found[id(edition)] = edition
    world.day = before
    return list(found.values())
