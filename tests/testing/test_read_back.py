"""Rules read back in English, and a page a rule with an example that was run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scrubber.docgen.read_back import described, said
from scrubber.packs.bundled import bundled_packs
from scrubber.testing.programs import Programs

from .conftest import Run
from .golden_of import RULE, folder

RULES = Programs().made_of(bundled_packs()).rules


def test_a_rule_is_read_back_whole(tmp_path: Path, run: Run) -> None:
    folder(tmp_path)
    assert run("rules", "describe", "MINE-01", "--pack", str(tmp_path / "pack")).stdout == (
        "MINE-01: A visit with too many units.\n\n"
        "It is asked of each line, where payer class COMMERCIAL. Its status is active.\n\n"
        "In force since 2024-01-01, it fires where\n"
        "  - the line's procedure is among 99202-99215 and\n"
        "  - the line's units is more than 1\n"
        "  unless\n"
        "    - the line's modifiers include 25\n"
        "Then the payer would deny it.\n"
    )


def test_what_is_read_back_is_the_meaning_and_not_the_text(tmp_path: Path, run: Run) -> None:
    """A comment, a folded line and a definition make no difference; another operator does."""
    folder(tmp_path, rule=RULE.replace("line.units > 1", "not (line.units >= 1)"))
    shown = run("rules", "describe", "MINE-01", "--pack", str(tmp_path / "pack")).stdout
    assert "it is not so that the line's units is at least 1" in shown


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_every_bundled_rule_can_be_read_back(rule: object) -> None:
    """In words: no Python, no operator, no at sign is left over."""
    text = described(rule)  # type: ignore[arg-type]
    assert not re.search(r"Struct|\bNone\b|<|@|node=", text)
    assert "it fires" in text


def test_quantifiers_and_sums() -> None:
    revision = RULES["NCCI-MUE-02"].revisions[0]
    assert revision.when is not None
    assert "the sum of its units per day over every line of the group where its minutes is not given" in said(
        revision.when
    )
    g2211 = RULES["MCR-G2211-01"].revisions[0].when
    assert g2211 is not None
    assert "there is another line of the claim (visit) with the same date" in said(g2211)


def test_pages_have_an_example_with_its_real_finding(tmp_path: Path, run: Run) -> None:
    path = folder(tmp_path)
    out = tmp_path / "out"
    done = run("rules", "docs", str(out), "--pack", str(tmp_path / "pack"), "--golden", str(path))
    assert done.exit_code == 0, done.stderr
    assert sorted(each.relative_to(out).as_posix() for each in out.rglob("*.md")) == [
        "index.md", "mine/MINE-01.md", "mine/index.md"]  # fmt: skip
    page = (out / "mine" / "MINE-01.md").read_text(encoding="utf-8")
    assert "1: 99213 x2 2024-08-15 $100.00" in page
    assert "> **deny** · Line 1: 99213 has 2 units." in page
    assert "| 1 | since 2024-01-01 | deny |" in page
    assert "[MINE-01](MINE-01.md)" in (out / "mine" / "index.md").read_text(encoding="utf-8")


def test_unknown_rule_is_told_what_is_near(run: Run) -> None:
    done = run("rules", "describe", "NCCI-PTP-10")
    assert done.exit_code == 2
    assert "No loaded pack has a rule 'NCCI-PTP-10'" in done.stderr


def test_a_rule_that_has_ended_is_in_force_until_its_last_day(tmp_path: Path, run: Run) -> None:
    folder(tmp_path, rule=RULE.replace("{from: 2024-01-01}", "{to: 2024-12-31}"))
    told = run("rules", "describe", "MINE-01", "--pack", str(tmp_path / "pack")).stdout
    assert "In force until 2024-12-31, it fires where" in told
