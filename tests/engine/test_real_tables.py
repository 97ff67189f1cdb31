"""The NCCI rules over the real tables of 2024 Q3, on the facts of the project's own acceptance list."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations
from pathlib import Path

import pytest
from tests.engine.claims_of import AS_OF, DAY, NPI, OTHER_NPI, claim, line

from scrubber import Scrubber
from scrubber.findings.model import Finding, ScrubResult


@pytest.fixture(scope="module")
def scrubber(real_tables: Path) -> Scrubber:
    return Scrubber.load(tables=real_tables, cache=False)


def pairs(result: ScrubResult) -> list[Finding]:
    return [finding for finding in result.findings if finding.category == "ncci-ptp"]


def test_indicator_1_fires_on_column_2_and_names_column_1(scrubber: Scrubber) -> None:
    """NCCI Policy Manual I-3: column 1 is eligible, column 2 is denied. Pair 11055/11720 has indicator 1."""
    (finding,) = pairs(scrubber.scrub(claim(line(1, "11055"), line(2, "11720")), as_of=AS_OF))
    assert (finding.rule, finding.line) == ("NCCI-PTP-01", 2)
    assert [related.line for related in finding.related] == [1]
    assert "11055" in finding.message
    assert finding.denial.carc == ("236",)
    assert any(fix.kind == "add_modifier" and fix.applicability == "MANUAL" for fix in finding.fixes)


@pytest.mark.parametrize("lines", [
    (line(1, "11055"), line(2, "11720", "59")), (line(1, "11055", "59"), line(2, "11720")),
])  # fmt: skip
def test_59_on_either_line_bypasses_with_the_reason(scrubber: Scrubber, lines: tuple) -> None:
    """CR 11168: 59 and the X modifiers count on either line since 2019-07-01."""
    result = scrubber.scrub(claim(*lines), as_of=AS_OF)
    assert not pairs(result)
    (bypass,) = [entry for entry in result.bypassed if entry.rule == "NCCI-PTP-01"]
    assert bypass.line == 2
    assert bypass.reason


def test_76_does_not_bypass(scrubber: Scrubber) -> None:
    """NCCI Policy Manual I-14: 76 is not a PTP-associated modifier."""
    assert len(pairs(scrubber.scrub(claim(line(1, "11055"), line(2, "11720", "76")), as_of=AS_OF))) == 1


def test_indicator_0_fires_whatever_the_modifier_and_offers_none(scrubber: Scrubber) -> None:
    """NCCI Policy Manual I-14: indicator 0 can never be bypassed. Pair 45385/45378 has indicator 0."""
    (finding,) = pairs(scrubber.scrub(claim(line(1, "45385"), line(2, "45378", "59")), as_of=AS_OF))
    assert (finding.rule, finding.line, finding.bypassable) == ("NCCI-PTP-00", 2, "no")
    assert not any("modifier" in fix.kind for fix in finding.fixes)


def test_different_days_are_silent(scrubber: Scrubber) -> None:
    """NCCI Policy Manual Intro-3: an edit is about one date of service."""
    later = line(2, "11720", date=DAY + timedelta(days=1))
    result = scrubber.scrub(claim(line(1, "11055"), later), as_of=AS_OF)
    assert not pairs(result)
    assert not result.bypassed


def test_different_rendering_providers_are_silent(scrubber: Scrubber) -> None:
    """NCCI Policy Manual I-6: an edit is about one provider."""
    lines = (line(1, "11055", rendering_npi=NPI), line(2, "11720", rendering_npi=OTHER_NPI))
    assert not pairs(scrubber.scrub(claim(*lines), as_of=AS_OF))


def test_without_a_rendering_provider_the_billing_one_counts(scrubber: Scrubber) -> None:
    """Design: join keys are effective values; 713 of 754 real claims name no rendering provider."""
    assert pairs(scrubber.scrub(claim(line(1, "11055"), line(2, "11720")), as_of=AS_OF))


def test_without_any_provider_it_is_undetermined_not_silent(scrubber: Scrubber) -> None:
    """Design section 5: a missing join key makes the pair undetermined, never absent."""
    result = scrubber.scrub(claim(line(1, "11055"), line(2, "11720"), billing_npi=None), as_of=AS_OF)
    gap = next(entry for entry in result.undetermined if entry.rule == "NCCI-PTP-01")
    assert gap.reason == "missing_field"
    assert "line.rendering_npi" in gap.missing
    assert gap.blocking


def test_line_order_never_matters(scrubber: Scrubber) -> None:
    """Metamorphic: the same lines in any order give the same findings by code."""
    lines = [("11055", ""), ("11720", ""), ("45385", ""), ("45378", "59")]
    seen = set()
    for order in permutations(lines):
        result = scrubber.scrub(claim(*(line(n, c, m) for n, (c, m) in enumerate(order, 1))), as_of=AS_OF)
        codes = {number: code for number, (code, _) in enumerate(order, 1)}
        seen.add(tuple(sorted((f.rule, codes[f.line or 0], codes[f.related[0].line or 0]) for f in pairs(result))))
    assert len(seen) == 1
    assert len(next(iter(seen))) == 2


def test_outside_the_cover_nothing_is_called_clean(scrubber: Scrubber) -> None:
    """Design section 7: outside an edition's cover the outcome is NOT_EVALUATED, no edition for that date."""
    lines = (line(1, "11055", date=date(2005, 1, 3)), line(2, "11720", date=date(2005, 1, 3)))
    result = scrubber.scrub(claim(*lines), as_of=date(2005, 1, 10))
    assert result.outcome != "clean"
    assert not pairs(result)
    gap = next(entry for entry in result.not_evaluated if entry.rule == "NCCI-PTP-01")
    assert (gap.reason, gap.blocking) == ("no_edition", True)
    assert "2005-01-03" in gap.missing[0]
