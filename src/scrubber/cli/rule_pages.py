"""``scrubber rules describe`` and ``scrubber rules docs``."""

from __future__ import annotations

from pathlib import Path
from textwrap import fill

import click

from scrubber.cli.output import Output, writing
from scrubber.core.diagnostics import UsageError
from scrubber.core.files import refuse_no_name


@click.command()
@click.argument("rule", metavar="RULE")
@click.option("--pack", "packs", multiple=True, metavar="DIR", help="A pack beside the bundled ones; repeatable.")
def describe(rule: str, packs: tuple[str, ...]) -> int:
    """Read RULE back in plain English, from what it means to the engine and not from what was written."""
    from scrubber.cli.golden_test import programs_of
    from scrubber.core.suggest import did_you_mean
    from scrubber.docgen.read_back import described
    from scrubber.packs.bundled import bundled_packs

    programs = programs_of(packs)
    rules = programs.made_of([*bundled_packs(), *programs.packs]).rules
    if rule not in rules:
        raise UsageError(f"No loaded pack has a rule {rule!r}. {did_you_mean(rule, rules)}".strip())
    width = Output(None).width
    for line in described(rules[rule]).splitlines():
        hang = " " * (len(line) - len(line.lstrip(" -")))
        click.echo(fill(line, width, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False))
    return 0


@click.command()
@click.argument("out", metavar="FOLDER")
@click.option("--pack", "packs", multiple=True, metavar="DIR", help="A pack to write about; repeatable. Default: the "
              "bundled ones.")  # fmt: skip
@click.option("--golden", multiple=True, metavar="PATH", help="Golden files to take the examples from; repeatable. "
              "Default: tests/golden, where there is one.")  # fmt: skip
def docs(out: str, packs: tuple[str, ...], golden: tuple[str, ...]) -> int:
    """Write a page about each rule into FOLDER, with an index a pack. Its examples are run: a golden case, and
    the claims at the boundary that `rules example` makes."""
    from scrubber.cli.golden_test import programs_of
    from scrubber.docgen.rule_pages import write_pages
    from scrubber.packs.bundled import bundled_packs
    from scrubber.testing.golden import load_suite
    from scrubber.testing.runner import USUAL, found_files

    refuse_no_name(out, "The folder to write to")
    if Path(out, "pack.yaml").exists():
        raise UsageError(f"{out} is a pack: its pages do not belong in it. Name a folder to write to, and the pack "
                         f"with --pack {out}.")  # fmt: skip
    programs = programs_of(packs)
    loaded = programs.made_of([*bundled_packs(), *programs.packs])
    program = loaded.program
    named = {path.resolve() for path in programs.packs}
    chosen = [pack.id for pack in program.packs if not named or Path(pack.path).resolve() in named]
    there = golden or tuple(path for path in USUAL if Path(path).is_dir())[:1]
    files = dict.fromkeys(path for path, _ in found_files(there)) if there else {}
    suites = [load_suite(path, programs) for path in files]
    with writing(Path(out)):
        written = write_pages(program, chosen, suites, Path(out), loaded.payers)
    click.echo(f"{len(written)} pages written to {out}.")
    return 0
