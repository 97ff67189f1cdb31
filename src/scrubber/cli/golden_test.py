"""``scrubber rules test``: golden files without pytest."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from scrubber.cli.output import writing
from scrubber.core.diagnostics import RuleFileError, UsageError

if TYPE_CHECKING:
    from scrubber.testing.programs import Programs


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH…]")
@click.option("--pack", "packs", multiple=True, metavar="DIR", help="A pack that the files test, beside the bundled "
              "ones; repeatable. Its rules in force must all have a golden file.")  # fmt: skip
@click.option("-k", "word", default="", metavar="WORD", help="Only the cases whose name holds WORD.")
@click.option("--format", "format_", type=click.Choice(["text", "json", "junit", "github", "sarif"]), default="text",
              show_default=True)  # fmt: skip
@click.option("--output", metavar="FILE", help="Write to a file instead of standard output.")
@click.option("--update-golden", is_flag=True, help="Rewrite what the cases expect to what the rules do now. Look at "
              "the difference before you keep it.")  # fmt: skip
@click.option("--mutate", is_flag=True, help="Change each rule a little, in every way, and list the changes that no "
              "case notices.")  # fmt: skip
@click.option("-v", "--verbose", is_flag=True, help="Name the cases that hold, too.")
def test(paths: tuple[str, ...], packs: tuple[str, ...], word: str, format_: str, output: str | None,
         update_golden: bool, mutate: bool, verbose: bool) -> int:  # fmt: skip
    """Run golden files: each case of PATH (files, folders, or FILE::CASE; tests/golden where none is named).

    Exit codes: 0 all hold, 1 something does not, 2 wrong usage.
    """
    from scrubber.testing.runner import TestRun, found_files, run_files, untested

    programs = programs_of(packs)
    files = found_files(paths)
    if update_golden:
        return _update([path for path, _ in files], programs)
    if mutate:
        from scrubber.cli.golden_mutate import mutated

        return mutated([path for path, _ in files], programs, format_, output)
    results = run_files(files, programs, word)
    run = TestRun(results, () if word else untested(programs, results))
    write(output, _report(run, format_, verbose), (str(path) for path, _ in files))
    return 0 if run.passed else 1


def _report(run: Any, format_: str, verbose: bool) -> bytes:
    from scrubber.cli.rules import rendered
    from scrubber.testing import reports

    if format_ == "json":
        return reports.as_json(run)
    if format_ == "junit":
        return reports.as_junit(run)
    if format_ == "sarif":
        from scrubber.lint.registry import titles
        from scrubber.lint.render_sarif import as_sarif
        from scrubber.testing.read import TITLES

        return as_sarif(reports.as_diagnostics(run), {**titles(), **TITLES, **reports.TITLES}).encode()
    lines = (reports.as_github(run) if format_ == "github"
             else reports.as_text(run, lambda diagnostic: next(rendered([diagnostic])), verbose))  # fmt: skip
    return ("\n".join(lines) + "\n").encode()


def programs_of(packs: tuple[str, ...]) -> Programs:
    """The packs of a run of golden files.

    Raises:
        UsageError: there is no pack in a folder.
    """
    from scrubber.packs.bundled import pack_folders
    from scrubber.testing.programs import Programs

    return Programs([Path(folder) for folder in pack_folders(packs)])


def write(output: str | None, report: bytes, inputs: Iterable[str | None] = ()) -> None:
    """The report to standard output, or whole to a file, which is none of ``inputs``."""
    from scrubber.cli.output import Output

    def put(stream: BinaryIO) -> None:
        stream.write(report)

    Output(output, inputs=inputs).write_with(put)


def _update(paths: list[Path], programs: Programs) -> int:
    if os.environ.get("CI"):
        raise UsageError("--update-golden does not run in CI (CI is set): there it would make every test pass. "
                         "Run it where a person looks at the difference.")  # fmt: skip
    from scrubber.cli.rules import rendered
    from scrubber.testing.golden import load_suite
    from scrubber.testing.update import updated

    changed, wrong = [], 0
    for path in dict.fromkeys(paths):
        try:
            suite = load_suite(path, programs)
            text = updated(suite)
        except RuleFileError as error:
            wrong += 1
            for said in rendered(error.diagnostics):
                click.echo(said + "\n", err=True)
            continue
        if text != suite.golden.text:
            with writing(path):
                path.write_bytes(text.encode("utf-8"))
            changed.append(path)
    for path in changed:
        click.echo(f"rewrote {path}")
    count = len(changed)
    click.echo(f"{count or 'No'} golden file{'' if count == 1 else 's'} rewritten."
               + (" Look at the difference before you keep it." if count else ""))  # fmt: skip
    return 1 if wrong else 0
