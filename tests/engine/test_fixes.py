"""Fixes: the engine's ceilings, what may be applied, and what applying does."""

from __future__ import annotations

import json
from datetime import date

import pytest
from msgspec import structs
from tests.engine.claims_of import AS_OF, claim, line
from tests.engine.packs_of import header, loaded, rule, write_pack

from scrubber import Scrubber
from scrubber.api import Acceptance
from scrubber.claims.inputs import InputClaim
from scrubber.claims.read import read_claims
from scrubber.findings.model import FIX_KINDS, Edit
from scrubber.fixes.apply import EditError, apply_edits
from scrubber.fixes.ceilings import CONFIRM, MANUAL, SAFE, ceiling

UNTIDY = {
    "type": "PROFESSIONAL", "patient_control_number": "TEST-2", "payer_name": "MEDICARE", "filing_indicator": "MB",
    "billing_npi": "1234567893", "total_charge": "100.00", "frequency": "1", "diagnoses": [{"code": "e11.9"}],
    "lines": [{"number": 1, "procedure": " g0108 ", "modifiers": ["lt"], "date": "2024-08-01", "units": 1,
               "charge": "100.00", "diagnosis_pointers": [1]}],
}  # fmt: skip


@pytest.fixture(scope="module")
def scrubber() -> Scrubber:
    return Scrubber.load(cache=False)


def test_only_form_is_ever_safe() -> None:
    """Design section 6: format repairs may be SAFE; all that asserts something about the record is MANUAL, always."""
    assert {kind for kind in FIX_KINDS if ceiling(kind) == SAFE} == {"normalise"}
    assert {kind for kind in FIX_KINDS if ceiling(kind) == CONFIRM} == {"move_modifier"}
    assert ceiling("remove_line", exact_duplicate=True) == CONFIRM
    assert ceiling("set_field", "ndc") == CONFIRM
    assert ceiling("set_field", "rendering_npi") == MANUAL
    assert ceiling("set_units") == ceiling("split_line") == ceiling("add_modifier") == MANUAL


def untidy() -> InputClaim:
    (found,) = read_claims(json.dumps(UNTIDY).encode(), name="untidy.json")
    assert isinstance(found, InputClaim)
    return found


def test_a_safe_fix_removes_its_finding_adds_none_and_is_idempotent(scrubber: Scrubber) -> None:
    """Design section 10, fix properties: and it never changes a charge or units."""
    source = untidy()
    before = scrubber.scrub(source, as_of=AS_OF)
    assert len([f for f in before.findings if f.category == "format"]) == 3
    mended = scrubber.apply(source, before, as_of=AS_OF)
    assert mended.converged
    assert not [f for f in mended.result.findings if f.category == "format"]
    rules = lambda result: {f.rule for f in result.findings}  # noqa: E731
    assert rules(mended.result) <= rules(before)
    assert {fix.fix.applicability for fix in mended.applied} == {SAFE}
    for old, new in zip(source.claim.lines, mended.claim.claim.lines, strict=True):
        assert (old.charge, old.units) == (new.charge, new.units)
    assert source.deviations, "the claim given is not touched"
    again = scrubber.apply(mended.claim, mended.result, as_of=AS_OF)
    assert (again.applied, again.claim) == ((), mended.claim)


def test_a_manual_fix_needs_a_person_and_a_reason(scrubber: Scrubber, real_tables: object) -> None:
    """Design section 6: an automatic 59 is fraud. It is added only where a named person says so, and is recorded."""
    scrubber = Scrubber.load(tables=real_tables, cache=False)  # type: ignore[arg-type]
    one = claim(line(1, "11055"), line(2, "11720"))
    result = scrubber.scrub(one, as_of=AS_OF)
    (finding,) = [f for f in result.findings if f.rule == "NCCI-PTP-01"]
    number = next(n for n, fix in enumerate(finding.fixes) if fix.kind == "add_modifier")
    untouched = scrubber.apply(one, result, as_of=AS_OF)
    assert untouched.claim.claim == one
    nobody = scrubber.apply(one, result, as_of=AS_OF, accept=[Acceptance(finding.fingerprint, number, "", "", "59")])
    assert (nobody.claim.claim, nobody.skipped[0].why) == (one, "A person and a reason are needed.")
    said = Acceptance(finding.fingerprint, number, "A. Coder", "separate site, op note read", "59")
    mended = scrubber.apply(one, result, as_of=AS_OF, accept=[said])
    assert mended.claim.claim.lines[1].modifiers == ("59",)
    assert (mended.applied[0].person, mended.applied[0].reason) == ("A. Coder", "separate site, op note read")
    assert not [f for f in mended.result.findings if f.rule == "NCCI-PTP-01"]
    wrong = scrubber.apply(one, result, as_of=AS_OF, accept=[Acceptance(finding.fingerprint, number, "A", "b", "76")])
    assert wrong.skipped[0].why == "The choice is not one of those offered."
    gone = scrubber.apply(one, result, as_of=AS_OF, accept=[Acceptance("no-such", 0, "A", "b")])
    assert gone.skipped[0].why == "The claim has no such finding now."


