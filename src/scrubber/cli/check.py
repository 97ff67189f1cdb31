"""``scrubber check``, as click shows and reads it."""

from __future__ import annotations

from typing import Any

import click

from scrubber.cli import checking
from scrubber.cli.options import with_options


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@with_options(checking.OPTIONS)
def check(files: tuple[str, ...], **options: Any) -> int:
    """Check claims in 837, JSON or NDJSON files.

    FILE may be a folder (all files in it and below) or - for standard input.

    Exit codes: 0 clean, 1 findings, 2 wrong usage or unreadable input, 3 a fault of scrubber, 4 incomplete without
    findings; where several hold, 3 before 2 before 1 before 4.
    """
    return checking.check(files, options)
