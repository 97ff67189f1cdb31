"""What an engine remembers of one claim never answers for another: a warm engine says what a fresh one says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from msgspec import structs
from tests.engine.claims_of import AS_OF, claim, line
from tests.engine.packs_of import header, loaded, rule, write_pack
from tests.engine.warm import warms_after

from scrubber.claims.model import Claim, Diagnosis

PAYER = "{payer: {any_of: [MEDICARE]}}"
Asked = tuple[Claim, Sequence[Claim] | None]


def hold_equal(pack: Path, asked: Sequence[Asked]) -> list[str]:
    """Ask one engine of all claims and a fresh one of each; the outcomes."""
    warm, outcomes = loaded(pack), []
    for one, history in asked:
        result = warm.scrub(one, history, as_of=AS_OF)
        assert msgspec.json.encode(result) == msgspec.json.encode(loaded(pack).scrub(one, history, as_of=AS_OF))
        outcomes.append(result.outcome)
    return outcomes


def test_history_of_one_claim_says_nothing_of_the_next(tmp_path: Path) -> None:
    """Design section 9: no state between claims. What pairs could begin with a line is decided without history for
    claims that came without, and never from another claim's history."""
    when = '"line.procedure = 99213 and other.procedure = 99214 and no prior line where (it.procedure = 11055)"'
    extra = "pair: {same: [date]}\n    needs: [history]"
    pack = write_pack(tmp_path / "p", header(applies=PAYER), rules=rule(when, scope="pair", extra=extra))
    one = claim(line(1, "99213"), line(2, "99214"))
    assert hold_equal(pack, [(one, None), (one, [claim(line(1, "11055"))]), (one, [])]) == [
        "clean", "clean", "findings",
    ]  # fmt: skip


def test_fields_of_the_claim_stay_apart_when_memory_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Design section 9: of very many kinds of claim some are forgotten, and none is taken for another."""
    monkeypatch.setattr("scrubber.core.memo.KEPT", 2)
    warms_after(monkeypatch, lines=1)
    when = '"line.procedure = 99213 and claim.frequency = 1"'
    pack = write_pack(tmp_path / "p", header(applies=PAYER), rules=rule(when))
    frequencies = ("1", "7", "8", "1", "8", "7", "1")
    outcomes = hold_equal(pack, [(claim(line(1, "99213"), frequency=each), None) for each in frequencies])
    assert outcomes == ["findings" if each == "1" else "clean" for each in frequencies]


def test_a_lack_of_history_is_not_said_of_another_claims_diagnosis(tmp_path: Path) -> None:
    """Contract: a missing history gives one entry a rule and claim; it names no line and no diagnosis."""
    when = '"diagnosis.code = E11.9 and no prior line where (it.procedure = 11055)"'
    pack = write_pack(
        tmp_path / "p", header(applies=PAYER), rules=rule(when, scope="diagnosis", extra="needs: [history]")
    )
    second = claim(line(1, "99213"), diagnoses=(Diagnosis(code="I10"), Diagnosis(code="E119")))
    hold_equal(pack, [(second, None), (claim(line(1, "99213")), None)])
    (gap,) = loaded(pack).scrub(second, as_of=AS_OF).not_evaluated
    assert (gap.line, gap.diagnosis) == (None, None)


def test_a_claim_with_some_line_numbers_missing_is_checked(tmp_path: Path) -> None:
    """Design section 5: what is missing on two lines, of which one has no number, is said and does not crash."""
    when = '"count of line where (it.ndc_quantity = 1) > 1"'
    pack = write_pack(tmp_path / "p", header(applies=PAYER), rules=rule(when, scope="claim"))
    one = claim(line(1, "99213"), structs.replace(line(2, "99214"), number=None))
    (gap,) = loaded(pack).scrub(one, as_of=AS_OF).undetermined
    assert gap.missing == ("line.ndc_quantity",)
    assert "line 1" in loaded(pack).explain(one, "TEST-01", as_of=AS_OF).subjects[0].reason


def test_the_other_lines_of_a_finding_are_told_where_one_has_no_number(tmp_path: Path) -> None:
    """Contract, Entry: `line` and `related` name lines. A line without a number is told by its place, here as there."""
    when = '"line.procedure = 99213 and other.procedure = 99214"'
    pack = write_pack(
        tmp_path / "p", header(applies=PAYER), rules=rule(when, scope="pair", extra="pair: {same: [date]}")
    )
    one = claim(line(1, "99213"), structs.replace(line(2, "99214"), number=None), line(3, "99214"))
    (finding,) = loaded(pack).scrub(one, as_of=AS_OF).findings
    assert [related.line for related in finding.related] == [2, 3]


def test_a_day_without_an_edition_is_named_for_each_claim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Contract: a gap says what is missing. No edition answers for two days alike, and each claim hears of its own."""
    warms_after(monkeypatch, lines=1, look_ups=1)
    table = 'tables: {mue: {keys: {procedure: procedure}, columns: {units: number}, absent: not_published, ' \
            'by: [{setting: practitioner, if: "claim.type = PROFESSIONAL"}]}}\n'  # fmt: skip
    when = '"line.procedure = A0425 and mue(line.procedure).units < 9 and line.units > 0"'
    pack = write_pack(tmp_path / "p", header(applies=PAYER) + table, rules=rule(when))
    days = (date(2030, 1, 1), date(2030, 1, 2), date(2030, 1, 1))
    asked = [(claim(line(1, "A0425", date=day)), None) for day in days]
    hold_equal(pack, asked)
    gaps = [gap for one, _ in asked for gap in loaded(pack).scrub(one, as_of=AS_OF).not_evaluated]
    assert [gap.missing[0][-10:] for gap in gaps] == [day.isoformat() for day in days]


