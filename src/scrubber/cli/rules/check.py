"""``scrubber rules check``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scrubber.cli.rules.shared import FORMATS, changed_since, named_packs, only_changed, plural, show

if TYPE_CHECKING:
    from scrubber.lint.check_cache import Kept


@click.command()
@click.argument("packs", nargs=-1, metavar="[PACK…]")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True,
              help="Text for people, JSON for programs, JUnit and github for CI, SARIF for code scanning.")  # fmt: skip
@click.option("--fix", is_flag=True, help="Make the suggested edits that are safe; comments stay.")
@click.option("--since", metavar="REV", help="Report on files that differ from a git revision only. All are loaded.")
@click.option("--no-cache", is_flag=True, help="Check anew and keep nothing.")
def check(packs: tuple[str, ...], format_: str, fix: bool, since: str | None, no_cache: bool) -> int:
    """Load and compile packs and print every problem. A folder of packs stands for all of them; the bundled ones are
    looked at where none is named.

    Packs that extend each other are named together. Exit codes: 0 in order, 1 problems, 2 wrong usage.
    """
    from scrubber.lint import check_cache

    folders = named_packs(packs)
    changed = changed_since(since, folders) if since is not None else None
    if fix:
        _mend(folders)
    key = None if no_cache else check_cache.key_of(folders)
    kept = check_cache.read(key) or _checked(folders, key)
    found = only_changed(kept.found, changed)
    show(found, format_)
    if found:
        click.echo(f"{plural(len(found), 'problem')} found.", err=True)
        return 1
    if format_ == "text":
        where = "" if since is None else f" in what differs from {since}"
        click.echo(f"{plural(kept.packs, 'pack')} with {plural(kept.rules, 'rule')}: no problems found{where}.")
    return 0


def _checked(folders: list[Path], key: str | None) -> Kept:
    from scrubber.lint import check_cache
    from scrubber.lint.pack_check import check_all

    checked = check_all(folders)
    own = [pack for pack in checked.packs if Path(pack.path) in folders]
    kept = check_cache.Kept(checked.found, len(own), sum(len(pack.rules) for pack in own))
    check_cache.write(key, kept)
    return kept


def _mend(folders: list[Path]) -> None:
    from scrubber.lint.mend import mend

    made = mend(folders)
    if made.files:
        named = ", ".join(str(path) for path in made.files)
        click.echo(f"{plural(made.edits, 'edit')} made in {named}.", err=True)
    if made.stopped:
        click.echo(made.stopped, err=True)
