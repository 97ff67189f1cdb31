"""``scrubber check``."""

from __future__ import annotations

from datetime import date
from typing import Any, BinaryIO

import click

from scrubber.cli.inputs import ClaimFiles
from scrubber.cli.options import history_claims, load, shared
from scrubber.cli.output import Output
from scrubber.packs.model import SEVERITIES

SHOWN = 20


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@shared
@click.option("--fail-on", type=click.Choice(SEVERITIES), default="review", show_default=True, metavar="SEVERITY",
              help="The least severity that gives exit code 1: reject, deny, review or info.")  # fmt: skip
@click.option("--format", "format_", type=click.Choice(["text", "json", "ndjson"]), default="text", show_default=True,
              help="Text for people, JSON or NDJSON for programs.")  # fmt: skip
@click.option("--waivers", metavar="FILE", help="A file of waivers: findings that people decided to let stand.")
@click.option("--baseline", metavar="FILE", help="Findings that were there before (`scrubber baseline write`).")
@click.option("--output", metavar="FILE", help="Write there instead of standard output.")
def check(files: tuple[str, ...], fail_on: str, format_: str, output: str | None, waivers: str | None,
          baseline: str | None, **options: Any) -> int:  # fmt: skip
    """Check claims in 837, JSON or NDJSON files.

    FILE may be a folder (all files in it and below) or - for standard input.

    Exit codes: 0 clean, 1 findings, 2 wrong usage or unreadable input, 3 a fault of scrubber, 4 incomplete without
    findings; where several hold, 3 before 2 before 1 before 4.
    """
    from scrubber.engine.batch import Batch
    from scrubber.engine.provenance import provenance
    from scrubber.report.summary import Tally

    as_of = options["as_of"] or date.today()
    scrubber = load(options)
    history = history_claims(options["history"])
    decisions = _decisions(scrubber, waivers, baseline, as_of)
    out = Output(output)
    try:
        sources = ClaimFiles(files)
        batch = Batch(sources.read, history, not options["no_batch_history"])
    except BaseException:
        out.drop()
        raise
    if not batch.count:
        out.drop()
        _tell(batch.problems)
        return 2
    made_with, tally = provenance(scrubber.engine, as_of), Tally(fail_on, decisions)
    results = batch.scrub(scrubber.engine, as_of)
    if decisions is not None:
        results = ((source, decisions.decide(source.claim, result)) for source, result in results)

    def write(stream: BinaryIO) -> None:
        if format_ == "text":
            from scrubber.report.text import Style, TextReport

            style = Style(out.width, out.colour)
            report = TextReport(style, sources.names, made_with, history is not None, not options["no_batch_history"])
            for part in report.lines(batch.problems, results, tally):
                stream.write(part.encode("utf-8", "replace") + b"\n")
            return
        from scrubber.report.json_report import write_json, write_ndjson

        (write_json if format_ == "json" else write_ndjson)(stream, made_with, batch.problems, results, tally)

    out.write_with(write)
    if format_ != "text" or output is not None:
        _tell(batch.problems)
    return tally.exit_code(unreadable=bool(batch.problems))


def _decisions(scrubber: Any, waivers: str | None, baseline: str | None, day: date) -> Any:
    """What sets findings aside; None where neither a waiver file nor a baseline is given."""
    if waivers is None and baseline is None:
        return None
    from pathlib import Path

    from scrubber.findings.waiver_files import read_baseline, read_waivers
    from scrubber.findings.waivers import Decisions

    rules = (rule.id for rule in scrubber.engine.program.rules)
    return Decisions(read_waivers(Path(waivers), rules) if waivers is not None else (),
                     read_baseline(Path(baseline)) if baseline is not None else {}, day)  # fmt: skip


def _tell(problems: list[Any]) -> None:
    """What could not be read, on stderr."""
    for problem in problems[:SHOWN]:
        click.echo(f"scrubber: {problem}", err=True)
    if len(problems) > SHOWN:
        click.echo(f"scrubber: … and {len(problems) - SHOWN} more that could not be read.", err=True)
