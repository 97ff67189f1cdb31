"""The outcome algebra: when and unless, missing fields, history, payers, windows, layers and rows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.engine.claims_of import AS_OF, NPI, OTHER_NPI, claim, line
from tests.engine.packs_of import header, loaded, rule, write_pack

from scrubber.api import Acceptance
from scrubber.core.diagnostics import RuleFileError, UsageError
from scrubber.findings.model import ScrubResult
from scrubber.lang.functions import FUNCTIONS
from scrubber.tables.packed import damaged

PAYER = "{payer: {any_of: [MEDICARE]}}"
TRUE, FALSE, UNKNOWN = "line.units = 1", "line.units = 2", "line.ndc_quantity = 1"
HISTORY = "any prior line where (it.procedure = 99213)"


def outcome(result: ScrubResult) -> str:
    for name, entries in (("fires", result.findings), ("bypassed", result.bypassed),
                          ("undetermined", result.undetermined), ("not_evaluated", result.not_evaluated)):  # fmt: skip
        if entries:
            return name
    return "clear"


@pytest.mark.parametrize(("when", "unless", "expected"), [
    (TRUE, None, "fires"), (FALSE, None, "clear"), (UNKNOWN, None, "undetermined"),
    (TRUE, TRUE, "bypassed"), (TRUE, FALSE, "fires"), (TRUE, UNKNOWN, "undetermined"), (TRUE, HISTORY, "fires"),
    (FALSE, TRUE, "clear"), (FALSE, UNKNOWN, "clear"), (FALSE, HISTORY, "clear"),
    (UNKNOWN, TRUE, "clear"), (UNKNOWN, FALSE, "undetermined"), (UNKNOWN, UNKNOWN, "undetermined"),
    (HISTORY, None, "not_evaluated"), (HISTORY, TRUE, "clear"), (HISTORY, FALSE, "not_evaluated"),
])  # fmt: skip
def test_when_and_unless(tmp_path: Path, when: str, unless: str | None, expected: str) -> None:
    """Design section 5, the table of when and unless; an exception unknown for want of history still fires."""
    extra = f'unless: [{{if: "{unless}", reason: "an exception"}}]' if unless else "status: active"
    pack = write_pack(tmp_path / "p", header(applies=PAYER), rules=rule(f'"{when}"', extra=extra))
    result = loaded(pack).scrub(claim(line(1, "99213")), as_of=AS_OF)
    assert outcome(result) == expected
    if unless == HISTORY and when == TRUE:
        assert result.findings[0].unchecked_exceptions == ("an exception",)


def test_history_decides_where_it_is_supplied(tmp_path: Path) -> None:
    """Design section 5: supplied and empty history is an answer; none supplied is a gap that does not block."""
    scrubber = loaded(write_pack(tmp_path / "p", header(applies=PAYER), rules=rule(f'"{HISTORY}"')))
    one = claim(line(1, "99214"))
    without = scrubber.scrub(one, as_of=AS_OF)
    assert (without.not_evaluated[0].reason, without.not_evaluated[0].blocking) == ("no_history", False)
    assert without.coverage.history == "this claim only"
    assert scrubber.scrub(one, history=[], as_of=AS_OF).outcome == "clean"
    assert scrubber.scrub(one, history=[claim(line(1, "99213"))], as_of=AS_OF).outcome == "findings"
    # Claims of the same batch count where they show something, and do not make history complete.
    assert scrubber.scrub(one, batch=[claim(line(1, "99213"))], as_of=AS_OF).outcome == "findings"
    assert scrubber.scrub(one, batch=[claim(line(1, "99211"))], as_of=AS_OF).not_evaluated


def test_required_history_blocks(tmp_path: Path) -> None:
    """Contract: --require-history makes a history gap blocking."""
    pack = write_pack(tmp_path / "p", header(applies=PAYER), rules=rule(f'"{HISTORY}"'))
    result = loaded(pack, require_history=True).scrub(claim(line(1, "99214")), as_of=AS_OF)
    assert (result.outcome, result.complete, result.not_evaluated[0].blocking) == ("incomplete", False, True)


def test_unmapped_payer_is_said(tmp_path: Path) -> None:
    """Design section 6: an unmapped payer is NOT_EVALUATED and said so; nothing is called clean."""
    scrubber = loaded(write_pack(tmp_path / "p", header(applies=PAYER), rules=rule(TRUE)))
    result = scrubber.scrub(claim(line(1, "99213"), payer_name="INVENTED MUTUAL", filing_indicator="CI"), as_of=AS_OF)
    assert result.outcome == "incomplete"
    assert result.not_evaluated[0].reason == "unmapped_payer"
    assert any("payer map" in note for note in result.coverage.not_checked)


def test_no_pack_for_the_payer_is_incomplete(tmp_path: Path) -> None:
    """Design section 5, claim outcome: no pack matches the payer, so the claim is incomplete."""
    scrubber = loaded(write_pack(tmp_path / "p", header(applies=PAYER), rules=rule(TRUE)))
    result = scrubber.scrub(claim(line(1, "99213"), payer_name="CIGNA", filing_indicator="CI"), as_of=AS_OF)
    assert (result.outcome, result.findings, result.coverage.payer_packs) == ("incomplete", (), ())


@pytest.mark.parametrize(("severity", "expected"), [("reject", "findings"), ("deny", "findings"),
                                                    ("review", "findings"), ("info", "clean")])  # fmt: skip
def test_severity_and_outcome(tmp_path: Path, severity: str, expected: str) -> None:
    """Design section 5, claim outcome: info never changes it."""
    pack = write_pack(tmp_path / "p", header(applies=PAYER), rules=rule(TRUE, severity=severity))
    assert loaded(pack).scrub(claim(line(1, "99213")), as_of=AS_OF).outcome == expected


@pytest.mark.parametrize(
    ("status", "where"), [("active", "findings"), ("shadow", "shadow"), ("draft", ""), ("retired", "")]
)
def test_status(tmp_path: Path, status: str, where: str) -> None:
    """Design section 6: shadow rules run and are reported apart; drafts and retired rules do not run.

    A pack of which no rule runs does not speak for the payer it names: the claim was not checked, and is not clean.
    """
    pack = write_pack(tmp_path / "p", header(applies=PAYER), rules=rule(TRUE, extra=f"status: {status}"))
    result = loaded(pack).scrub(claim(line(1, "99213")), as_of=AS_OF)
    assert [name for name in ("findings", "shadow") if getattr(result, name)] == ([where] if where else [])
    assert result.outcome == {"findings": "findings", "shadow": "clean", "": "incomplete"}[where]
    assert result.coverage.payer_packs == (("test",) if where else ())


@pytest.mark.parametrize(("day", "fires"), [
    (date(2024, 6, 30), False), (date(2024, 7, 1), True), (date(2024, 7, 31), True), (date(2024, 8, 1), False),
])  # fmt: skip
def test_window_includes_both_ends(tmp_path: Path, day: date, fires: bool) -> None:
    """Design section 5: effective from and to are both included."""
    extra = "effective: {from: 2024-07-01, to: 2024-07-31}"
    pack = write_pack(tmp_path / "p", header(applies=PAYER), rules=rule(TRUE, extra=extra))
    result = loaded(pack).scrub(claim(line(1, "99213", date=day)), as_of=AS_OF)
    assert bool(result.findings) is fires


def test_a_damaged_table_is_named_as_the_cause_of_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Design section 7: tables are mapped, so damage among rows shows when one is asked; people must hear of the file."""
    scrubber = loaded(write_pack(tmp_path / "p", header(applies=PAYER), rules=rule("valid_npi(line.rendering_npi)")))
    one = claim(line(1, "99213"))

    def broken(*_: object) -> bool:
        raise damaged("x.table", "has damaged rows")

    function = replace(FUNCTIONS["valid_npi"], implementation=broken)
    monkeypatch.setattr("scrubber.engine.evaluate.reference.FUNCTIONS", {"valid_npi": function})
    (fault,) = scrubber.scrub(one, as_of=AS_OF).faults
    assert fault.message == (
        "The rule could not be run because of a table file. x.table: The table file has damaged rows. Delete the file and "
        "import the publisher's files again with: scrubber tables import."
    )


