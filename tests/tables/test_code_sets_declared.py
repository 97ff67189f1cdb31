"""What importers store is what the packs declare: the same keys, columns and types, under the same name."""

from __future__ import annotations

from pathlib import Path

import pytest
from code_set_layouts import MCE, SMALL, TABULAR, write

from scrubber.core.resources import resource
from scrubber.engine.compile.load import load_program
from scrubber.engine.compile.program import CompiledTable
from scrubber.tables.importers import unobtained
from scrubber.tables.importers.code_sets import TABLES
from scrubber.tables.importers.declared import CsvLayout
from scrubber.tables.importers.run import import_files, parse_covers
from scrubber.tables.store import TableStore


@pytest.fixture(scope="module")
def declared() -> dict[str, CompiledTable]:
    """The tables of the packs that hold them, by the names they are imported under."""
    folders = [resource("rules", *parts) for parts in (("ncci",), ("ncci_medicaid",), ("payers", "all"),
                                                       ("payers", "code_sets"), ("payers", "medicare"))]  # fmt: skip
    found: dict[str, CompiledTable] = {}
    for table in load_program(folders, {}, cached=False).tables.values():
        names = [f"{table.stored}/{setting.name}" for setting in table.settings] or [table.stored]
        found.update(dict.fromkeys(names, table))
    return found


@pytest.mark.parametrize("layout", unobtained.LAYOUTS, ids=[layout.schema.name for layout in unobtained.LAYOUTS])
def test_lists_that_nobody_could_obtain(declared: dict[str, CompiledTable], layout: CsvLayout) -> None:
    table = declared[layout.schema.name]
    assert tuple(table.keys.items()) == layout.schema.keys
    assert dict(table.columns) == layout.schema.columns


def test_every_code_set(declared: dict[str, CompiledTable], tmp_path: Path) -> None:
    files = [write(tmp_path, name, text) for name, text in SMALL.items()]
    files += [write(tmp_path, "tabular.xml", TABULAR), write(tmp_path, "mce.txt", MCE.format(43))]
    import_files(files, tmp_path / "tables", covers=parse_covers("2025-10-01..2026-09-30"))
    store = TableStore([tmp_path / "tables"])
    assert set(store.table_names()) == set(TABLES)
    for name in TABLES:
        (edition,) = store.editions(name)
        schema, table = store.open(edition).schema, declared[name]
        assert (schema.keys, schema.columns, schema.match) == (
            tuple(table.keys.items()), dict(table.columns), table.match,
        ), name  # fmt: skip
