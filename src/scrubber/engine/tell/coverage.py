"""What was checked of a claim, and in sentences what was not: the same for all claims of a plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scrubber.engine.compile.reads import tables_read
from scrubber.engine.plan.plan import Plan
from scrubber.findings.model import Coverage
from scrubber.tables.table import Edition


def covered(plan: Plan, label: str, incomplete: Iterable[Edition] = ()) -> Coverage:
    """The coverage of a plan's claims for which everything could be decided. ``incomplete`` are the editions at hand of
    which rows could not be read at the import."""
    who = plan.who
    notes = []
    if who.payer is None:
        notes.append("The payer is not in the payer map, so no payer's rules were checked.")
    elif not plan.speaking:
        notes.append(f"No pack speaks for payer {who.payer} ({who.payer_class}): its own rules were not checked.")
    notes += [left_out_said(pack, *lacking) for pack, lacking in plan.left_out.items()]
    notes += unread_said(plan, incomplete)
    if who.claim_type == "DENTAL":
        notes.append("Dental claims are read, and no rules for them are loaded.")
    return Coverage(plan.packs, plan.speaking, plan.rule_count, label, tuple(notes))


def left_out_said(pack: str, tables: Iterable[str], rules: Sequence[str]) -> str:
    """That rules were left out because nobody has imported the tables they read."""
    names = sorted(tables)
    what = f"table {names[0]} is" if len(names) == 1 else f"tables {', '.join(names)} are"
    count = "1 rule" if len(rules) == 1 else f"{len(rules)} rules"
    were = "was" if len(rules) == 1 else "were"
    return f"No {what} loaded, so {count} of pack {pack} {were} not checked: {', '.join(rules)}."


def unread_said(plan: Plan, incomplete: Iterable[Edition]) -> list[str]:
    """That rows of editions that the plan's rules read could not be read at the import: one of them may be the row that
    a claim needed."""
    editions = tuple(incomplete)
    if not editions:
        return []  # nearly always: only then are the rules gone through
    rules = [rule for bound in plan.rules.values() for rule in bound]
    asked = {table.table.name: table for rule in rules if (table := rule.pair_table) is not None}
    for rule in rules:
        for revision in rule.rule.revisions:
            asked.update((name, rule.bindings.table(name)) for name in tables_read(revision) if name not in asked)
    stored = {name for table in asked.values() for name in table.editions()}
    return [
        f"Of table {edition.table}, edition {edition.id}, {rows_said(edition.left_out)} could not be read when it was "
        f"imported: no rule has looked at {'it' if edition.left_out == 1 else 'them'}."
        for edition in editions
        if edition.table in stored
    ]


def rows_said(count: int) -> str:
    """``1 published row``, ``3 published rows``."""
    return "1 published row" if count == 1 else f"{count:,} published rows"
