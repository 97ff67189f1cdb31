"""The packs that are shipped are in order: no problem, and every lint switched off says why."""

from __future__ import annotations

from scrubber.api import open_store
from scrubber.lint.fmt import format_packs
from scrubber.lint.pack_check import check_all
from scrubber.lint.run import lint
from scrubber.packs.bundled import bundled_packs


def test_no_lint_finds_anything_in_our_packs() -> None:
    checked = check_all(bundled_packs())
    assert [str(item) for item in checked.found] == []
    assert checked.program is not None
    result = lint(checked.packs, checked.program, open_store(None))
    assert [str(item) for item in result.found] == []
    reasons = [item.reason for pack in checked.packs for rule in pack.rules for item in rule.lint_off]
    assert result.off == len(reasons)
    assert all(len(reason.split()) >= 4 for reason in reasons)


def test_our_packs_are_laid_out_as_the_formatter_would() -> None:
    result = format_packs(bundled_packs())
    assert list(result.changed) == [], "run `scrubber rules fmt` on their packs"
    assert result.refused == {}
    assert result.looked_at > 0
