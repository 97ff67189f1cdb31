"""``scrubber rules schema``."""

from __future__ import annotations

import click


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