def test_a_line_without_a_day_is_told_wherever_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Semantics: line order never matters. A rule lacks history on the dated line and the day on the other, and both are
    told, whichever comes first: the biller can fill the day in."""
    when = '"line.procedure = 99213 and no prior line where (it.procedure = 11055)"'
    rules = rule(when, extra="needs: [history]\n    effective: {from: 2020-01-01}")
    pack = write_pack(tmp_path / "p", header(applies=PAYER), rules=rules)
    dated, undated = line(1, "99213"), line(2, "99213", date=None)
    for epochs in (100, 1):
        warms_after(monkeypatch, lines=epochs)
        for one in (claim(dated, undated), claim(undated, dated)):
            hold_equal(pack, [(one, None), (one, [])])
            result = loaded(pack).scrub(one, as_of=AS_OF)
            assert [(gap.reason, gap.line) for gap in result.undetermined] == [("missing_field", 2)]
            assert [(gap.reason, gap.line) for gap in result.not_evaluated] == [("no_history", None)]


def test_a_rule_of_another_kind_of_claim_does_not_ask_for_a_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hospital's rule is clear on a physician's claim, whatever else is missing: nothing the biller fills in would
    change that. On a bill of the hospital the day is asked for."""
    when = '"((claim.type = INSTITUTIONAL and claim.bill_type = 131) or claim.bill_type = 831) and line.units > 5"'
    dated = rule(when, extra="effective: {from: 2020-01-01}")
    pack = write_pack(tmp_path / "p", header(applies=PAYER), rules=dated)
    one = claim(line(1, "99213", date=None, units=9))
    bill = structs.replace(one, type="INSTITUTIONAL", bill_type="131")
    for epochs in (100, 1):
        warms_after(monkeypatch, lines=epochs)
        hold_equal(pack, [(one, None), (bill, None), (one, None)])
        office = loaded(pack).scrub(structs.replace(one, bill_type="111"), as_of=AS_OF)
        assert office.undetermined == ()
        assert [gap.missing for gap in loaded(pack).scrub(bill, as_of=AS_OF).undetermined] == [("line.date",)]