def test_a_rule_that_crashes_is_one_fault_and_the_rest_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Design section 9: one rule's crash is one RuleFault, and its message holds nothing of the claim."""
    rules = rule("valid_npi(line.rendering_npi)") + rule(TRUE, id_="TEST-02").replace("\nrules:", "")
    scrubber = loaded(write_pack(tmp_path / "p", header(applies=PAYER), rules=rules))
    one = claim(line(1, "99213"))

    def broken(*_: object) -> bool:
        raise ZeroDivisionError("SECRET-OF-A-PATIENT")

    function = replace(FUNCTIONS["valid_npi"], implementation=broken)
    monkeypatch.setattr("scrubber.engine.evaluate.reference.FUNCTIONS", {"valid_npi": function})
    result = scrubber.scrub(one, as_of=AS_OF)
    assert [fault.rule for fault in result.faults] == ["TEST-01"]
    assert "SECRET" not in result.faults[0].message
    assert [finding.rule for finding in result.findings] == ["TEST-02"]
    assert result.complete is False


def test_a_payer_layer_sets_a_parameter_and_disables_a_rule(tmp_path: Path) -> None:
    """Design section 6: packs layer; a payer's pack sets parameters and overrides rules for its own claims only."""
    base = header("base", parameters="{limit: {type: number, default: 3, meaning: most units}}")
    rules = rule("line.units > policy.limit") + rule(TRUE, id_="TEST-02").replace("\nrules:", "")
    authority = "{title: Invented for a test, evidence: primary}"
    layer = (
        header("cigna-layer", extends="[base]", applies="{payer: {any_of: [CIGNA]}}")
        + f"parameters:\n  limit: {{set: 5, reason: told so, authority: {authority}}}\n"
        + f"overrides:\n  - {{rule: TEST-02, action: disable, reason: told so, authority: {authority}}}\n"
    )
    packs = (write_pack(tmp_path / "base", base, rules=rules), write_pack(tmp_path / "layer", layer))
    scrubber = loaded(*packs)
    four, one = claim(line(1, "99213", units=4)), claim(line(1, "99213"))
    cigna = {"payer_name": "CIGNA", "filing_indicator": "CI"}
    fired = lambda c: [f.rule for f in scrubber.scrub(c, as_of=AS_OF).findings]  # noqa: E731
    assert fired(four) == ["TEST-01"]
    assert fired(one) == ["TEST-02"]
    assert fired(claim(line(1, "99213", units=4), **cigna)) == []
    assert fired(claim(line(1, "99213", units=6), **cigna)) == ["TEST-01"]
    assert fired(claim(line(1, "99213"), **cigna)) == []
    # What the caller gives goes over both.
    given = loaded(*packs, parameters={"limit": "9"})
    assert not given.scrub(claim(line(1, "99213", units=6), **cigna), as_of=AS_OF).findings


