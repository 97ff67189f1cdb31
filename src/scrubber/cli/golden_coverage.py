"""``scrubber rules coverage``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from scrubber.testing.clauses import RuleCoverage

SCHEMA = "scrubber-coverage/1"


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH…]")
@click.option("--pack", "packs", multiple=True, metavar="DIR", help="A pack that the files test; repeatable.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--output", metavar="FILE", help="Write to a file instead of standard output.")
@click.option("--all", "every", is_flag=True, help="Show every clause, not only those that were not seen both ways.")
def coverage(paths: tuple[str, ...], packs: tuple[str, ...], format_: str, output: str | None, every: bool) -> int:
    """Say which clauses the golden files of PATH (tests/golden where none is named) have seen true, false and unknown.

    Exit codes: 0 every clause of a rule was seen true and false, 1 some were not, 2 wrong usage.
    """
    from scrubber.cli.golden_test import programs_of, write
    from scrubber.testing.clauses import coverage_of
    from scrubber.testing.golden import load_suite
    from scrubber.testing.runner import found_files

    programs = programs_of(packs)
    files = dict.fromkeys(path for path, _ in found_files(paths))
    found = coverage_of(load_suite(path, programs) for path in files)
    report = as_json(found) if format_ == "json" else ("\n".join(as_text(found, every)) + "\n").encode()
    write(output, report, map(str, files))
    return 1 if any(rule.uncovered for rule in found) else 0


def as_text(found: Sequence[RuleCoverage], every: bool) -> Iterator[str]:
    """A table of packs and rules; below a rule the clauses that were not seen both ways, or all of them."""
    width = max((len(rule.rule) for rule in found), default=0)
    for pack in dict.fromkeys(rule.pack for rule in found):
        rules = [rule for rule in found if rule.pack == pack]
        clauses = [clause for rule in rules for clause in rule.clauses]
        covered = sum(clause.both_ways for clause in clauses)
        yield f"{pack}: {covered} of {len(clauses)} clauses seen true and false"
        yield f"  {'rule':{width}}  clauses  both ways  unknown too"
        for rule in rules:
            both = sum(clause.both_ways for clause in rule.clauses)
            unknown = sum(clause.both_ways and clause.unknown > 0 for clause in rule.clauses)
            yield f"  {rule.rule:{width}}  {len(rule.clauses):7}  {both:9}  {unknown:11}"
            for clause in rule.clauses if every else rule.uncovered:
                number = f"revision {clause.revision}, " if len({each.revision for each in rule.clauses}) > 1 else ""
                yield (f"      {number}{clause.part}: {clause.text} "
                       f"({clause.true} true, {clause.false} false, {clause.unknown} unknown)")  # fmt: skip


def as_json(found: Sequence[RuleCoverage]) -> bytes:
    """One JSON document (schema ``scrubber-coverage/1``): rules with their clauses, and totals by pack."""
    import msgspec

    packs: dict[str, dict[str, int]] = {}
    for rule in found:
        totals = packs.setdefault(rule.pack, {"rules": 0, "clauses": 0, "both_ways": 0, "unknown": 0})
        totals["rules"] += 1
        totals["clauses"] += len(rule.clauses)
        totals["both_ways"] += sum(clause.both_ways for clause in rule.clauses)
        totals["unknown"] += sum(clause.unknown > 0 for clause in rule.clauses)
    document: dict[str, Any] = {"schema": SCHEMA, "packs": packs, "rules": found}
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
