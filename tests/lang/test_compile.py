"""Text to typed IR: the examples of the design, values, sets, keys, messages, definitions."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from scrubber.core.types import DATE, FIELDS, MONEY, NUMBER, code
from scrubber.lang import ir
from scrubber.lang.compile import compile_condition, compile_keys, compile_set, compile_template, compile_value
from scrubber.lang.environment import EmptyEnvironment

from .conformance import subject_named
from .worlds import World

LINE, PAIR, GROUP, CLAIM = (subject_named(scope) for scope in ("line", "pair", "group", "claim"))

DESIGN = [
    ("line", "line.procedure in 99202-99215 and line.modifiers has none of {25, 57}\n  and any other line as "
             "minor with "
             "same (date, policy.same_provider) where (minor.procedure in @minor-procedures)"),
    ("pair", "ptp(other.procedure, line.procedure).modifier_indicator = 1"),
    ("group", "sum of it.units_per_day over group lines > mue(group.procedure).units"),
    ("line", "aoc_type(line.procedure).type = 1 and no other line as primary with same (date, policy.same_provider)\n"
             "  where (aoc(line.procedure, primary.procedure) is present)"),
    ("line", "claim.sent_on > next_workday(line.date + policy.filing_limit, policy.filing_calendar)"),
    ("line", "line.procedure in {99202-99205} and any prior line with same policy.same_group_specialty within 3 years "
             "before line.date\n  where (it.procedure not in @interpretation-only)"),
    ("line", "line.procedure in @evaluation-management and any line on any claim as surgery with same "
             "policy.same_provider\n  where (pfs(surgery.procedure at surgery.date).global_days = 090\n         and "
             "line.date between surgery.date - 1 day and surgery.date + 90 days)"),
    ("line", "line.modifiers has RT and any line.diagnoses as d where (icd10cm(d.code).laterality = LEFT)\n  and no "
             "line.diagnoses as d where (icd10cm(d.code).laterality in {RIGHT, BILATERAL, NONE})"),
    ("line", "line.procedure in 00100-01999 and count of line.modifiers where (it in {AA, AD, QK, QX, QY, QZ}) != 1"),
    ("line", "line.procedure in policy.ndc_procedures and (line.ndc is missing or not valid_ndc(line.ndc))"),
    ("line", "line.same_day_procedures has any of @vaccine-administration"),
    ("claim", "claim.total_charge != sum of it.charge over lines"),
    ("pair", "line.date >= 2019-07-01 and other.modifiers has any of policy.either_column_modifiers"),
]  # fmt: skip


@pytest.mark.parametrize(("scope", "text"), DESIGN, ids=[text[:50] for _, text in DESIGN])
def test_examples_of_the_design_compile(scope: str, text: str) -> None:
    compiled = compile_condition(text, subject_named(scope), World())
    assert compiled.problems == ()
    assert compiled.condition is not None


def test_codes_take_the_system_of_the_other_side() -> None:
    condition = compile_condition("line.first_diagnosis = E11.9", LINE, World()).condition
    assert isinstance(condition, ir.Compare)
    assert condition.right == ir.CodeConst("E119", code("diagnosis"), span=(23, 28))


def test_sets_are_normalised() -> None:
    text = "line.first_diagnosis in {E11.9, E119, E08-E10, E11.*, E11*, @diabetes}"
    condition = compile_condition(text, LINE, World()).condition
    assert isinstance(condition, ir.In)
    assert condition.codes == ir.Codes(
        exact=("E119",), ranges=(("E08", "E10"),), patterns=("E11?*", "E11*"), sets=("diabetes",), system="diagnosis",
        span=(24, 70),
    )  # fmt: skip


def test_has_one_value_is_membership() -> None:
    condition = compile_condition("claim.procedures has line.procedure", LINE, World()).condition
    assert isinstance(condition, ir.In)
    assert isinstance(condition.codes, ir.ListOf)


def test_nested_conjunctions_are_one() -> None:
    condition = compile_condition("(line.units > 1 and line.epsdt) and line.emergency", LINE, World()).condition
    assert isinstance(condition, ir.And)
    assert len(condition.items) == 3


@pytest.mark.parametrize(
    ("scope", "text", "like", "other_than"),
    [
        ("line", "any other line with same date", "line", "line"),
        ("line", "any prior claim with same billing_npi", "claim", ""),
        ("group", "any other line with same procedure", "group", "group"),
        ("claim", "any line with same billing_npi as claim", "claim", ""),
    ],
)
def test_what_a_source_is_compared_with(scope: str, text: str, like: str, other_than: str) -> None:
    condition = compile_condition(text, subject_named(scope), World()).condition
    assert isinstance(condition, ir.Quantified)
    assert (condition.source.like, condition.source.other_than) == (like, other_than)


def test_nested_source_is_compared_with_the_nearest_line() -> None:
    text = "any line as a where (any other line as b with same date where (b.units > a.units))"
    condition = compile_condition(text, LINE, World()).condition
    assert isinstance(condition, ir.Quantified)
    inner = condition.source.where
    assert isinstance(inner, ir.Quantified)
    assert (inner.source.like, inner.source.other_than) == ("a", "a")


def test_definition_stands_for_its_text_at_its_use() -> None:
    condition = compile_condition("not is_visit", LINE, World()).condition
    assert condition == ir.Not(
        ir.In(
            ir.FieldOf("line", "line", "procedure", code("procedure"), span=(4, 12)),
            ir.Codes(ranges=(("99202", "99215"),), system="procedure", span=(4, 12)),
            span=(4, 12),
        ),
        span=(0, 12),
    )


def test_definition_does_not_see_the_elements_around_its_use() -> None:
    class Leaky(World):
        def definition(self, name: str) -> str | None:
            return "first.units > 1" if name == "leaky" else super().definition(name)

    compiled = compile_condition("any line as first where (leaky)", LINE, Leaky())
    assert [p.code for p in compiled.problems] == ["SCR212"]


def test_values() -> None:
    value = compile_value("line.charge - $1.50", LINE, World(), MONEY).value
    assert isinstance(value, ir.Arithmetic)
    assert value.type == MONEY
    assert compile_value("2025-01-31", LINE, World(), DATE).value == ir.DateConst(date(2025, 1, 31), span=(0, 10))
    assert [p.code for p in compile_value("line.units", LINE, World(), DATE).problems] == ["SCR301"]
    assert [p.code for p in compile_value("mue(line.procedure)", LINE, World()).problems] == ["SCR310"]
    assert compile_value("1", LINE, World(), NUMBER).value == ir.NumberConst("1", span=(0, 1))


def test_sets_alone() -> None:
    found = compile_set("{25, 57}", code("modifier"), LINE, World())
    assert found.codes == ir.Codes(exact=("25", "57"), system="modifier", span=(0, 8))
    assert compile_set("@ptp-modifiers", code("modifier"), LINE, World()).codes is not None
    assert [p.code for p in compile_set("@ptp-modifiers", code("diagnosis"), LINE, World()).problems] == ["SCR314"]
    assert [p.code for p in compile_set("25, 57", code("modifier"), LINE, World()).problems][:1] != []


def test_template() -> None:
    found = compile_template("{line.procedure} is {{part}} of {other.procedure}.", PAIR, World())
    assert [part if isinstance(part, str) else part.name for part in found.parts] == [  # type: ignore[union-attr]
        "procedure", " is {part} of ", "procedure", ".",
    ]  # fmt: skip
    assert compile_template("plain", LINE, World()).parts == ("plain",)
    assert compile_template("", LINE, World()).parts == ()


@pytest.mark.parametrize(
    ("text", "codes", "at"),
    [
        ("{line.procedure", ["SCR124"], "{"),
        ("line.procedure}", ["SCR124"], "}"),
        ("a {} b", ["SCR124"], "{}"),
        ("a {line.proceduer} b", ["SCR203"], "proceduer"),
        ("a {line.procedure = 1} b", ["SCR119"], "="),
        ("{other.procedure}", ["SCR202"], "other"),
    ],
)
def test_wrong_template(text: str, codes: list[str], at: str) -> None:
    found = compile_template(text, LINE, World())
    assert found.parts == ()
    assert [p.code for p in found.problems] == codes
    assert text[found.problems[0].start : found.problems[0].end] == at


def test_keys() -> None:
    found = compile_keys(["day", "procedure", "policy.same_provider"], LINE, World())
    assert found.keys == (ir.Key(field="day"), ir.Key(field="procedure"), ir.Key(parameter="same_provider"))
    assert found.problems == ()
    wrong = compile_keys(["date", "proceduer", "policy.filing_limit", "line.date", "a b"], LINE, World())
    assert [(place, p.code) for place, p in wrong.problems] == [
        (1, "SCR214"), (2, "SCR214"), (3, "SCR214"), (4, "SCR119"),
    ]  # fmt: skip


def test_ir_survives_a_cache() -> None:
    for scope, text in DESIGN:
        condition = compile_condition(text, subject_named(scope), World()).condition
        data = msgspec.msgpack.encode(condition)
        assert msgspec.msgpack.decode(data, type=ir.Condition) == condition


def test_conditions_that_stand_alone() -> None:
    assert compile_condition("line.units > 1", LINE, EmptyEnvironment()).condition is not None
    assert [p.code for p in compile_condition("@x", LINE, EmptyEnvironment()).problems] != []
    assert FIELDS.kind == "fields"


def test_two_codes_are_not_asked_of_one_line_but_may_be_of_two() -> None:
    text = "line.procedure = 99213 and any other line where (it.procedure = 99214)"
    assert compile_condition(text, LINE, World()).problems == ()
    assert compile_condition("line.procedure = 99213 and other.procedure = 99214", PAIR, World()).problems == ()


def test_overlapping_sets_are_no_contradiction() -> None:
    text = "line.procedure in 99202-99215 and line.procedure in {99213, 99214}"
    assert compile_condition(text, LINE, World()).problems == ()
    assert compile_condition("line.first_diagnosis in E08-E13 and line.first_diagnosis in E11.*", LINE, World()).ok
    assert compile_condition("line.procedure in @minor-procedures and line.procedure = 11730", LINE, World()).ok