def test_unknown_and_ill_typed_parameters_are_refused(tmp_path: Path) -> None:
    """A mistyped option must not be ignored in silence."""
    base = header("base", parameters="{limit: {type: number, default: 3, meaning: most units}}")
    pack = write_pack(tmp_path / "base", base, rules=rule("line.units > policy.limit"))
    with pytest.raises(UsageError, match="limt"):
        loaded(pack, parameters={"limt": "9"})
    with pytest.raises(UsageError, match="number"):
        loaded(pack, parameters={"limit": "many"})


def test_for_each_row_is_one_rule_of_a_published_list(tmp_path: Path) -> None:
    """Design section 6: for_each_row; an empty cell is missing, and the finding names the row's values."""
    rows = "code,most,least_age\n97110,4,\n97112,2,18\n"
    extra = "for_each_row: limits.csv\n    columns: {code: procedure, most: number, least_age: number}"
    when = '"line.procedure = row.code and line.units > row.most and (row.least_age is missing or line.patient_age >= row.least_age)"'
    text = rule(when, extra=extra, message="{line.units} units of {row.code}, at most {row.most}")
    scrubber = loaded(write_pack(tmp_path / "p", header(applies=PAYER), rules=text, limits__csv=rows))
    said = lambda code, units: [  # noqa: E731
        f.message for f in scrubber.scrub(claim(line(1, code, units=units)), as_of=AS_OF).findings
    ]
    assert said("97110", 4) == []
    assert said("97110", 5) == ["5 units of 97110, at most 4"]
    assert said("97112", 3) == ["3 units of 97112, at most 2"]
    assert said("97116", 9) == []


def test_pair_hits_on_one_line_are_one_finding(tmp_path: Path) -> None:
    """Design section 5: hits of one rule on one line merge into one finding that names all its others."""
    text = rule("line.procedure = 11720 and other.procedure in {11055, 11056}", scope="pair",
                extra="pair: {same: [date, rendering_npi]}", message="{line.procedure} with {other.procedure}.")  # fmt: skip
    scrubber = loaded(write_pack(tmp_path / "p", header(applies=PAYER), rules=text))
    lines = (line(1, "11055"), line(2, "11720"), line(3, "11056"))
    (finding,) = scrubber.scrub(claim(*lines), as_of=AS_OF).findings
    assert (finding.line, [related.line for related in finding.related]) == (2, [1, 3])
    assert finding.message == "11720 with 11055. 11720 with 11056."


