"""``scrubber rules``: check packs, look them over, lay them out, test them, and print their schemas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click

from scrubber.cli.program import LazyGroup
from scrubber.core.diagnostics import Diagnostic
from scrubber.core.files import read_ordinary

MOST_SHOWN = 1 << 23
"""Bytes of a file from which lines are shown: no rule file and no payer map is larger."""
COMMANDS = {
    "check": ("scrubber.cli.rules.check:check", "Load and compile packs; print every problem."),
    "lint": ("scrubber.cli.rules.lint:lint", "Look for rules that hardly say what was meant."),
    "fmt": ("scrubber.cli.rules.fmt:fmt", "Lay rule files out in one way."),
    "test": ("scrubber.cli.golden_test:test", "Run golden files."),
    "coverage": (
        "scrubber.cli.golden_coverage:coverage",
        "Say which clauses golden files have seen true and false.",
    ),
    "example": ("scrubber.cli.rule_example:example", "Make golden cases of a rule: one that fires, one that is clear."),
    "describe": ("scrubber.cli.rule_pages:describe", "Read a rule back in plain English."),
    "docs": ("scrubber.cli.rule_pages:docs", "Write a page about each rule of a pack."),
    "diff": ("scrubber.cli.pack_diff:diff", "Say what changed in meaning between two versions of a pack."),
    "schema": ("scrubber.cli.rules.schema:schema", "Print a JSON Schema."),
}


@click.command(cls=LazyGroup, lazy=COMMANDS)
def rules() -> None:
    """Check, lint, lay out and test rule packs."""


def rendered(diagnostics: Iterable[Diagnostic]) -> Iterator[str]:
    """Diagnostics as people read them, each with the line of the file it is about."""
    from scrubber.report.diagnostics import render

    texts: dict[str, str | None] = {}
    for diagnostic in diagnostics:
        path = diagnostic.place.path
        if path not in texts:
            try:
                texts[path] = read_ordinary(path, MOST_SHOWN).decode()
            except (OSError, UnicodeDecodeError):
                texts[path] = None
        yield render(diagnostic, texts[path])
