"""The page of payer policies names the rules that are there, with the status they have."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scrubber.engine.compile.load import load_program
from scrubber.packs.bundled import bundled_packs

PAGE = Path(__file__).resolve().parents[2] / "docs" / "payer-coverage.md"
RULES = {rule.id: rule for rule in load_program(bundled_packs(), {}, cached=False).rules}
ROWS = [row for row in PAGE.read_text(encoding="utf-8").splitlines() if re.match(r"\| .*`[A-Z]+-", row)]


def named(row: str) -> list[str]:
    """The rules of a row; ``A-01` to `A-07`` names those between too."""
    cell = row.split("|")[2].split(" in place of ")[0]
    found = re.findall(r"`([A-Z0-9]+(?:-[A-Z0-9]+)+)`", cell)
    for first, last in re.findall(r"`([A-Z0-9-]+)` to `([A-Z0-9-]+)`", cell):
        stem = first.rpartition("-")[0]
        ids = [f"{stem}-{number:02d}" for number in range(int(first[-2:]), int(last[-2:]) + 1)]
        found += [each for each in ids if each not in found]
    return found


@pytest.mark.parametrize("row", ROWS, ids=[row.split("|")[1].strip() or row.split("|")[2].strip() for row in ROWS])
def test_rules_of_a_row_are_there_and_have_its_status(row: str) -> None:
    status = row.split("|")[3].strip()
    rules = [RULES[name] for name in named(row)]
    if status:
        assert {rule.status for rule in rules} == {status.split(",")[0].split(":")[0]}
    tables = re.findall(r"`(\w+)`", status)
    assert all(set(tables) <= set(rule.waits_for) for rule in rules)


def test_every_rule_of_a_payer_is_on_the_page() -> None:
    own = {"ncci", "ncci-medicaid", "ncci-medicaid-managed", "all-payers", "code-sets"}
    listed = {name for row in ROWS for name in named(row)}
    assert sorted(rule.id for rule in RULES.values() if rule.pack not in own and rule.id not in listed) == []
