"""The golden format itself: what passes, what fails and how, and what a wrong file is told."""

import re
from pathlib import Path

import pytest

from scrubber.core.diagnostics import RuleFileError
from scrubber.testing.coverage import unnoticed
from scrubber.testing.golden import CaseResult, load_suite
from scrubber.testing.programs import Programs

PROGRAMS = Programs()
HEAD = """\
rule: NCCI-PTP-01
as_of: 2024-08-15
payer: MEDICARE
tables:
  ptp/practitioner:
    - {column_1: "11055", column_2: "11720", modifier_indicator: "1"}
  aoc_type:
    - {add_on: "22103", type: "1"}
cases:
"""


def results(tmp_path: Path, text: str) -> list[CaseResult]:
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return list(load_suite(path, PROGRAMS).run())


def problems(tmp_path: Path, text: str) -> list[tuple[str, int, str, str]]:
    with pytest.raises(RuleFileError) as caught:
        results(tmp_path, text)
    return [(d.code, d.place.line, d.headline, d.help) for d in caught.value.diagnostics]


def test_case_passes_where_the_rule_does_all_of_it(tmp_path: Path) -> None:
    (result,) = results(tmp_path, HEAD + '  - {name: both, claim: {lines: ["11055", "11720"]}, expect: fires, line: 2}')
    assert (result.passed, result.came, result.message, result.case) == (True, ("fires",), "", "fires: both")


def test_wrong_line_fails_and_says_which_came(tmp_path: Path) -> None:
    (result,) = results(tmp_path, HEAD + '  - {name: both, claim: {lines: ["11055", "11720"]}, expect: fires, line: 1}')
    assert result.differences == ("line: expected 1, came [2]",)


def test_failure_shows_the_clauses_and_the_claim(tmp_path: Path) -> None:
    (result,) = results(tmp_path, HEAD + '  - {name: both, claim: {lines: ["11055", "11720-59"]}, expect: fires}')
    assert result.differences == ("outcome: expected fires, came bypassed",)
    assert "true     unless line.modifiers has any of @other-ptp-modifiers" in result.message
    assert "false    unless line.modifiers has any of @anatomic-modifiers" in result.message
    assert "2: 11720-59 x1 2024-08-15 $100.00" in result.message
    assert "MEDICARE" in result.message
    assert f"{(tmp_path / 'case.yaml').as_posix()}:10:5" in result.message


def test_failure_says_that_no_lines_are_a_pair(tmp_path: Path) -> None:
    (result,) = results(tmp_path, HEAD + '  - {name: one, claim: {lines: ["11055", "99213"]}, expect: fires}')
    assert "no two lines are a pair" in result.message
    assert "have a row in ptp" in result.message


def test_failure_says_that_the_rule_is_about_others(tmp_path: Path) -> None:
    text = HEAD + '  - {name: both, payer: CIGNA, claim: {lines: ["11055", "11720"]}, expect: fires}'
    (result,) = results(tmp_path, text)
    assert result.differences == ("outcome: expected fires, came not_applicable",)
    assert "the rule is not about this claim: payer CIGNA, class COMMERCIAL" in result.message


def test_case_that_ends_undetermined_fails_unless_it_says_so(tmp_path: Path) -> None:
    claim = 'claim: {lines: ["11055", {procedure: "11720", without: [date]}]}'
    silent, said = results(
        tmp_path, HEAD + f"  - {{name: a, {claim}, expect: clear}}\n  - {{name: b, {claim}, expect: undetermined}}"
    )
    assert silent.differences == ("outcome: expected clear, came undetermined",)
    assert said.passed


def test_gap_beside_a_finding_fails_unless_the_case_names_it(tmp_path: Path) -> None:
    claim = 'claim: {lines: ["11055", "11720", {procedure: "11720", without: [date]}]}'
    silent, said = results(
        tmp_path,
        HEAD
        + f"  - {{name: a, {claim}, expect: fires}}\n  - {{name: b, {claim}, expect: fires, also: [undetermined]}}",
    )
    assert silent.differences == ("outcome: came undetermined beside fires, which the case does not name in `also`",)
    assert said.passed


def test_table_that_the_file_does_not_give_is_not_there(tmp_path: Path) -> None:
    head = HEAD.replace("ptp/practitioner", "ptp/outpatient-hospital")
    (result,) = results(tmp_path, head + '  - {name: a, claim: {lines: ["11055", "11720"]}, expect: clear}')
    assert result.came == ("not_evaluated",)


def test_table_answers_for_its_days_only(tmp_path: Path) -> None:
    head = HEAD.replace(
        '    - {column_1: "11055"',
        '    covers: {from: 2024-07-01, to: 2024-09-30}\n    rows:\n    - {column_1: "11055"',
    )
    claim = 'claim: {lines: ["11055", "11720"]}'
    cases = (
        f"  - {{name: in, {claim}, expect: fires}}\n"
        f"  - {{name: out, as_of: 2024-10-01, {claim}, expect: not_evaluated, reason: no_edition}}"
    )
    assert [result.differences for result in results(tmp_path, head + cases)] == [(), ()]


def test_payer_may_be_written_out(tmp_path: Path) -> None:
    payer = "payer: {payer: ACME, class: MEDICARE_ADVANTAGE}"
    (result,) = results(
        tmp_path, HEAD + f'  - {{name: a, {payer}, claim: {{lines: ["11055", "11720"]}}, expect: fires}}'
    )
    assert result.passed


