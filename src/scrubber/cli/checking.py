"""What ``scrubber check`` takes and does. Without click, which a plain call of it can do without."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, BinaryIO

from scrubber.cli.declared import SHARED, Option
from scrubber.cli.ending import say
from scrubber.cli.inputs import ClaimFiles
from scrubber.cli.loading import history_claims, load
from scrubber.cli.output import Output
from scrubber.packs.model import SEVERITIES

SHOWN = 20
OPTIONS = (
    *SHARED,
    Option("--fail-on", "fail_on", "The least severity that gives exit code 1: reject, deny, review or info.",
           "SEVERITY", choices=SEVERITIES, default="review"),
    Option("--format", "format_", "Text for people, JSON or NDJSON for programs.", choices=("text", "json", "ndjson"),
           default="text"),
    Option("--waivers", "waivers", "A file of waivers: findings that people decided to let stand.", "FILE"),
    Option("--baseline", "baseline", "Findings that were there before (`scrubber baseline write`).", "FILE"),
    Option("--output", "output", "Write there instead of standard output.", "FILE"),
)  # fmt: skip


def check(files: Sequence[str], options: Mapping[str, Any]) -> int:
    """Check the claims of files and write the report; gives the exit code. ``options`` are those of :data:`OPTIONS`."""
    from scrubber.engine.batch import Batch
    from scrubber.engine.provenance import provenance
    from scrubber.report.summary import Tally

    as_of, format_ = options["as_of"] or date.today(), options["format_"]
    scrubber = load(options)
    history = history_claims(options["history"])
    decisions = _decisions(scrubber, options["waivers"], options["baseline"], as_of)
    read = (*files, *options["history"], options["payer_map"], options["waivers"], options["baseline"])
    out = Output(options["output"], inputs=read)
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
    made_with, tally = provenance(scrubber.engine, as_of), Tally(options["fail_on"], decisions)
    results = batch.scrub(scrubber.engine, as_of)
    if decisions is not None:
        results = ((source, decisions.decide(source.claim, result)) for source, result in results)
    results = _with_tables(results, tally, scrubber.engine.store.folders, batch.problems)

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
    if format_ != "text" or options["output"] is not None:
        _tell(batch.problems)
    return tally.exit_code(unreadable=bool(batch.problems))


def _with_tables(results: Iterator[Any], tally: Any, folders: Sequence[str], problems: list[Any]) -> Iterator[Any]:
    """The results; where a table file turned out to be damaged on the way, it is then among the problems by name.

    A table is opened when a rule first asks it. Only a run that met damage opens them all to find it.
    """
    yield from results
    if not tally.damaged:
        return
    from scrubber.tables.verify import damage_of

    problems += [problem for folder in folders for problem in damage_of(folder)]


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
        say(f"scrubber: {problem}")
    if len(problems) > SHOWN:
        say(f"scrubber: … and {len(problems) - SHOWN} more that could not be read.")