def test_group_day_is_each_covered_day(tmp_path: Path) -> None:
    """Design section 5: a line over several days stands in the group of each; each set of lines is told once."""
    text = rule("sum of it.units_per_day over group lines > 3", scope="group",
                extra="group_by: [day, procedure, rendering_npi]", message="{group.procedure} on {group.day}")  # fmt: skip
    scrubber = loaded(write_pack(tmp_path / "p", header(applies=PAYER), rules=text))
    span = line(1, "97110", date=date(2024, 8, 1), date_to=date(2024, 8, 5), units=10)
    single = line(2, "97110", date=date(2024, 8, 3), units=2)
    (finding,) = scrubber.scrub(claim(span, single), as_of=AS_OF).findings
    assert (finding.lines, finding.message) == ((1, 2), "97110 on 2024-08-03")
    apart = line(2, "97110", date=date(2024, 8, 6), units=2)
    assert not scrubber.scrub(claim(span, apart), as_of=AS_OF).findings
    other = line(2, "97110", date=date(2024, 8, 3), units=2, rendering_npi=OTHER_NPI)
    assert not scrubber.scrub(claim(span, other), as_of=AS_OF).findings
    assert NPI != OTHER_NPI


def test_a_span_that_goes_on_after_a_single_day_is_a_group_of_its_own(tmp_path: Path) -> None:
    """Design section 5: `day` is each covered day, so a line that goes on after another has ended stands alone then."""
    text = rule("count of group lines = 1", scope="group",
                extra="group_by: [day, procedure, rendering_npi]", message="{group.procedure} on {group.day}")  # fmt: skip
    scrubber = loaded(write_pack(tmp_path / "p", header(applies=PAYER), rules=text))
    span = line(1, "97110", date=date(2024, 8, 1), date_to=date(2024, 8, 2))
    (finding,) = scrubber.scrub(claim(span, line(2, "97110", date=date(2024, 8, 1))), as_of=AS_OF).findings
    assert (finding.lines, finding.message) == ((1,), "97110 on 2024-08-02")


def test_lines_without_a_key_may_be_one_group(tmp_path: Path) -> None:
    """Design section 5: a missing key makes the group undetermined, never absent; apart, these lines would be clear."""
    text = rule("sum of it.units over group lines > 3", scope="group",
                extra="group_by: [day, procedure, rendering_npi]", message="{group.procedure} on {group.day}")  # fmt: skip
    scrubber = loaded(write_pack(tmp_path / "p", header(applies=PAYER), rules=text))
    nobodys = [line(n, "97110", units=2) for n in (1, 2)]
    result = scrubber.scrub(claim(*nobodys, billing_npi=None), as_of=AS_OF)
    (gap,) = result.undetermined
    assert (gap.lines, gap.missing) == ((1, 2), ("line.rendering_npi",))
    half = (nobodys[0], line(2, "97110", units=2, rendering_npi=NPI))
    assert [gap.lines for gap in scrubber.scrub(claim(*half, billing_npi=None), as_of=AS_OF).undetermined] == [(1, 2)]
    few = (nobodys[0], line(2, "97110", units=1))
    assert not scrubber.scrub(claim(*few, billing_npi=None), as_of=AS_OF).undetermined
    undated = line(1, "97110", units=9, date=None)
    assert scrubber.scrub(claim(undated, billing_npi=None), as_of=AS_OF).undetermined


def test_results_are_the_same_every_time(tmp_path: Path) -> None:
    """Design section 9: same claim, packs, tables and as_of give the same result, fingerprints included."""
    pack = write_pack(tmp_path / "p", header(applies=PAYER), rules=rule(TRUE))
    first = loaded(pack).scrub(claim(line(1, "99213")), as_of=AS_OF)
    assert loaded(pack).scrub(claim(line(1, "99213")), as_of=AS_OF) == first
    salted = loaded(pack, salt="clinic").scrub(claim(line(1, "99213")), as_of=AS_OF)
    assert salted.findings[0].fingerprint != first.findings[0].fingerprint


