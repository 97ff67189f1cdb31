"""``scrubber rules fmt``."""

from __future__ import annotations

import click

from scrubber.cli.output import writing
from scrubber.cli.rules.shared import named_packs, plural
from scrubber.core.diagnostics import UsageError


@click.command()
@click.argument("packs", nargs=-1, metavar="[PACK…]")
@click.option("--check", "only_check", is_flag=True, help="Write nothing; name the files that would change.")
def fmt(packs: tuple[str, ...], only_check: bool) -> int:
    """Lay the rule files of packs out in one way: spelling and breaks of conditions, order of keys. Comments stay. A
    folder of packs stands for all of them.

    Nothing changes its meaning: a file of which that cannot be shown is left alone and named. Exit codes: 0 in order or
    written, 1 files would change (--check) or were left alone, 2 wrong usage.
    """
    from scrubber.lint.fmt import format_packs
    from scrubber.lint.mend import write_whole

    if not packs and not only_check:
        raise UsageError("Name the packs to lay out. (`--check` alone looks at the bundled ones.)")
    result = format_packs(named_packs(packs))
    for path, why in result.refused.items():
        click.echo(f"{path}: left alone: {why}", err=True)
    for path, text in result.changed.items():
        if only_check:
            click.echo(f"{path} would change.")
        else:
            with writing(path):
                write_whole(path, text.encode("utf-8"))
            click.echo(f"{path} written.")
    if not result.changed:
        click.echo(f"{plural(result.looked_at, 'file')} in order.")
    return 1 if result.refused or (only_check and result.changed) else 0
