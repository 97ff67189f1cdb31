"""Defects that reviews found, each held by the smallest claim that showed it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from tests.engine.claims_of import AS_OF, claim, line
from tests.engine.packs_of import header, loaded, rule, write_pack

from scrubber import Scrubber
from scrubber.claims.model import Claim
from scrubber.engine.judge import subjects
from scrubber.tables.importers.run import import_files

MAYBE_EARLIER: dict[str, dict[str, Any]] = {
    "voided": {"claim_status": "VOIDED"},
    "replaced": {"claim_status": "REPLACED"},
    "a request to void": {"frequency": "8", "original_reference": "ICN-1"},
}


def _earlier(**fields: Any) -> Claim:
    return claim(line(1, "11055"), patient_control_number="TEST-0", **fields)


def _pair_rules(scrubber: Scrubber, *history: Claim, **fields: Any) -> set[str]:
    result = scrubber.scrub(claim(line(1, "11720"), **fields), history, as_of=AS_OF)
    return {finding.rule for finding in result.findings if finding.category == "ncci-ptp"}


@pytest.fixture(scope="module")
def over_real(real_tables: Path) -> Scrubber:
    return Scrubber.load(tables=real_tables, cache=False)


def test_an_earlier_claim_that_stands_meets_the_pair(over_real: Scrubber) -> None:
    """Medicare NCCI Policy Manual I-3: all codes of a patient, provider and day, on one claim or several."""
    assert _pair_rules(over_real, _earlier()) == {"NCCI-PTP-X01"}


@pytest.mark.parametrize("fields", MAYBE_EARLIER.values(), ids=MAYBE_EARLIER)
def test_the_library_leaves_out_history_that_no_longer_stands(over_real: Scrubber, fields: dict[str, Any]) -> None:
    """Voided and replaced originals leave history, however it was given."""
    assert _pair_rules(over_real, _earlier(**fields)) == set()


def test_a_claim_does_not_meet_the_one_it_replaces(over_real: Scrubber) -> None:
    original = _earlier(payer_control_number="ICN-1")
    assert _pair_rules(over_real, original) == {"NCCI-PTP-X01"}
    assert _pair_rules(over_real, original, frequency="7", original_reference="ICN-1") == set()
    assert _pair_rules(over_real, original, frequency="7", original_reference="ICN-2") == {"NCCI-PTP-X01"}


def test_a_later_void_in_history_ends_the_earlier_claim(over_real: Scrubber) -> None:
    void = _earlier(frequency="8", original_reference="ICN-1")
    assert _pair_rules(over_real, _earlier(payer_control_number="ICN-1"), void) == set()


def test_a_voided_primary_does_not_lift_the_add_on_edit(over_real: Scrubber) -> None:
    """I-35: an add-on code is paid only with a payable primary; one on a voided claim is none."""

    def outcome(**fields: Any) -> tuple[set[str], set[str]]:
        earlier = claim(line(1, "99291"), patient_control_number="TEST-0", **fields)
        result = over_real.scrub(claim(line(1, "99292")), (earlier,), as_of=AS_OF)
        return {item.rule for item in result.findings}, {item.rule for item in result.bypassed}

    assert "NCCI-AOC-01" in outcome()[1]
    assert "NCCI-AOC-01" in outcome(claim_status="VOIDED")[0]


def test_a_span_to_the_end_of_the_calendar_is_no_fault(over_real: Scrubber) -> None:
    long = line(1, "97110", date=date(9999, 12, 1), date_to=date(9999, 12, 31))
    assert over_real.scrub(claim(long), as_of=AS_OF).faults == ()


def test_a_span_is_looked_at_in_every_month() -> None:
    """What is published changes with a quarter: the first of each month stands for it, the last month too."""
    seen = over(line(1, "97110", date=date(2024, 6, 30), date_to=date(2024, 8, 1)))
    assert seen == [date(2024, 6, 30), date(2024, 7, 1), date(2024, 8, 1), date(2024, 8, 2)]


def over(*lines: Any) -> list[date]:
    from scrubber.claims.view import view

    return subjects._days(view(claim(*lines), sent_on=AS_OF, payer=None).lines)


def test_lines_without_a_key_ask_for_their_own_pairs_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """40 lines without a day make 40 x 39 ordered pairs for a rule, and no more are worked out."""
    made: list[int] = []
    doubtful = subjects._doubtful_pairs

    def counted(*given: Any) -> Any:
        for pair in doubtful(*given):
            made.append(1)
            yield pair

    monkeypatch.setattr(subjects, "_doubtful_pairs", counted)
    scrubber = Scrubber.load(cache=False)
    result = scrubber.scrub(claim(*[line(n, "G0011", date=None) for n in range(1, 41)]), as_of=AS_OF)
    assert not result.complete
    assert 40 * 39 <= len(made) <= 12 * 40 * 80


def test_part_of_a_published_set_is_never_taken_for_the_whole(tmp_path: Path) -> None:
    """Design section 5: not checked is never shown as passed. A set of which only one file was imported says nothing of
    the pairs it does not hold, and what it does say of those it holds."""
    row = "17000\t17281\t\t19990701\t20191231\t1\tMisuse of column two code\r\n"
    text = "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\r\n" + row
    part = tmp_path / "ccipra-v302r0-f4.txt"
    part.write_bytes(text.encode())
    import_files([part], tmp_path / "tables", covers=(date(2019, 1, 1), date(2024, 9, 30)))
    scrubber = Scrubber.load(tables=tmp_path / "tables", cache=False)
    said = scrubber.scrub(claim(line(1, "11055"), line(2, "11720")), as_of=AS_OF)
    assert said.outcome != "clean"
    assert [gap.reason for gap in said.not_evaluated if gap.rule == "NCCI-PTP-01"] == ["no_table"]
    known = [line(n, code, date=date(2019, 8, 1)) for n, code in ((1, "17000"), (2, "17281"))]
    assert [f.line for f in scrubber.scrub(claim(*known), as_of=AS_OF).findings if f.category == "ncci-ptp"] == [2]
    after = scrubber.scrub(claim(line(1, "17000"), line(2, "17281")), as_of=AS_OF)
    assert not [gap for gap in after.not_evaluated if gap.rule == "NCCI-PTP-01"], "its rows had ended: that is known"


def test_a_pair_without_dates_is_undetermined() -> None:
    """Design section 5: a missing join key makes the pair undetermined, never absent."""
    undated = [line(n, code, date=None) for n, code in ((1, "G0238"), (2, "G0239"))]
    result = Scrubber.load(cache=False).scrub(claim(*undated), as_of=AS_OF)
    assert [gap.rule for gap in result.undetermined if gap.rule == "NCCI-PTP-01"]


def test_a_rule_that_needs_history_is_still_asked_of_later_lines(tmp_path: Path) -> None:
    """Lacking history on one line says nothing of a line that fires without any."""
    when = '"line.procedure = 99213 or any prior line where (it.procedure = 99214)"'
    extra = "needs: [history]"
    pack = write_pack(tmp_path / "p", header(applies="{payer: {any_of: [MEDICARE]}}"), rules=rule(when, extra=extra))
    result = loaded(pack).scrub(claim(line(1, "99211"), line(2, "99213")), as_of=AS_OF)
    assert [finding.line for finding in result.findings] == [2]


def test_lines_without_a_number_are_named_all_the_same() -> None:
    """Contract: `line` is LX01 of the line an entry lands on. A program may leave the numbers out."""
    lines = [
        structs.replace(line(n, "G0108", charge=1000), number=number) for n, number in ((1, None), (2, 1), (3, None))
    ]
    scrubber = Scrubber.load(cache=False)
    result = scrubber.scrub(claim(*lines), as_of=AS_OF)
    repeats = [finding for finding in result.findings if finding.rule == "ALL-DUP-01"]
    assert {finding.line for finding in repeats} <= {1, 2, 3}
    assert len(repeats) == 2
    assert not any("None" in fix.text for finding in repeats for fix in finding.fixes)
