"""``scrubber tables``: import the publishers' files, and see what is loaded."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from scrubber.cli.loading import data_folder, tables_folder
from scrubber.cli.program import LazyGroup
from scrubber.core.diagnostics import UsageError
from scrubber.core.files import refuse_no_name

COMMANDS = {
    "import": ("scrubber.cli.tables:import_", "Import publishers' files."),
    "list": ("scrubber.cli.tables:list_", "List what is loaded, and what is missing."),
    "verify": ("scrubber.cli.tables:verify", "Check the table files for damage."),
}
_FOLDER = click.option("--tables", "folder", metavar="DIR", help="The folder of tables; else the user's data folder.")


@click.command(cls=LazyGroup, lazy=COMMANDS)
def tables() -> None:
    """Import and inspect reference tables."""


@click.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--covers", required=True, metavar="A..B", help="The days the files are valid for, such as "
              "2024-07-01..2024-09-30.")  # fmt: skip
@_FOLDER
@click.option("--table", metavar="NAME", help="Which table a file is of, where it does not say itself, such as "
              "ptp/practitioner.")  # fmt: skip
def import_(files: tuple[str, ...], covers: str, folder: str | None, table: str | None) -> int:
    """Import the publishers' own files (zip, text or CSV): all of them, or none where one cannot be used."""
    from scrubber.tables.importers.run import import_files, parse_covers

    days = parse_covers(covers)
    if folder is not None:
        refuse_no_name(folder, "--tables: the folder")
    target = Path(folder).expanduser() if folder else Path(data_folder())
    paths = [Path(name) for name in files]
    if sys.stderr.isatty():
        reports = _with_bar(paths, target, days, table)
    else:
        reports = import_files(paths, target, covers=days, table=table)
    for report in reports:
        _tell(report)
    click.echo(f"In {target}. `scrubber check` reads it" + (f" with --tables {target}." if folder else "."))
    return 0


def _with_bar(paths: list[Path], target: Path, days: Any, table: str | None) -> list[Any]:
    """The import with a progress bar on the terminal's error stream."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    from scrubber.tables.importers.run import import_files

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def progress(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(name, total=total or None)
            bar.update(tasks[name], completed=done)

        return import_files(paths, target, covers=days, table=table, progress=progress)


def _tell(report: Any) -> None:
    written = "" if report.written else " (it was there already; nothing has changed)"
    click.echo(f"{report.table}, edition {report.edition}{written}")
    click.echo(f"  from      {', '.join(report.source_files)}")
    dropped = sum(report.dropped.values())
    reasons = f": {_counts(report.dropped)}" if dropped else ""
    click.echo(f"  rows      {report.rows_read:,} read, {report.rows_kept:,} kept, {dropped:,} left out{reasons}")
    if report.indicators:
        click.echo(f"  indicator {_counts(report.indicators)}")
    if report.active:
        click.echo(f"  active    {_counts(report.active)}")
    for warning in report.warnings:
        click.echo(f"  warning   {warning}")


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()))


@click.command("list")
@_FOLDER
@click.option("--pack", "packs", multiple=True, metavar="DIR", help="The packs whose tables are asked "
              "for. Default: the bundled packs.")  # fmt: skip
def list_(folder: str | None, packs: tuple[str, ...]) -> int:
    """List the editions at hand, and the tables that packs declare and nobody imported."""
    from scrubber.api import Scrubber
    from scrubber.engine.provenance import declared_tables
    from scrubber.engine.tables_asked import read_tables

    engine = Scrubber.load(*packs, tables=tables_folder(folder)).engine
    store = engine.store
    for at in store.folders:
        click.echo(f"Folder  {at}")
    declared, read = declared_tables(engine), read_tables(engine)
    published = {stored: table.table.published_at for table in engine.tables.values() for stored in table.editions()}
    rows = [
        (name, str(edition.first), str(edition.last), f"{edition.rows:,}", "slice" if edition.slice else "whole",
         _unread(edition.left_out),
         "" if name in read else "no rule reads it" if name in declared else "no pack declares it")
        for name in store.table_names()
        for edition in store.editions(name)
    ]  # fmt: skip
    _columns([("table", "from", "to", "rows", "", "", ""), *rows])
    if any(edition.left_out for name in store.table_names() for edition in store.editions(name)):
        click.echo("\nRows that could not be read were left out at the import, and no rule looks at them.\nImport the "
                   "file again once its publisher has mended it.")  # fmt: skip
    missing = [name for name in declared if not store.editions(name)]
    _missing("MISSING, so the rules that read them are not checked:", [n for n in missing if n in read], published)
    _missing("Missing, and no rule reads them yet:", [n for n in missing if n not in read], published)
    for problem in store.problems:
        click.echo(f"scrubber: {problem}", err=True)
    return 2 if store.problems else 0


def _missing(title: str, names: Iterable[str], published: Mapping[str, str]) -> None:
    """Tables that nobody imported, one a line, under the address where they are published."""
    where: dict[str, list[str]] = {}
    for name in names:
        where.setdefault(published[name] or "Published nowhere that is known here", []).append(name)
    if where:
        click.echo(f"\n{title}")
    for address, found in where.items():
        click.echo(f"  {address}")
        for name in found:
            click.echo(f"    {name}")


def _unread(count: int) -> str:
    return f"{count:,} not read" if count else ""


def _columns(rows: Iterable[tuple[str, ...]]) -> None:
    found = list(rows)
    widths = [max(len(row[at]) for row in found) for at in range(len(found[0]))]
    for row in found:
        cells = enumerate(zip(row, widths, strict=True))
        line = [cell.rjust(width) if at == 3 else cell.ljust(width) for at, (cell, width) in cells if width]
        click.echo("  ".join(line).rstrip())


@click.command()
@_FOLDER
def verify(folder: str | None) -> int:
    """Read every table file whole and see that nothing of it has changed. Exit codes: 0 in order, 2 damaged."""
    from scrubber.core.resources import resource
    from scrubber.tables.verify import verify as verified

    if folder is not None:
        refuse_no_name(folder, "--tables: the folder")
    if folder is not None and not Path(folder).is_dir():
        raise UsageError(f"{folder} is not a folder.")
    own = tables_folder(folder)
    folders = [*([Path(own)] if own is not None else []), Path(resource("rules", "ncci", "tables"))]
    results = [result for each in folders for result in verified(each)]
    for result in results:
        unread = f"  ({_unread(result.left_out)} at the import)" if result.left_out else ""
        click.echo(f"{'ok     ' if result.ok else 'DAMAGED'}  {result.table} {result.edition}{unread}")
        if not result.ok:
            click.echo(f"scrubber: {result.message}", err=True)
    bad = sum(not result.ok for result in results)
    click.echo(f"{len(results)} table files, {bad} damaged.")
    return 2 if bad else 0
