"""``scrubber baseline``: findings that were there before, so that only new ones stop a run."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scrubber.cli.loading import history_claims, load
from scrubber.cli.options import shared
from scrubber.cli.output import writing
from scrubber.cli.rules.shared import plural
from scrubber.core.diagnostics import UsageError

if TYPE_CHECKING:
    from scrubber.findings.waivers import Known


@click.group()
def baseline() -> None:
    """Keep findings that were there before apart from new ones (`check --baseline FILE`)."""


_FILE = click.option("--baseline", "path", required=True, metavar="FILE", help="The baseline file.")


@baseline.command(short_help="Write what is found into a baseline file.")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@_FILE
@shared
def write(files: tuple[str, ...], path: str, **options: Any) -> int:
    """Check claims and write what is found into a baseline file, over any that is there."""
    from scrubber.findings.waiver_files import baseline_text

    found = _found(files, options)
    _write(Path(path), baseline_text(found))
    click.echo(f"{path}: {plural(len(found), 'finding')}.")
    return 0


@baseline.command(short_help="Take out of it what is not found any more.")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@_FILE
@shared
def prune(files: tuple[str, ...], path: str, **options: Any) -> int:
    """Check claims and take out of a baseline file what is not found any more. Nothing is added."""
    from scrubber.findings.waiver_files import baseline_text, read_baseline

    before, found = read_baseline(Path(path)), _found(files, options)
    kept = {fingerprint: known for fingerprint, known in before.items() if found.get(fingerprint) == known}
    _write(Path(path), baseline_text(kept))
    click.echo(f"{path}: {plural(len(before) - len(kept), 'finding')} taken out, {len(kept)} kept.")
    return 0


def _write(path: Path, text: str) -> None:
    with writing(path):
        path.write_text(text, encoding="utf-8")


def _found(files: tuple[str, ...], options: dict[str, Any]) -> dict[str, Known]:
    from scrubber.cli.inputs import ClaimFiles
    from scrubber.engine.batch import Batch
    from scrubber.findings.waiver_files import known_of

    scrubber = load(options)
    batch = Batch(ClaimFiles(files).read, history_claims(options["history"]), not options["no_batch_history"])
    if batch.problems:
        raise UsageError(f"{batch.problems[0]} A baseline is made of files that can be read whole.")
    if not batch.count:
        raise UsageError("The files hold no claims.")
    day = options["as_of"] or date.today()
    return {fingerprint: known for _, result in batch.scrub(scrubber.engine, day)
            for fingerprint, known in known_of(result.findings).items()}  # fmt: skip