def test_an_exact_duplicate_may_be_removed_on_a_yes(scrubber: Scrubber) -> None:
    """Design section 6: removing an exact duplicate is at most CONFIRM; removing another line is MANUAL."""
    same = scrubber.scrub(claim(line(1, "G0108"), line(2, "G0108")), as_of=AS_OF)
    (finding,) = [f for f in same.findings if f.category == "duplicate"]
    fix = next(n for n, fix in enumerate(finding.fixes) if fix.kind == "remove_line")
    assert finding.fixes[fix].applicability == CONFIRM
    mended = scrubber.apply(claim(line(1, "G0108"), line(2, "G0108")), same, as_of=AS_OF,
                            accept=[Acceptance(finding.fingerprint, fix, "A. Coder", "keyed twice")])  # fmt: skip
    assert [item.number for item in mended.claim.claim.lines] == [1]


def test_lines_without_a_number_are_counted(scrubber: Scrubber) -> None:
    """A caller of the library need not number lines: they are told, and mended, by where they stand."""
    one = claim(*(structs.replace(line(1, code), number=None) for code in ("G0438", "G0444")))
    result = scrubber.scrub(one, as_of=AS_OF)
    (finding,) = [each for each in result.findings if each.rule == "NCCI-PTP-00"]
    assert (finding.line, [each.line for each in finding.related]) == (2, [1])
    (fix,) = finding.fixes
    assert fix.text.startswith("Remove line 2 (G0444).")
    assert fix.edits == (Edit(2, "line", "remove"),)
    said = [Acceptance(finding.fingerprint, 0, "A. Coder", "not paid together")]
    mended = scrubber.apply(one, result, as_of=AS_OF, accept=said)
    assert [each.procedure for each in mended.claim.claim.lines] == ["G0438"]


def test_units_of_a_group_are_an_edit_where_one_line_has_them_all(scrubber: Scrubber) -> None:
    """Contract: an edit without a line is of the claim, which has no units. On which of several lines units were keyed
    wrongly, the record says."""
    alone = claim(line(1, "J3420", "JZ", units=10))
    result = scrubber.scrub(alone, as_of=AS_OF)
    (finding,) = [each for each in result.findings if each.rule == "NCCI-MUE-03"]
    number, fix = next((at, fix) for at, fix in enumerate(finding.fixes) if fix.kind == "set_units")
    assert fix.edits == (Edit(1, "units", "set", None),)
    said = [Acceptance(finding.fingerprint, number, "A. Coder", "one was given", choice="1")]
    mended = scrubber.apply(alone, result, as_of=AS_OF, accept=said)
    assert [each.units for each in mended.claim.claim.lines] == [1]
    assert "NCCI-MUE-03" not in {each.rule for each in mended.result.findings}

    several = claim(line(1, "J3420", "JZ", units=1), line(2, "J3420", "JZ 76", units=1))
    (finding,) = [each for each in scrubber.scrub(several, as_of=AS_OF).findings if each.rule == "NCCI-MUE-03"]
    assert {fix.kind: fix.edits for fix in finding.fixes} == {"set_units": (), "advice": ()}


def test_fixes_that_undo_each_other_are_said_not_to_converge(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Design section 6: apply stops at a fixed point or says that it did not converge."""
    monkeypatch.setattr("scrubber.engine.tell.fixing.ceiling", lambda *_, **__: SAFE)
    first = rule("line.units = 1", extra='fix: [{kind: set_units, value: "2"}]')
    second = rule("line.units = 2", id_="TEST-02", extra='fix: [{kind: set_units, value: "1"}]')
    pack = write_pack(
        tmp_path / "p", header(applies="{payer: {any_of: [MEDICARE]}}"), rules=first + second.replace("\nrules:", "")
    )
    scrubber = loaded(pack)
    one = claim(line(1, "G0108"))
    mended = scrubber.apply(one, scrubber.scrub(one, as_of=AS_OF), as_of=AS_OF)
    assert mended.converged is False


@pytest.mark.parametrize(("edit", "expected"), [
    (Edit(1, "modifiers", "add", "59"), ("LT", "59")), (Edit(1, "modifiers", "remove", "LT"), ()),
    (Edit(1, "modifiers", "set", ["RT"]), ("RT",)), (Edit(1, "modifiers", "add", "LT"), ("LT",)),
])  # fmt: skip
def test_modifier_edits(edit: Edit, expected: tuple[str, ...]) -> None:
    """Contract: edits are add, remove, set and move."""
    assert apply_edits(claim(line(1, "99213", "LT")), [edit]).lines[0].modifiers == expected


def test_values_are_typed_and_misfits_refused() -> None:
    """A choice arrives as text and is held as the field's type; what does not fit is refused, never written."""
    one = claim(line(1, "99213", "LT"))
    assert apply_edits(one, [Edit(1, "units", "set", "2")]).lines[0].units == 2
    assert apply_edits(one, [Edit(1, "charge", "set", "12.50")]).lines[0].charge == 1250
    assert apply_edits(one, [Edit(1, "date", "set", "2024-08-02")]).lines[0].date == date(2024, 8, 2)
    assert apply_edits(one, [Edit(None, "diagnoses[1].code", "set", "I10")]).diagnoses[0].code == "I10"
    for bad in (Edit(9, "units", "set", "2"), Edit(1, "unit", "set", "2"), Edit(1, "units", "set", "two"),
                Edit(None, "diagnoses[7].code", "set", "I10"), Edit(None, "lines", "set", [])):  # fmt: skip
        with pytest.raises(EditError):
            apply_edits(one, [bad])