def test_what_a_rule_reads_of_a_line_is_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Design section 9: rules that read different fields share nothing that one of them could tell apart: the first
    modifier, any modifier, the place, the procedure, and a parameter that names the field."""
    warms_after(monkeypatch, lines=1)
    conditions = ("line.modifier_1 = 25", "line.modifiers has 25", "line.place_of_service = 22",
                  "line.procedure = 99213", "any other line with same (policy.key) where (it.units > 0)")  # fmt: skip
    rules = {f"r{at}": rule(f'"{when}"', f"TEST-{at}") for at, when in enumerate(conditions)}
    parameters = "{key: {type: fields, default: [place_of_service], meaning: what lines share}}"
    pack = write_pack(tmp_path / "p", header(applies=PAYER, parameters=parameters), **rules)
    lines = [line(1, code, modifiers, place_of_service=place) for code in ("99213", "99214")
             for modifiers in ("", "25", "59 25") for place in ("11", "22")]  # fmt: skip
    asked = [(claim(one, line(2, "99215", place_of_service="22")), None) for one in lines]
    hold_equal(pack, asked)
    found = [loaded(pack).scrub(one, as_of=AS_OF).findings for one, _ in asked]
    assert len({tuple(each.rule for each in findings if each.line == 1) for findings in found}) == len(asked)


def test_a_key_that_is_a_number_is_shown_one_way(tmp_path: Path) -> None:
    """Design section 9: an answer of a table is remembered by its key, and 5.0 is the key 5. What is said of the row, and
    that there is none, does not go by who asked first."""
    table = (
        "tables: {caps: {keys: {amount: number}, columns: {most: number}, absent: not_published, source: caps.csv}}\n"
    )
    when = '"caps(line.units * 2).most > 0 and line.charge > $0.00"'
    pack = write_pack(
        tmp_path / "p", header(applies=PAYER) + table, rules=rule(when), caps__csv="amount,most\n5,1\n2.5,1\n"
    )
    units = (Decimal("2.5"), Decimal("2.50"), Decimal("1.25"), Decimal("3.5"), Decimal("3.50"))
    asked = [(claim(line(1, "99213", units=each)), None) for each in units]
    hold_equal(pack, asked)
    hold_equal(pack, asked[::-1])
    results = [loaded(pack).scrub(one, as_of=AS_OF) for one, _ in asked]
    keys = [item.key for result in results for finding in result.findings for item in finding.evidence if item.table]
    assert keys == [(5,), (5,), ("2.5",)]
    assert [gap.missing for result in results for gap in result.not_evaluated] == [("caps 7",), ("caps 7",)]


def test_which_line_stands_first_never_passes_what_no_table_answers_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Semantics: line order never matters, and "not checked" is never "passed". Of the pairs that no edition, or only a
    slice, could know one is asked for; where a modifier settles the rule on that one, the others are asked."""
    table = 'tables: {ptp: {keys: {column_1: procedure, column_2: procedure}, columns: {modifier_indicator: number}, ' \
            'absent: none, by: [{setting: practitioner, if: "claim.type = PROFESSIONAL"}]}}\n'  # fmt: skip
    when = '"ptp(other.procedure, line.procedure).modifier_indicator = 1 and line.modifiers has none of {59}"'
    rules = rule(when, scope="pair", extra="pair: {same: [date], table: ptp}")
    pack = write_pack(tmp_path / "p", header(applies=PAYER) + table, rules=rules)
    many = [line(number, "99213", "59", units=number) for number in range(4, 30)]
    for epochs in (100, 1):
        warms_after(monkeypatch, lines=epochs)
        for day in (date(2024, 8, 1), date(2030, 1, 1)):
            lines = [line(1, "99213", "59"), line(2, "11055", "59"), line(3, "11720"), *many]
            for some in (lines[:3], lines):
                dated = [structs.replace(each, date=day) for each in some]
                turned = [claim(*dated[at:], *dated[:at]) for at in range(3)]
                assert set(hold_equal(pack, [(one, None) for one in turned])) == {"incomplete"}
                # A line of a revenue code alone has no code that a table could publish.
                passed = claim(*[each for each in dated if each.modifiers], line(40, None, date=day))
                assert hold_equal(pack, [(passed, None)]) == ["clean"]


def test_what_a_table_says_turns_with_its_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Semantics: rows hold from their first day to their last, both included. In a long run a table is asked once for
    all days between two turns, and each side of a turn hears its own row, in the finding's evidence too."""
    warms_after(monkeypatch, lines=1, look_ups=1)
    table = "tables: {caps: {keys: {procedure: procedure}, columns: {most: number}, absent: none, " \
            "effective: [effective, deletion], source: caps.csv}}\n"  # fmt: skip
    when = '"line.units > caps(line.procedure).most"'
    pack = write_pack(tmp_path / "p", header(applies=PAYER) + table, rules=rule(when))
    (pack / "caps.csv").write_text(
        "procedure,most,effective,deletion\n99213,1,2024-01-01,2024-06-30\n99213,3,2024-07-01,2024-07-31\n",
        encoding="utf-8",
    )
    days = {
        date(2024, 6, 29): 1,
        date(2024, 6, 30): 1,
        date(2024, 7, 1): 3,
        date(2024, 7, 31): 3,
        date(2024, 8, 1): None,
    }
    order = [*days, *reversed(days)]
    asked = [(claim(line(1, "99213", units=4, date=day)), None) for day in order]
    hold_equal(pack, asked)
    warm = loaded(pack)
    for (one, _), day in zip(asked, order, strict=True):
        findings = warm.scrub(one, as_of=AS_OF).findings
        assert [each.value for finding in findings for each in finding.evidence if each.table] == (
            [days[day]] if days[day] else []
        )
