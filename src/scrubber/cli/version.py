"""``scrubber version``."""

from __future__ import annotations

import click

from scrubber import __version__


@click.command()
def version() -> int:
    """Print the version."""
    click.echo(f"claim-scrubber {__version__}")
    return 0
