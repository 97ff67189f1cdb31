"""What was not checked, in words: every reason has its own, gaps of one kind are one sentence."""

from __future__ import annotations

import pytest

from scrubber.core.logic import ReasonKind
from scrubber.engine.tell.coverage import left_out_said
from scrubber.findings.model import ClaimHeader, Coverage, Gap, ScrubResult
from scrubber.report.fields import REASONS
from scrubber.report.unchecked import field_said, left_out, unchecked


def gap(reason: str, *missing: str, rule: str = "R-1", line: int | None = 1, blocking: bool = True) -> Gap:
    return Gap(
        rule=rule, revision=1, pack="p", category="units", severity="deny", line=line,
        lines=() if line is None else (line,), message="m", blocking=blocking, reason=reason, missing=missing,
    )  # fmt: skip


def result(*gaps: Gap, payer: str | None = "MEDICARE", notes: tuple[str, ...] = ()) -> ScrubResult:
    header = ClaimHeader(None, 0, "A", "PROFESSIONAL", payer, payer)
    coverage = Coverage((), ("medicare",), 1, "this claim only", notes)
    return ScrubResult(claim=header, outcome="incomplete", complete=False, coverage=coverage, not_evaluated=gaps)


def test_the_rules_over_one_table_without_a_value_are_one_sentence() -> None:
    rules = ("NCCI-MUE-00", "NCCI-MUE-01", "NCCI-MUE-02", "NCCI-MUE-03")
    gaps = [gap("not_published", "mue/practitioner G0008", rule=rule, line=2, blocking=False) for rule in rules]
    found = unchecked(result(*gaps))
    assert found.blocking == ()
    assert found.other == ("The list of unit limits (MUE) for practitioner has no value for G0008 (line 2).",)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (gap("missing_field", "line.units"), ["Line 1", "units (box 24G, FL 46) missing", "R-1"]),
        (gap("missing_field", "claim.type", line=None), ["The claim: type", "missing"]),
        (gap("no_table", "ptp/practitioner", line=None), ["No table is loaded for ptp/practitioner", "tables import"]),
        (gap("no_edition", "mue/dme on 2023-08-01"), ["covers mue/dme on 2023-08-01", "--covers"]),
        (gap("no_history", "history", line=None), ["--history", "R-1"]),
        (gap("ambiguous", "ptp/practitioner A B"), ["ptp/practitioner A B", "disagree"]),
        (gap("empty_list", "@local/hospital-npis"), ["@local/hospital-npis has not been filled", "--local"]),
        (gap("not_published", "mue/dme A4206"), ["has no value for A4206"]),
    ],
)  # fmt: skip
def test_each_reason_has_its_words(entry: Gap, words: list[str]) -> None:
    (said,) = unchecked(result(entry)).blocking
    assert [word for word in words if word not in said] == []
    assert "@@" not in said


def test_no_reason_is_without_words() -> None:
    tested = {"missing_field", "no_table", "no_edition", "no_history", "ambiguous", "empty_list", "not_published"}
    assert tested | {"unmapped_payer"} == set(REASONS) == set(ReasonKind.__args__)  # type: ignore[attr-defined]


def test_an_unmapped_payer_is_one_sentence_that_says_what_to_do() -> None:
    gaps = [gap("unmapped_payer", "claim.payer_class", rule=f"R-{n}") for n in range(5)]
    (said,) = unchecked(result(*gaps, payer=None, notes=("The payer is not in the payer map.",))).blocking
    assert "--payer-map" in said


def test_the_engines_own_notes_are_kept() -> None:
    assert unchecked(result(notes=("No pack speaks for payer X (BLUE).",))).blocking == (
        "No pack speaks for payer X (BLUE).",
    )


def test_rules_left_out_for_want_of_a_table_do_not_block_and_are_said_without_their_names() -> None:
    note = left_out_said("code-sets", ["icd10cm", "hcpcs"], ["CS-1", "CS-2"])
    found = result(notes=(note,))
    assert unchecked(found).blocking == ()
    assert left_out(found) == ["No tables hcpcs, icd10cm are loaded, so 2 rules of pack code-sets were not checked."]
    one = result(notes=(left_out_said("medicare", ["pfs"], ["M-1"]),))
    assert left_out(one) == ["No table pfs is loaded, so 1 rule of pack medicare was not checked."]


def test_a_field_is_said_with_its_box() -> None:
    assert field_said("line.rendering_npi") == "rendering NPI (box 24J)"
    assert field_said("the result of a calculation") == "the result of a calculation"
