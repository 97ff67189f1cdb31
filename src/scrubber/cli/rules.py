"""``scrubber rules``: check packs, and print the schemas that editors and other programs use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from scrubber.cli.main import LazyGroup
from scrubber.core.diagnostics import Diagnostic

COMMANDS = {
    "check": ("scrubber.cli.rules:check", "Load and compile packs; print every problem."),
    "test": ("scrubber.cli.golden_test:test", "Run golden files."),
    "coverage": ("scrubber.cli.golden_coverage:coverage", "Say which clauses the golden files have seen true and false."),
    "schema": ("scrubber.cli.rules:schema", "Print a JSON Schema."),
}


@click.command(cls=LazyGroup, lazy=COMMANDS)
def rules() -> None:
    """Check rule packs."""


@click.command()
@click.argument("packs", nargs=-1, metavar="[PACK…]")
def check(packs: tuple[str, ...]) -> int:
    """Load and compile packs (folders; the bundled ones where none is named) and print every problem.

    Packs that extend each other are named together. Exit codes: 0 in order, 1 problems, 2 wrong usage.
    """
    from scrubber.packs.bundled import bundled_packs
    from scrubber.core.diagnostics import RuleFileError, UsageError
    from scrubber.engine.compile import compile_packs
    from scrubber.packs.load import check_packs

    folders = [Path(pack) for pack in packs] or bundled_packs()
    for folder in folders:
        if not (folder / "pack.yaml").is_file():
            raise UsageError(f"{folder} is not a pack: it has no pack.yaml.")
    loaded, found = check_packs(folders)
    if not any(diagnostic.severity == "error" for diagnostic in found):
        try:
            _, more = compile_packs(loaded)
        except RuleFileError as error:
            more = error.diagnostics
        found = [*found, *more]
    for text in rendered(found):
        click.echo(text + "\n")
    count = sum(len(pack.rules) for pack in loaded)
    if found:
        click.echo(f"{len(found)} problem{'s' if len(found) != 1 else ''} found.", err=True)
        return 1
    click.echo(f"{len(loaded)} pack{'s' if len(loaded) != 1 else ''} with {count} rules: no problems found.")
    return 0


@click.command()
@click.option("--claim", "which", flag_value="claim", help="The schema of a claim in JSON.")
@click.option("--result", "which", flag_value="result", help="The schema of `check --format json`.")
@click.option("--pack", "which", flag_value="pack", default=True, help="The schema of pack and rule files (default).")
def schema(which: str) -> int:
    """Print a JSON Schema (draft 2020-12)."""
    if which == "claim":
        from scrubber.claims.schema import schema_text
    elif which == "result":
        from scrubber.report.schema import schema_text
    else:
        from scrubber.packs.schema import schema_text
    click.echo(schema_text(), nl=False)
    return 0


def rendered(diagnostics: Iterable[Diagnostic]) -> Iterator[str]:
    """Diagnostics as people read them, each with the line of the file it is about."""
    from scrubber.report.diagnostics import render

    texts: dict[str, str | None] = {}
    for diagnostic in diagnostics:
        path = diagnostic.place.path
        if path not in texts:
            try:
                texts[path] = Path(path).read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError):
                texts[path] = None
        yield render(diagnostic, texts[path])
