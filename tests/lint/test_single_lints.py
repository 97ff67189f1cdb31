"""What single lints say at their edges: notes, words, tables, switched-off lints."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from scrubber.core.types import code
from scrubber.lint.pack_check import check_all
from scrubber.lint.run import lint
from scrubber.tables.memory import memory_table
from scrubber.tables.schema import TableSchema

from .conftest import Write, linted

RULES = "rules:\n  - id: EX-01\n    when: {}\n"


def codes_of(folder: Any, *only: str) -> list[str]:
    return [item.code for item in linted(folder, *only).found]


def store(name: str, system: str, rows: list[dict[str, str]]) -> Any:
    """A store with one whole table that is in force on every day."""
    schema = TableSchema(name, (("code", code(system)),), {}, True)
    table = memory_table(schema, rows, source="a test")
    return SimpleNamespace(editions=lambda asked: (table.edition,) if asked == name else (),
                           edition_for=lambda asked, day, policy="strict": table if asked == name else None,
                           open=lambda edition: table)  # fmt: skip


def checked(folder: Any, tables: Any, *only: str) -> Any:
    made = check_all([folder])
    assert made.program is not None
    return lint(made.packs, made.program, tables, frozenset(only), [folder])


def test_codes_are_held_against_the_list_on_the_rules_dates(pack: Write) -> None:
    rows = [{"code": "G2211", "effective": "2024-01-01", "deletion": ""},
            {"code": "G0008", "effective": "2000-01-01", "deletion": "2023-12-31"}]  # fmt: skip
    text = RULES.format("line.procedure in {G2211, G0008, G9999, 99213}\n    effective: {from: 2024-02-01}")
    found = checked(pack(text), store("hcpcs", "procedure", rows), "SCR911").found
    # 99213 is CPT: a list of HCPCS Level II says nothing of it.
    assert [item.headline.split()[0] for item in found] == ["G0008", "G9999"]


def test_without_the_list_it_is_said_to_be_skipped(pack: Write) -> None:
    result = linted(pack(RULES.format("line.procedure = G2211")), "SCR911")
    assert result.found == ()
    assert [(note.kind, "scrubber tables import" in note.why) for note in result.notes] == [("skipped", True)]


def test_an_open_pattern_says_how_many_valid_codes_it_matches(pack: Write) -> None:
    rows = [{"code": name, "effective": "2000-01-01", "deletion": ""} for name in ("99202", "99203", "90471", "G2211")]
    tables = store("procedure_status", "procedure", rows)
    (found,) = checked(pack(RULES.format("line.procedure in {9*}")), tables, "SCR910").found
    assert "3 valid codes" in found.headline


def test_what_cannot_be_decided_is_a_note_and_no_finding(pack: Write) -> None:
    """A fix is tried on a generated claim; none can be made for a sum over lines."""
    rule = RULES.format(
        'sum of it.units over lines > 40\n    fix: [{kind: remove_line, target: line, because: "If so."}]'
    )
    result = linted(pack(rule), "SCR908")
    assert result.found == ()
    assert [(note.code, note.kind, note.rule) for note in result.notes] == [("SCR908", "not decided", "EX-01")]


def test_a_lint_is_switched_off_for_one_rule_with_a_reason(pack: Write) -> None:
    rule = RULES.format("line.procedure = 77427 and line.modifier_1 = 59")
    assert codes_of(pack(rule)) == ["SCR909"]
    result = linted(pack(rule + "    lint_off: [{code: SCR909, reason: The policy is about the first place.}]\n"))
    assert (result.found, result.off) == ((), 1)


@pytest.mark.parametrize(
    ("entry", "code"),
    [("{code: SCR909}", "SCR611"), ("{code: SCR101, reason: x}", "SCR614"), ("{code: SCR909, why: x}", "SCR610")],
)
def test_a_lint_is_not_switched_off_without_a_reason_or_for_an_error(pack: Write, entry: str, code: str) -> None:
    folder = pack(RULES.format("line.units > 1") + f"    lint_off: [{entry}]\n")
    assert code in [item.code for item in check_all([folder]).found]


@pytest.mark.parametrize(
    ("message", "when", "said"),
    [
        ("Not for patients 20 and older.", "line.patient_age > 20", True),
        ("Not for patients 20 and older.", "line.patient_age >= 20", False),
        ("Not for patients 20 and older.", "line.patient_age > 19", False),
        ("Only for patients 20 and older.", "line.patient_age < 20", False),
        ("Only for patients older than 20.", "line.patient_age < 20", True),
        ("Only for patients older than 20.", "line.patient_age <= 20", False),
        ("The primary diagnosis is wrong.", "claim.diagnoses has Z00.0", True),
        ("The primary diagnosis is wrong.", "claim.first_diagnosis = Z00.0", False),
        ("99213 needs 25.", "line.procedure = 99214", True),
        ("99213 needs 25.", "line.procedure in 99202-99215", False),
    ],
)
def test_messages_are_held_against_the_condition(pack: Write, message: str, when: str, said: bool) -> None:
    folder = pack(RULES.format(when) + f'    message: "{message}"\n')
    assert codes_of(folder, "SCR914") == (["SCR914"] if said else [])


def test_a_contradiction_is_shown_on_a_claim(pack: Write) -> None:
    folder = pack(
        "rules:\n"
        "  - {id: EX-01, when: 'line.procedure = 97110 and line.modifiers has none of {GP}'}\n"
        "  - {id: EX-02, when: 'line.procedure = 97110 and line.modifiers has GP'}\n"
    )
    (found,) = linted(folder, "SCR907").found
    assert "97110" in found.help
    assert "EX-02 fires" in found.help


def test_a_prohibition_contradicts_nothing(pack: Write) -> None:
    folder = pack(
        "rules:\n"
        "  - {id: EX-01, when: line.procedure = 97110}\n"
        "  - {id: EX-02, when: 'line.procedure = 97110 and line.modifiers has GP'}\n"
    )
    assert codes_of(folder, "SCR907") == []
    assert codes_of(folder, "SCR904") == ["SCR904"]


def test_rules_of_other_days_or_other_payers_are_not_compared(pack: Write) -> None:
    for one, two in (
        ("effective: {to: 2023-12-31}", "effective: {from: 2024-01-01}"),
        ("applies: {payer: {any_of: [AETNA]}}", "applies: {payer: {any_of: [CIGNA]}}"),
    ):
        rules = f"rules:\n  - id: EX-01\n    when: line.procedure = 97110\n    {one}\n"
        rules += f"  - id: EX-02\n    when: line.procedure = 97110\n    {two}\n"
        assert not {"SCR904", "SCR905", "SCR906", "SCR907"} & set(codes_of(pack(rules)))


def test_a_guard_on_missing_values_is_no_idle_clause(pack: Write) -> None:
    rule = RULES.format("\n      - claim.frequency is present\n      - claim.frequency in {7, 8}")
    assert codes_of(pack(rule), "SCR903") == []


def test_an_exception_that_lifts_everything(pack: Write) -> None:
    rule = RULES.format("line.procedure = 97110\n    unless: [{if: line.procedure in 97110-97112, reason: Never.}]")
    assert "SCR901" in codes_of(pack(rule))


def test_a_warning_of_the_check_is_switched_off_for_one_rule(pack: Write) -> None:
    """It stays for the other rule; an error stays; what finds nothing is told."""
    wide = RULES.format("line.modifiers has F*\n    lint_off: [{code: SCR405, reason: All are meant.}]\n")
    folder = pack(wide + "\n  - id: EX-02\n    when: line.modifiers has T*\n")
    checked = check_all([folder])
    assert [(item.code, "`T*`" in item.headline) for item in checked.found] == [("SCR405", True)]
    assert checked.off == {("EX-01", "SCR405")}
    assert checked.program is not None
    assert lint(checked.packs, checked.program, None, frozenset(), [folder], checked.off).off == 1
    unused = check_all([pack(wide.replace("F*", "FA"))])
    assert unused.program is not None
    said = lint(unused.packs, unused.program, None, frozenset(), [folder], unused.off).found
    assert "SCR405 finds nothing in EX-01" in [item.headline.partition(":")[0] for item in said]
