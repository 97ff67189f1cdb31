"""``scrubber baseline``: findings that were there before, so that only new ones stop a run."""

from datetime import date
from pathlib import Path
from typing import Any

import click
from msgspec import Struct

from scrubber.cli.ending import say
from scrubber.cli.loading import history_claims, load
from scrubber.cli.options import shared
from scrubber.cli.output import Output
from scrubber.cli.rules.shared import plural
from scrubber.core.diagnostics import UsageError
from scrubber.core.files import shown
from scrubber.findings.model import DamagedTable, Fault
from scrubber.findings.waivers import Known
from scrubber.report.style import listed
from scrubber.report.summary import CLEAN, FAULT, UNREADABLE

READING = "ENGINE-"
"""How the rules begin that belong to the reading of a claim and to no pack: they always run."""
_WHOLE = "A baseline is made of files that can be read whole: it was not written."


class _Checked(Struct):
    """What a baseline is made of: the rules there are, and those that went unchecked; the findings; how many claims
    were not checked in full; and why a rule could not be run at all."""

    known_rules: frozenset[str]
    not_run: set[str]
    found: dict[str, Known] = {}
    incomplete: int = 0
    faults: list[Fault] = []

    def unsure(self, rule: str) -> bool:
        """Whether a rule went unchecked: on some claim, for want of a table, or because no loaded pack has it."""
        return rule in self.not_run or (rule not in self.known_rules and not rule.startswith(READING))


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

    _refuse_other(Path(path))
    checked = _check(files, options)
    if code := _refused(checked):
        return code
    _write(path, baseline_text(checked.found))
    click.echo(f"{shown(path)}: {plural(len(checked.found), 'finding')}.")
    if checked.incomplete:
        claims = plural(checked.incomplete, "claim")
        click.echo(f"{claims} could not be checked in full (`scrubber check` says why): what is found later is new.")
    return 0


@baseline.command(short_help="Take out of it what is not found any more.")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@_FILE
@shared
def prune(files: tuple[str, ...], path: str, **options: Any) -> int:
    """Check claims and take out of a baseline file what is not found any more. Nothing is added."""
    from scrubber.findings.waiver_files import baseline_text, read_baseline
    from scrubber.findings.waivers import pruned

    before, checked = read_baseline(Path(path)), _check(files, options)
    if code := _refused(checked):
        return code
    kept = pruned(before, checked.found, checked.unsure)
    _write(path, baseline_text(kept))
    click.echo(f"{shown(path)}: {plural(len(before) - len(kept), 'finding')} taken out, {len(kept)} kept.")
    unseen = [known.rule for mark, known in kept.items() if checked.found.get(mark) != known]
    if unseen:
        rules = listed(sorted(unseen), 6)
        were = "was" if len(unseen) == 1 else "were"
        click.echo(f"{len(unseen)} of them {were} not found and may be there unseen, because not every claim could be\n"
                   f"checked by {rules}.")  # fmt: skip
    return 0


def _refuse_other(path: Path) -> None:
    """Refuse to write over a file that is something else: it may be the claims."""
    from scrubber.findings.waiver_files import read_baseline

    try:
        if path.is_file() and path.stat().st_size:
            read_baseline(path)
    except UsageError as error:
        raise UsageError(f"--baseline: {error} It was not written over: name another file, or delete it.") from None


def _write(path: str, text: str) -> None:
    """Write the file whole or leave the old one: to lose it is to lose what people decided."""
    Output(path, "").write_with(lambda stream: stream.writelines([text.encode()]))


def _refused(checked: _Checked) -> int:
    """The exit code where a rule could not be run, after saying why: nothing is written then. 0 where all were."""
    ours = [fault for fault in checked.faults if not isinstance(fault, DamagedTable)]
    if not checked.faults:
        return CLEAN
    fault = (ours or checked.faults)[0]
    say(
        f"scrubber: {fault.rule}: {fault.message} A baseline is made where every rule could be run: it was not written."
    )
    return FAULT if ours else UNREADABLE


def _check(files: tuple[str, ...], options: dict[str, Any]) -> _Checked:
    """Check the claims.

    Raises:
        UsageError: a file of claims could not be read whole. What was not found then may be there.
    """
    from scrubber.cli.inputs import ClaimFiles
    from scrubber.engine.batch import Batch
    from scrubber.engine.tables_asked import rules_left_out
    from scrubber.findings.waiver_files import known_of

    scrubber = load(options)
    batch = Batch(ClaimFiles(files).read, history_claims(options["history"]), not options["no_batch_history"])
    if batch.problems:
        raise UsageError(f"{batch.problems[0]} {_WHOLE}")
    if not batch.count:
        raise UsageError("The files hold no claims.")
    program = scrubber.engine.program
    checked = _Checked(frozenset(head.id for head in program.heads), set(rules_left_out(scrubber.engine)))
    for source, result in batch.scrub(scrubber.engine, options["as_of"] or date.today()):
        if source.problems:
            raise UsageError(f"{source.problems[0]} {_WHOLE}")
        checked.faults.extend(result.faults)
        checked.found.update(known_of(result.findings))
        checked.incomplete += not result.complete
        checked.not_run.update(gap.rule for gap in (*result.undetermined, *result.not_evaluated))
    return checked