def test_cached_packs_say_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Performance notes: the cache is data; a damaged entry is ignored and rebuilt."""
    from scrubber import Scrubber

    monkeypatch.setenv("SCRUBBER_CACHE", str(tmp_path / "cache"))
    pack = write_pack(tmp_path / "p", header(applies=PAYER), rules=rule(TRUE))
    one = claim(line(1, "99213"))
    fresh = Scrubber.load(pack).scrub(one, as_of=AS_OF)
    (entry,) = (tmp_path / "cache").glob("*.program")
    assert Scrubber.load(pack).scrub(one, as_of=AS_OF) == fresh
    whole = entry.read_bytes()
    for changed in (b"", whole[:40], whole[:-1], whole[:50] + b"\xff" + whole[51:], b"\x80" * 200):
        entry.write_bytes(changed)
        assert Scrubber.load(pack).scrub(one, as_of=AS_OF) == fresh
    assert entry.read_bytes() == whole


def test_a_finding_that_rests_on_another_claim_names_it(tmp_path: Path) -> None:
    """Contract: related names the other claim by file, index and patient control number."""
    scrubber = loaded(write_pack(tmp_path / "p", header(applies=PAYER), rules=rule(f'"{HISTORY}"')))
    earlier = claim(line(1, "99211"), line(2, "99213"), patient_control_number="EARLIER-7")
    (finding,) = scrubber.scrub(claim(line(1, "99214")), history=[earlier], as_of=AS_OF).findings
    (related,) = finding.related
    assert related.claim is not None
    assert (related.claim.patient_control_number, related.claim.file, related.line) == ("EARLIER-7", None, 2)


def test_money_in_a_fix_is_written_as_money(tmp_path: Path) -> None:
    """A choice is text as a person writes it, and applying it gives cents."""
    extra = 'fix: [{kind: set_field, target: claim, field: claim.total_charge, value: "sum of it.charge over lines"}]'
    text = rule('"claim.total_charge != sum of it.charge over lines"', scope="claim", extra=extra)
    scrubber = loaded(write_pack(tmp_path / "p", header(applies=PAYER), rules=text))
    wrong = claim(line(1, "99213", charge=12_345), total_charge=1)
    result = scrubber.scrub(wrong, as_of=AS_OF)
    (fix,) = result.findings[0].fixes
    assert fix.choices == ("123.45",)
    accept = [Acceptance(result.findings[0].fingerprint, 0, "A. Biller", "added up again")]
    assert scrubber.apply(wrong, result, as_of=AS_OF, accept=accept).claim.claim.total_charge == 12_345


@pytest.mark.parametrize(
    ("given", "outcome_"), [(None, "fires"), ({"codes": "@own"}, "fires"), ({"codes": "99214"}, "clear")]
)
def test_a_parameter_may_be_set_to_a_value_set_of_the_pack_that_sets_it(
    tmp_path: Path, given: dict[str, str] | None, outcome_: str
) -> None:
    """The pack that declares a parameter does not know the value sets of those that build on it, nor the caller's choice."""
    base = header("base", applies=PAYER) + (
        "parameters:\n  codes: {type: list of procedure, default: [99214], meaning: made up}\n"
    )
    upper = header("upper", applies=PAYER, extends="[base]") + (
        "valuesets:\n  inner: [99213]\n  own: ['@inner']\n"
        "parameters:\n  codes: {set: ['@own'], reason: made up, authority: {title: Invented, evidence: primary}}\n"
    )
    first = write_pack(tmp_path / "base", base, rules=rule("line.procedure in policy.codes"))
    second = write_pack(tmp_path / "upper", upper)
    scrubber = loaded(first, second, parameters=given)
    assert outcome(scrubber.scrub(claim(line(1, "99213")), as_of=AS_OF)) == outcome_


@pytest.mark.parametrize(("scope", "fix", "said_"), [
    ("line", "{kind: set_field, field: place_of_servise}", "Did you mean `place_of_service`?"),
    ("line", "{kind: set_field, target: claim, field: place_of_service}", ""),
    ("line", "{kind: set_field, field: line.charge}", ""),
    ("line", "{kind: set_field, field: frequency}", "or the target whose field it is"),
    ("claim", "{kind: set_field, field: frequency}", ""),
    ("claim", "{kind: set_field, target: claim, field: patient_age}", "patient_age of a claim is worked out"),
    ("diagnosis", "{kind: set_field, field: code}", "A claim has no field named code"),
    ("diagnosis", "{kind: set_field, target: claim, field: frequency}", ""),
])  # fmt: skip
def test_the_field_of_a_fix_is_one_that_can_be_set(tmp_path: Path, scope: str, fix: str, said_: str) -> None:
    """A field that there is none of compiled, and stood in what the biller read."""
    text = rule("claim.line_count > 0", scope=scope, extra=f"fix: [{fix}]")
    pack = write_pack(tmp_path / "p", header(), rules=text)
    if not said_:
        loaded(pack)
        return
    with pytest.raises(RuleFileError) as refused:
        loaded(pack)
    (problem,) = refused.value.diagnostics
    assert problem.code == "SCR716"
    assert said_ in f"{problem.headline} {problem.help}"
