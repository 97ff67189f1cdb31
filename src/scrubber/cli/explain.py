"""``scrubber explain``."""

from __future__ import annotations

from datetime import date
from typing import Any, BinaryIO

import click

from scrubber.cli.inputs import ClaimFiles
from scrubber.cli.loading import history_claims, load
from scrubber.cli.options import shared
from scrubber.cli.output import Output
from scrubber.core.diagnostics import UsageError


@click.command()
@click.argument("file", metavar="FILE")
@click.argument("rule", metavar="RULE")
@click.option("--line", type=int, metavar="N", help="The line (LX01). Default: every line.")
@click.option("--claim", "which", metavar="CLAIM", help="The claim: its patient control number, or its place in the "
              "file from 1. Needed where the file holds several.")  # fmt: skip
@shared
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def explain(file: str, rule: str, line: int | None, which: str | None, format_: str, **options: Any) -> int:
    """Say why RULE fired on a line of a claim in FILE, or why it did not.

    The rule is decided anew, without the index and the compiled conditions that `check` uses.
    """
    from scrubber.engine.batch import Batch
    from scrubber.engine.explain.explain import explain as explained

    as_of = options["as_of"] or date.today()
    scrubber = load(options)
    batch = Batch(ClaimFiles([file]).read, history_claims(options["history"]), not options["no_batch_history"])
    for problem in batch.problems:
        click.echo(f"scrubber: {problem}", err=True)
    source, history, others = _chosen(batch, file, which)
    about = explained(scrubber.engine, source, rule, line, as_of, history, others)
    out = Output(None)

    def write(stream: BinaryIO) -> None:
        if format_ == "json":
            import msgspec

            stream.write(msgspec.json.encode(about) + b"\n")
            return
        from scrubber.report.explanation import explanation_lines
        from scrubber.report.style import Style

        for text in explanation_lines(Style(out.width, out.colour), about):
            stream.write(text.encode("utf-8", "replace") + b"\n")

    out.write_with(write)
    return 0


def _chosen(batch: Any, file: str, which: str | None) -> Any:
    """The claim asked for: the only one, or the one that ``--claim`` names."""
    if not batch.count:
        raise UsageError(f"{file} holds no claim that can be read.")
    found: list[Any] = []
    for place, (source, history, others) in enumerate(batch.each(), 1):
        if which is None and batch.count > 1:
            break
        if which is None or source.claim.patient_control_number == which or (which == str(place) and not found):
            found.append((source, history, others))
    if which is None and not found:
        raise UsageError(f"{file} holds {batch.count} claims: say which with --claim (its patient control number).")
    named = [item for item in found if item[0].claim.patient_control_number == which]
    if len(named) > 1:
        raise UsageError(f"{len(named)} claims of {file} have that patient control number: give its place there.")
    if not found:
        raise UsageError(f"{file} holds no claim {which!r}: it has {batch.count} claims.")
    return (named or found)[0]