def test_short_lines_hold_everything(tmp_path: Path) -> None:
    line = "11720-TA-59 x2 2024-08-01..2024-08-02 $150.50"
    (result,) = results(tmp_path, HEAD + f'  - {{name: a, claim: {{lines: ["11055", "{line}"]}}, expect: fires}}')
    assert "2: 11720-TA-59 x2 2024-08-01..2024-08-02 $150.50" in result.message


def test_pack_of_another_folder_is_tested_beside_the_bundled_ones(tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "pack.yaml").write_text("id: mine\nversion: 1.0.0\ntitle: Mine\nextends: [ncci]\n", encoding="utf-8")
    (pack / "rules.yaml").write_text(
        "rules:\n  - id: MINE-1\n    title: No visits\n    category: procedure\n    severity: review\n"
        "    status: draft\n"
        '    when: line.procedure = 99213\n    message: "No."\n    authority: {title: Us, evidence: secondary}\n',
        encoding="utf-8",
    )
    text = "rule: MINE-1\nas_of: 2024-08-15\npacks: [pack]\ncases:\n"
    (result,) = results(tmp_path, text + '  - {name: a, claim: {lines: ["99213"]}, expect: fires}')
    assert result.passed


@pytest.mark.parametrize(
    ("case", "code", "line", "says"),
    [
        ('{name: a, claim: {lines: ["11055"]}, expect: fire}', "SCR612", 10, "fire"),
        ('{name: a, claim: {lines: ["11055"]}}', "SCR611", 10, "expect"),
        ('{name: a, claim: {lines: ["11055"]}, expect: clear, lnie: 2}', "SCR610", 10, "lnie"),
        ('{name: a, claim: {lines: ["11055"]}, expect: clear, line: 2}', "SCR809", 10, "`line`"),
        ('{name: a, claim: {lines: ["11 055"]}, expect: clear}', "SCR803", 10, "short form"),
        ('{name: a, claim: {lines: [{procedure: "11055", unts: "2"}]}, expect: clear}', "SCR803", 10, "no field"),
        ('{name: a, claim: {lines: ["11055"], without: [line.date]}, expect: clear}', "SCR803", 10, "no field"),
        ('{name: a, claim: {lines: [{procedure: "11055", without: dte}]}, expect: clear}', "SCR803", 10, "no field"),
        ('{name: a, claim: {lines: []}, parameters: {filing_limit: abc}, expect: clear}', "SCR709", 10, "duration"),
        ('{name: a, claim: {lines: []}, parameters: {same_provider: [npi]}, expect: clear}', "SCR709", 10, "field"),
        ('{name: a, claim: {lines: [{procedure: "11055", units: two}]}, expect: clear}', "SCR803", 10, "units"),
        ('{name: a, payer: NOBODY, claim: {lines: ["11055"]}, expect: clear}', "SCR804", 10, "payer"),
        ('{name: a, parameters: {same_providr: x}, claim: {lines: []}, expect: clear}', "SCR807", 10, "same_providr"),
        (
            '{name: a, claim: {lines: ["11055"]}, expect: clear}\n  - {name: a, claim: {lines: []}, expect: clear}',
            "SCR802", 11, "one name",
        ),
    ],
)  # fmt: skip
def test_wrong_case_is_told_where_and_what(tmp_path: Path, case: str, code: str, line: int, says: str) -> None:
    ((found, at, headline, _),) = problems(tmp_path, HEAD + f"  - {case}\n")
    assert (found, at) == (code, line)
    assert says in headline


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("NCCI-PTP-01", "NCCI-PTP-11", "SCR801", 1),
        ("ptp/practitioner", "ptp/practitoner", "SCR805", 6),
        ('modifier_indicator: "1"', "modifier_indicator: one", "SCR806", 6),
        ('modifier_indicator: "1"', 'modifier: "1"', "SCR806", 6),
        ("payer: MEDICARE", "packs: [nowhere]", "SCR808", 3),
        ("as_of: 2024-08-15", "as_of: 2024-8-15", "SCR615", 2),
    ],
)
def test_wrong_file_is_told_where_and_what(tmp_path: Path, old: str, new: str, code: str, line: int) -> None:
    ((found, at, _, help_),) = problems(tmp_path, HEAD.replace(old, new) + "  - {name: a, claim: {}, expect: clear}")
    assert (found, at) == (code, line)
    assert help_


def test_rule_in_force_needs_both_sides(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(HEAD + '  - {name: a, claim: {lines: ["11055"]}, expect: clear}', encoding="utf-8")
    assert load_suite(path, PROGRAMS).missing_sides() == ["fires"]


def test_parts_that_no_case_depends_on_are_named(tmp_path: Path) -> None:
    """Of the rule's six exceptions one is tested; its window, its definition and a claim without the pair are not."""
    path = tmp_path / "case.yaml"
    cases = (
        '  - {name: a, claim: {lines: ["11055", "11720"]}, expect: fires}\n'
        '  - {name: b, claim: {lines: ["11055", "11720-59"]}, expect: bypassed}\n'
    )
    path.write_text(HEAD + cases, encoding="utf-8")
    found = unnoticed(load_suite(path, PROGRAMS))
    assert "unless line.modifiers has any of @other-ptp-modifiers" not in found
    assert "unless line.modifiers has any of @anatomic-modifiers" in found
    assert "first day 1996-01-01" in found
    assert "when by_a_practitioner (its part 2)" in found
    assert len(found) == 9


def test_example_of_the_documentation_runs(tmp_path: Path) -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "golden-tests.md"
    (example,) = re.findall(r"^```yaml[^\n]*\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert [result.differences for result in results(tmp_path, example)] == [(), (), ()]
