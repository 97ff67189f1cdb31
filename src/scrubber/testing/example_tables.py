"""Reference tables that a golden file carries itself, served like imported ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from scrubber.core.diagnostics import Diagnostic, RuleFileError
from scrubber.engine.compile.program import CompiledTable, Program
from scrubber.packs.type_names import iso_date
from scrubber.tables.memory import ALWAYS, RowError, memory_table
from scrubber.tables.schema import TableSchema
from scrubber.tables.store import TableStore
from scrubber.tables.table import Edition, OpenTable
from scrubber.testing.read import GoldenFile, unknown_name


class ExampleTables(TableStore):
    """A store of one edition a table. It looks at no folder."""

    def __init__(self, tables: Mapping[str, OpenTable]) -> None:
        super().__init__([])
        self.tables = dict(tables)

    def table_names(self) -> tuple[str, ...]:
        """The names of the tables, in order."""
        return tuple(sorted(self.tables))

    def editions(self, table: str) -> tuple[Edition, ...]:
        """The one edition of a table, or nothing."""
        return (self.tables[table].edition,) if table in self.tables else ()

    def edition_for(self, table: str, day: date, policy: str = "strict") -> OpenTable | None:
        """The table where it answers for ``day``, or was in force before it and may be carried forward."""
        found = self.tables.get(table)
        if found is None or day < found.edition.first:
            return None
        return found if day <= found.edition.last or policy == "carry_forward" else None

    def open(self, edition: Edition) -> OpenTable:
        """The table of that edition."""
        return self.tables[edition.table]


def example_tables(golden: GoldenFile, program: Program) -> ExampleTables:
    """The tables of a golden file, in the shape that the packs declare.

    Raises:
        RuleFileError: a table that no pack declares, or a row that does not fit.
    """
    declared = stored_tables(program)
    tables: dict[str, OpenTable] = {}
    problems: list[Diagnostic] = []
    for name, value in (golden.values.get("tables") or {}).items():
        table = declared.get(name)
        if table is None:
            problems.append(
                unknown_name("SCR805", "table", name, sorted(declared), golden.place_of("tables", name))
            )  # fmt: skip
            continue
        edition = value if isinstance(value, Mapping) else {"rows": value}
        try:
            tables[name] = table_of(name, table, edition)
        except RowError as error:
            at = ("tables", name, error.row - 1) if isinstance(value, list) else ("tables", name, "rows", error.row - 1)
            problems.append(Diagnostic("SCR806", f"column {error.column} of this row is {error.reason}",
                                       golden.place_of(*at), help=_columns(table)))  # fmt: skip
    if problems:
        raise RuleFileError(problems)
    return ExampleTables(tables)


def stored_tables(program: Program) -> dict[str, CompiledTable]:
    """Every table that the packs read from imports, by the names it is imported under."""
    found: dict[str, CompiledTable] = {}
    for table in program.tables.values():
        if table.rows is None:
            names = [f"{table.stored}/{setting.name}" for setting in table.settings] or [table.stored]
            found.update(dict.fromkeys(names, table))
    return found


def table_of(name: str, table: CompiledTable, edition: Mapping[str, Any]) -> OpenTable:
    """A table of rows as text, in the shape a pack declares. Raises RowError."""
    schema = TableSchema(name, tuple(table.keys.items()), dict(table.columns), True, table.match)
    known = {*schema.key_names, *schema.columns, "effective", "deletion"}
    for number, row in enumerate(edition["rows"], 1):
        for column in row:
            if column not in known:
                raise RowError(column, "not one of the table's", number)
    covers = edition.get("covers")
    days = (iso_date(covers["from"]) or date.min, iso_date(covers["to"]) or date.max) if covers else ALWAYS
    return memory_table(schema, edition["rows"], covers=days, source="golden file")


def _columns(table: CompiledTable) -> str:
    return f"a row has {', '.join([*table.keys, *table.columns])}, and where it matters effective and deletion"
