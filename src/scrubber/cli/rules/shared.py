"""What the commands about packs share: their folders, what changed since a revision, and how problems are shown."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scrubber.core.diagnostics import Diagnostic, UsageError

if TYPE_CHECKING:
    from scrubber.lint.model import Note

FORMATS = ("text", "json", "junit", "github", "sarif")


def named_packs(packs: Sequence[str]) -> list[Path]:
    """The folders of the packs named, or in the folders named; else the bundled packs.

    Raises:
        UsageError: there is no pack in a folder.
    """
    from scrubber.packs.bundled import bundled_packs, pack_folders

    return [Path(folder) for folder in pack_folders(packs or bundled_packs())]


def changed_since(revision: str, folders: Sequence[Path]) -> frozenset[Path]:
    """The files in git repositories around the folders that differ from a revision, new ones included, resolved.

    Raises:
        UsageError: a folder is in no git repository, or git knows no such revision.
    """
    found: set[Path] = set()
    for top in {_git(folder, "rev-parse", "--show-toplevel").strip() for folder in folders}:
        if revision.startswith("-"):
            raise UsageError(f"--since: {revision} is not a revision.")
        listed = _git(Path(top), "diff", "--name-only", "-z", revision, "--")
        listed += _git(Path(top), "ls-files", "--others", "--exclude-standard", "-z")
        found |= {(Path(top) / name).resolve() for name in listed.split("\0") if name}
    return frozenset(found)


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False, timeout=60)
    except (OSError, subprocess.SubprocessError):
        raise UsageError("--since needs git, and it could not be run.") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise UsageError(f"--since: git says: {said[0] if said else 'it failed'}.")
    return done.stdout.decode("utf-8", "replace")


def only_changed(found: Iterable[Diagnostic], changed: frozenset[Path] | None) -> list[Diagnostic]:
    """The diagnostics of changed files; all where nothing is said of changes."""
    return [item for item in found if changed is None or Path(item.place.path).resolve() in changed]


def show(found: Sequence[Diagnostic], format_: str, notes: Sequence[Note] = ()) -> None:
    """Print diagnostics in one of :data:`FORMATS`."""
    if format_ == "text":
        from scrubber.cli.rules import rendered

        for text in rendered(found):
            click.echo(text + "\n")
        return
    if format_ == "github":
        from scrubber.lint.render_github import as_github

        click.echo(as_github(found), nl=False)
    elif format_ == "junit":
        from scrubber.lint.render_junit import as_junit

        click.echo(as_junit(found), nl=False)
    elif format_ == "sarif":
        from scrubber.lint.registry import titles
        from scrubber.lint.render_sarif import as_sarif

        click.echo(as_sarif(found, titles()), nl=False)
    else:
        from scrubber.lint.render_json import as_json

        click.echo(as_json(found, notes), nl=False)


def plural(count: int, noun: str) -> str:
    """``1 pack``, ``2 packs``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
