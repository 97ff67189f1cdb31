"""``scrubber rules diff``."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scrubber.cli.options import Day
from scrubber.core.diagnostics import InputError, UsageError
from scrubber.core.files import refuse_no_name
from scrubber.findings.model import DamagedTable
from scrubber.report.summary import CLEAN, FAULT, UNREADABLE

if TYPE_CHECKING:
    from scrubber.engine.compile.program import Program


SHOWN = 20


@click.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--claims", "claims", multiple=True, metavar="FILE", help="Claims to replay (837, JSON, NDJSON); "
              "repeatable.")  # fmt: skip
@click.option("--history", multiple=True, metavar="FILE", help="Earlier claims of the patients; repeatable.")
@click.option("--as-of", type=Day(), metavar="DATE", help="The day the claims are to be sent. Default: today.")
@click.option("--tables", metavar="DIR", help="The folder that `tables import` filled.")
@click.option("--payer-map", metavar="FILE", help="A CSV that says who each payer is.")
@click.option("--format", "format_", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@click.option("--output", metavar="FILE", help="Write to a file instead of standard output.")
def diff(old: str, new: str, claims: tuple[str, ...], history: tuple[str, ...], as_of: date | None,
         tables: str | None, payer_map: str | None, format_: str, output: str | None) -> int:  # fmt: skip
    """Say what changed in meaning from pack OLD to pack NEW, and what that does to claims.

    OLD and NEW are folders of one pack, or folders of packs. The bundled packs that they do not replace are loaded on
    both sides. Exit codes: 0 compared, 2 wrong usage, or claims or a table that could not be read, 3 a fault of
    scrubber.
    """
    from scrubber.cli.golden_test import write
    from scrubber.impact import reports
    from scrubber.impact.meaning import changes

    for option, given in (("--history", history), ("--as-of", as_of), ("--tables", tables), ("--payer-map", payer_map)):
        if given and not claims:
            raise UsageError(f"{option} says how claims are replayed, and no --claims are given.")
    before, after = _program(old), _program(new)
    found = changes(before, after)
    touched, totals, unread, faults = [], None, [], []
    if claims:
        touched, totals, unread, faults = _replayed(before, after, claims, history, as_of, tables, payer_map)
    read = (*claims, *history, payer_map)
    if format_ == "json":
        write(output, reports.as_json(found, touched, totals), read)
    else:
        lines = (reports.as_markdown if format_ == "markdown" else reports.as_text)(found, touched, totals)
        write(output, ("\n".join(lines) + "\n").encode(), read)
    for problem in unread:
        click.echo(f"scrubber: {problem}", err=True)
    if unread:
        click.echo("scrubber: --claims: part of the claims could not be read, so they were not compared.", err=True)
    for fault in faults[:SHOWN]:
        click.echo(f"scrubber: {fault.rule}: {fault.message} What it says of the claims was not compared.", err=True)
    if any(not isinstance(fault, DamagedTable) for fault in faults):
        return FAULT
    return UNREADABLE if unread or faults else CLEAN


def _program(folder: str) -> Program:
    """The packs of a folder, and the bundled ones that none of them stands for."""
    from scrubber.impact.versions import program_of

    refuse_no_name(folder, "A folder of packs to compare")
    return program_of(Path(folder))


def _replayed(before: Program, after: Program, claims: tuple[str, ...], history: tuple[str, ...],
              as_of: date | None, tables: str | None, payer_map: str | None) -> Any:  # fmt: skip
    from scrubber.api import open_store
    from scrubber.cli.inputs import ClaimFiles
    from scrubber.cli.loading import history_claims, tables_folder
    from scrubber.engine.batch import Batch
    from scrubber.impact.replay import Replay
    from scrubber.impact.versions import engine_of

    day = as_of or date.today()
    batch = Batch(ClaimFiles(claims).read, history_claims(history), True)
    if not batch.count:
        for problem in batch.problems:
            click.echo(f"scrubber: {problem}", err=True)
        raise UsageError("--claims: no claim could be read.")
    store = open_store(tables_folder(tables))
    if store.problems:
        raise InputError(store.problems[0])
    old, new = engine_of(before, store, payer_map), engine_of(after, store, payer_map)
    replay = Replay(lambda source, past, others: old.scrub(source, day, past, others),
                    lambda source, past, others: new.scrub(source, day, past, others))  # fmt: skip
    touched = list(replay.changes(batch.each()))
    return touched, replay.totals(), batch.problems, [replay.faults[rule] for rule in sorted(replay.faults)]
