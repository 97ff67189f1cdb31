"""Code ranges, patterns, overlap; money; did-you-mean; functions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from scrubber.core.code_overlap import disjoint
from scrubber.core.code_ranges import CodeMatcher, in_range, matches, normalise_pattern, range_problem, shape_of
from scrubber.core.money import format_money, parse_money, whole_cents
from scrubber.core.suggest import did_you_mean, distance, listed, suggestions
from scrubber.lang.functions import FUNCTIONS, luhn


@pytest.mark.parametrize(
    ("code", "low", "high", "system", "holds"),
    [
        ("99202", "99202", "99215", "procedure", True),
        ("99215", "99202", "99215", "procedure", True),
        ("99216", "99202", "99215", "procedure", False),
        ("99201", "99202", "99215", "procedure", False),
        ("0005U", "00001", "00100", "procedure", False),
        ("J1100", "J0120", "J9999", "procedure", True),
        ("K1100", "A0000", "V5999", "procedure", True),
        ("E139", "E08", "E13", "diagnosis", True),
        ("E14", "E08", "E13", "diagnosis", False),
        ("E1165", "E110", "E119", "diagnosis", True),
        ("E11", "E110", "E119", "diagnosis", False),
        ("C7A1", "C70", "C79", "diagnosis", False),
        ("E139", "E08", "E13", "", False),
        ("F5", "F1", "F9", "modifier", True),
        ("FA", "F1", "F9", "modifier", False),
    ],
)
def test_ranges(code: str, low: str, high: str, system: str, holds: bool) -> None:
    assert in_range(code, low, high, system) is holds
    assert (code in CodeMatcher(ranges=[(low, high)], system=system)) is holds


def test_range_problems() -> None:
    assert range_problem("99202", "99215") == ""
    assert range_problem("99202", "99202") == ""
    assert range_problem("99215", "99202") == "order"
    assert range_problem("99202", "J1234") == "shape"
    assert range_problem("E08", "E119") == "shape"
    assert shape_of("J0120") == "A9999"


@pytest.mark.parametrize(
    ("written", "held", "yes", "no"),
    [
        ("E11.*", "E11?*", ["E119", "E1165"], ["E11", "E12", "E1"]),
        ("E11*", "E11*", ["E11", "E119"], ["E10", "E1"]),
        ("992*", "992*", ["99213", "992"], ["99313"]),
        ("9921?", "9921?", ["99213"], ["9921", "992133"]),
        ("S72.?1*", "S72?1*", ["S7201XA", "S7291"], ["S720", "S7202"]),
        ("E11.6*", "E116*", ["E116", "E1165"], ["E11", "E115"]),
        ("9*9", "9*9", ["99", "99219"], ["9", "99218"]),
        ("E11.?", "E11?", ["E119"], ["E11", "E1165"]),
    ],
)
def test_patterns(written: str, held: str, yes: list[str], no: list[str]) -> None:
    assert normalise_pattern(written) == held
    assert [code for code in yes if not matches(code, held)] == []
    assert [code for code in no if matches(code, held)] == []


def test_matcher() -> None:
    matcher = CodeMatcher(["99213"], [("J0120", "J9999")], ["E11*"])
    assert [code for code in ("99213", "J1100", "E119", "99214", "") if code in matcher] == ["99213", "J1100", "E119"]
    assert 99213 not in matcher
    assert None not in matcher
    assert "99213" not in CodeMatcher()


@pytest.mark.parametrize(
    ("a", "b", "apart"),
    [
        (CodeMatcher(["A"]), CodeMatcher(["B"]), True),
        (CodeMatcher(["A"]), CodeMatcher(["A", "B"]), False),
        (CodeMatcher(["99213"]), CodeMatcher(ranges=[("99202", "99215")]), False),
        (CodeMatcher(["99216"]), CodeMatcher(ranges=[("99202", "99215")]), True),
        (CodeMatcher(ranges=[("99202", "99205")]), CodeMatcher(ranges=[("99205", "99215")]), False),
        (CodeMatcher(ranges=[("99202", "99205")]), CodeMatcher(ranges=[("99206", "99215")]), True),
        (CodeMatcher(patterns=["E11*"]), CodeMatcher(patterns=["E1*"]), False),
        (CodeMatcher(patterns=["E11*"]), CodeMatcher(patterns=["I1*"]), True),
        (CodeMatcher(patterns=["992*"]), CodeMatcher(ranges=[("99202", "99215")]), False),
        (CodeMatcher(patterns=["J*"]), CodeMatcher(ranges=[("99202", "99215")]), True),
        (CodeMatcher(ranges=[("E08", "E13")], system="diagnosis"), CodeMatcher(ranges=[("E110", "E119")]), False),
        (CodeMatcher(ranges=[("E08", "E10")], system="diagnosis"), CodeMatcher(ranges=[("E110", "E119")]), True),
    ],
)
def test_disjoint(a: CodeMatcher, b: CodeMatcher, apart: bool) -> None:
    assert disjoint(a, b) is apart
    assert disjoint(b, a) is apart


@pytest.mark.parametrize(
    ("text", "cents"),
    [("150", 15000), ("$150.00", 15000), ("150.5", 15050), (".50", 50), ("-3.10", -310), ("0", 0), (" 7.25 ", 725)],
)
def test_money_is_read_in_cents(text: str, cents: int) -> None:
    assert parse_money(text) == cents
    assert parse_money(format_money(cents)) == cents


@pytest.mark.parametrize("text", ["", "$", ".", "1.005", "1,000.00", "abc", "1.2.3", "--1", "٣"])
def test_not_money(text: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        parse_money(text)


def test_money_is_written_with_two_decimals() -> None:
    assert [format_money(c) for c in (0, 5, 15000, -5, -12345)] == ["0.00", "0.05", "150.00", "-0.05", "-123.45"]


def test_cents_round_halves_away_from_zero() -> None:
    assert [whole_cents(Decimal(t)) for t in ("0.5", "1.5", "1.49", "-0.5")] == [1, 2, 1, -1]


def test_distance() -> None:
    assert distance("procedure", "proceduer") == 1
    assert distance("abc", "abc") == 0
    assert distance("abc", "xyzabc", 2) == 3


def test_suggestions() -> None:
    names = ["procedure", "modifiers", "place_of_service", "billing_npi", "units"]
    assert suggestions("proceduer", names) == ["procedure"]
    assert suggestions("modifier", names) == ["modifiers"]
    assert suggestions("npi", names) == ["billing_npi"]
    assert suggestions("zebra", names) == []
    assert did_you_mean("unit", names) == "Did you mean `units`?"
    assert did_you_mean("zebra", names) == ""


def test_listed() -> None:
    assert [listed(x) for x in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "`a`", "`a` or `b`", "`a`, `b` or `c`"]
    assert listed(["a", "b"], "and") == "`a` and `b`"


@pytest.mark.parametrize(
    ("function", "good", "bad"),
    [
        ("valid_npi", ["1234567893", "1306849450"], ["1234567890", "123456789", "12345678931", "123456789A", ""]),
        ("valid_ndc", ["00002751001"], ["00000000000", "0000275100", "0000-2751-01", ""]),
        ("valid_clia", ["11D1234567", " 11d1234567 "], ["11E1234567", "11D123456", ""]),
        ("valid_taxonomy", ["207Q00000X"], ["207Q00000", "ABCQ00000X", ""]),
    ],
)
def test_shape_functions(function: str, good: list[str], bad: list[str]) -> None:
    """The NPI check digit: Luhn over 80840 and the number (45 CFR 162.406); 1234567893 is the worked example."""
    implementation = FUNCTIONS[function].implementation
    assert [text for text in good if implementation(text) is not True] == []
    assert [text for text in bad if implementation(text) is not False] == []


def test_luhn() -> None:
    assert luhn("79927398713")
    assert not luhn("79927398710")


def test_plain_functions() -> None:
    day = date(2024, 8, 3)
    assert FUNCTIONS["next_workday"].implementation(day, "weekends") == date(2024, 8, 5)
    assert FUNCTIONS["days_between"].implementation(day, date(2024, 8, 1)) == -2
    assert FUNCTIONS["length"].implementation(" ab ") == 2
    assert [FUNCTIONS[name].implementation(day) for name in ("year", "month", "weekday")] == [2024, 8, 6]


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda f: f.name)
def test_functions_are_total_and_documented(function) -> None:  # type: ignore[no-untyped-def]
    assert function.implementation(*[None] * len(function.parameters)) is None
    assert function.meaning.endswith(".")
    assert function.signature.startswith(function.name)
