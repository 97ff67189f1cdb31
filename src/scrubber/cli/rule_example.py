"""``scrubber rules example``."""

from __future__ import annotations

import click

from scrubber.core.diagnostics import UsageError


@click.command()
@click.argument("rule", metavar="RULE")
@click.option("--pack", "packs", multiple=True, metavar="DIR", help="A pack beside the bundled ones; repeatable.")
def example(rule: str, packs: tuple[str, ...]) -> int:
    """Make an example of RULE: the smallest claim that fires and the nearest that is clear, as golden cases.

    Both are confirmed by the compiled rule and by the reference evaluator. Rows of tables are made up, and
    marked so. Exit codes: 0 both found, 1 not decided, 2 wrong usage.
    """
    from scrubber.cli.golden_test import programs_of
    from scrubber.core.suggest import did_you_mean
    from scrubber.packs.bundled import bundled_packs
    from scrubber.testing.examples import NotDecided, example_of

    programs = programs_of(packs)
    loaded = programs.made_of([*bundled_packs(), *programs.packs])
    found = loaded.rules.get(rule)
    if found is None:
        raise UsageError(f"No loaded pack has a rule {rule!r}. {did_you_mean(rule, loaded.rules)}".strip())
    made = example_of(loaded.program, found, loaded.payers)
    if isinstance(made, NotDecided):
        click.echo(f"scrubber: {rule}: not decided: {made.reason}.", err=True)
        return 1
    click.echo(made.text(), nl=False)
    if made.clear is None:
        click.echo(f"scrubber: {rule}: not decided: no claim near the one that fires was found to be clear, over the "
                   "same table rows.", err=True)  # fmt: skip
        return 1
    return 0
