"""``scrubber rules lint``."""

from __future__ import annotations

from collections import Counter

import click

from scrubber.cli.loading import whole_tables
from scrubber.cli.rules.shared import FORMATS, changed_since, named_packs, only_changed, plural, show
from scrubber.core.diagnostics import UsageError


@click.command()
@click.argument("packs", nargs=-1, metavar="[PACK…]")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True,
              help="Text for people, JSON for programs, JUnit and github for CI, SARIF for code scanning.")  # fmt: skip
@click.option("--select", "codes", multiple=True, metavar="CODE", help="Only this lint, as SCR901; repeatable.")
@click.option("--since", metavar="REV", help="Report on files that differ from a git revision only. All are loaded.")
@click.option("--tables", metavar="DIR", help="The folder that `tables import` filled, for lints that need a table.")
@click.option("--notes", "all_notes", is_flag=True, help="List what was not decided and what was skipped, one by one.")
def lint(
    packs: tuple[str, ...], format_: str, codes: tuple[str, ...], since: str | None, tables: str | None, all_notes: bool
) -> int:
    """Look over packs that compile, for what was hardly meant. A folder of packs stands for all of them; the bundled
    ones are looked at where none is named.

    A rule is let off one lint by `lint_off: [{code: SCR9nn, reason: …}]`. What could not be decided is told apart from
    what is in order. Exit codes: 0 in order, 1 problems, 2 wrong usage or a damaged table.
    """
    from scrubber.lint.codes import TITLES
    from scrubber.lint.pack_check import check_all
    from scrubber.lint.run import lint as look_over

    folders = named_packs(packs)
    unknown = sorted(set(codes) - TITLES.keys())
    if unknown:
        raise UsageError(f"--select: there is no lint {unknown[0]}. They are SCR901 to {max(TITLES)}.")
    changed = changed_since(since, folders) if since is not None else None
    checked = check_all(folders)
    if checked.program is None:
        show(only_changed(checked.found, None), format_)
        click.echo(f"{plural(len(checked.found), 'problem')} found: mend these first.", err=True)
        return 1
    store = whole_tables(tables)
    result = look_over(checked.packs, checked.program, store, frozenset(codes), folders, checked.off)
    found = only_changed(result.found, changed)
    show(found, format_, result.notes)
    if format_ == "text":
        if all_notes:
            for note in result.notes:
                whose = f" for {note.rule}" if note.rule else ""
                click.echo(f"{note.place}: {note.code} {note.kind}{whose}: {note.why}.")
        for (code, kind), count in sorted(Counter((note.code, note.kind) for note in result.notes).items()):
            click.echo(f"{code} ({TITLES[code]}): {kind} in {plural(count, 'place')}.")
        if result.notes and not all_notes:
            click.echo("See them with --notes.")
        if result.off:
            click.echo(f"{plural(result.off, 'lint')} switched off by rules, each with its reason.")
    if found:
        click.echo(f"{plural(len(found), 'problem')} found.", err=True)
        return 1
    if format_ == "text":
        click.echo("No problems found.")
    return 0
