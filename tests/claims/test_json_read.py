"""Claims from JSON, arrays and NDJSON: what is read, what is named, and that nothing raises."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from scrubber.claims.json_careful import claim_from_mapping
from scrubber.claims.json_reader import ClaimDecoder
from scrubber.claims.read import Deviation, InputClaim, InputProblem, read_claims
from scrubber.claims.write import to_ndjson

LINE: dict[str, Any] = {
    "number": 1, "procedure": "99213", "modifiers": ["25"], "date": "2024-07-03", "units": 1, "charge": "120.00",
    "diagnosis_pointers": [1],
}  # fmt: skip
CLAIM: dict[str, Any] = {
    "type": "PROFESSIONAL", "patient_control_number": "T-1", "payer_id": "P1", "total_charge": "120.00",
    "patient_birth_date": "1948-02-29", "billing_npi": "1234567893", "diagnoses": [{"code": "E119"}], "lines": [LINE],
}  # fmt: skip


def read(value: Any) -> InputClaim:
    (found,) = read_claims(json.dumps(value).encode())
    assert isinstance(found, InputClaim)
    return found


def with_line(**fields: Any) -> dict[str, Any]:
    return {**CLAIM, "lines": [{**LINE, **fields}]}


def test_a_plain_claim() -> None:
    found = read(CLAIM)
    assert (found.problems, found.deviations, found.origin) == ((), (), None)
    assert (found.claim.total_charge, found.claim.patient_birth_date) == (12000, date(1948, 2, 29))
    line = found.claim.lines[0]
    assert (line.charge, line.units, line.modifiers, line.diagnosis_pointers) == (12000, 1, ("25",), (1,))


@pytest.mark.parametrize(
    ("given", "cents"),
    [
        ("100.00", 10000), ("100", 10000), ("100.5", 10050), ("0.05", 5), ("-3.10", -310), (100, 10000), (100.1, 10010),
        (0.29, 29), (1234567.89, 123456789), ("100.000", 10000), (".5", 50), (" 7.00 ", 700), (".50", 50), ("00.07", 7),
        ("123456789012345.67", 12345678901234567),
    ],
)  # fmt: skip
def test_money_is_exact_however_it_is_given(given: Any, cents: int) -> None:
    found = read(with_line(charge=given))
    assert (found.claim.lines[0].charge, found.problems) == (cents, ())
    careful = claim_from_mapping(with_line(charge=given))
    assert isinstance(careful, InputClaim)
    assert careful.claim == found.claim


@pytest.mark.parametrize(
    ("given", "held"), [(1, 1), ("1.00", 1), (2.0, 2), (1.5, Decimal("1.5")), ("0.25", Decimal("0.25"))]
)
def test_whole_quantities_are_ints(given: Any, held: Any) -> None:
    units = read(with_line(units=given)).claim.lines[0].units
    assert (units, type(units)) == (held, type(held))


@pytest.mark.parametrize(
    ("claim", "pointer", "says", "help"),
    [
        ({**CLAIM, "total_charge": "12,00"}, "$.total_charge", "amount of money", ""),
        ({**CLAIM, "total_charge": 1.005}, "$.total_charge", "two decimal places", ""),
        ({**CLAIM, "total_charge": True}, "$.total_charge", "true or false", ""),
        ({**CLAIM, "total_charge": 1e300}, "$.total_charge", "amount of money", ""),
        ({**CLAIM, "patient_birth_date": "02/29/1948"}, "$.patient_birth_date", "YYYY-MM-DD", ""),
        ({**CLAIM, "patient_birth_date": "1949-02-29"}, "$.patient_birth_date", "no day", ""),
        ({**CLAIM, "patient_birth_date": "1948-02-29T00:00:00"}, "$.patient_birth_date", "YYYY-MM-DD", ""),
        ({**CLAIM, "patient_sex": "X"}, "$.patient_sex", "not one of F, M, U", ""),
        ({**CLAIM, "type": "PAPER"}, "$.type", "PROFESSIONAL", ""),
        ({**CLAIM, "attachment": "yes"}, "$.attachment", "true or false", ""),
        ({**CLAIM, "diagnoses": "E119"}, "$.diagnoses", "expected a list", ""),
        ({**CLAIM, "diagnoses": [7]}, "$.diagnoses[0]", "diagnosis object", ""),
        ({**CLAIM, "diagnoses": ["E119"] * 101}, "$.diagnoses", "holds more than 100 codes", ""),
        ({**CLAIM, "icd_procedures": [{"code": "0210093"}] * 5000}, "$.icd_procedures", "more than 100 codes", ""),
        ({**CLAIM, "patient_controlnumber": "x"}, "$.patient_controlnumber", "no field", "patient_control_number"),
        ({**CLAIM, "payer": "X"}, "$.payer", "worked out", "Leave it out"),
        ({**CLAIM, "A B": 1}, "$", "not known", ""),
        (with_line(units="two"), "$.lines[0].units", "decimal number", ""),
        (with_line(units=float("inf")), "$", "not valid JSON", ""),
        (with_line(procedure=99213), "$.lines[0].procedure", "in quotes", ""),
        (with_line(modifiers="25"), "$.lines[0].modifiers", "found text", ""),
        (with_line(modifiers=["25", 59]), "$.lines[0].modifiers[1]", "modifier code", ""),
        (with_line(units=10**15), "$.lines[0].units", "15 digits", ""),
        (with_line(charge=10**16), "$.lines[0].charge", "amount of money", ""),
        (with_line(charge="1234567890123456.00"), "$.lines[0].charge", "amount of money", ""),
        (with_line(charge="1.٠٠"), "$.lines[0].charge", "amount of money", ""),
        (with_line(charge="+1.00"), "$.lines[0].charge", "amount of money", ""),
        (with_line(number=1.5), "$.lines[0].number", "whole number", ""),
        (with_line(diagnosis_pointers=[1.5]), "$.lines[0].diagnosis_pointers[0]", "whole number", ""),
        (with_line(unitz=1), "$.lines[0].unitz", "no field", "units"),
        (with_line(description=5), "$.lines[0].description", "expected text", ""),
    ],
)
def test_what_is_wrong_is_named_by_its_pointer(claim: Any, pointer: str, says: str, help: str) -> None:
    (found,) = read_claims(json.dumps(claim).encode(), "c.json")
    problem = found.problems[0] if isinstance(found, InputClaim) else found
    assert (problem.element, problem.file) == (pointer, "c.json")
    assert says in problem.message
    assert help in problem.help
    if isinstance(found, InputClaim):
        assert problem.claim == "T-1"
        assert len(found.claim.lines) == 1
        assert found.claim.payer_id == "P1"


def test_problems_never_quote_values() -> None:
    secret = "JANE-SECRET-1948"
    claim = {
        "type": secret,
        "total_charge": secret,
        "patient_birth_date": secret,
        "lines": [{"units": secret}],
        secret: 1,
    }
    found = read(claim)
    assert len(found.problems) == 5
    assert all(secret not in str(problem) for problem in found.problems)


def test_deviations_are_recorded_and_the_value_normalised() -> None:
    found = read({**with_line(modifiers=["lt"], procedure="99213 "), "diagnoses": [{"code": "E11.9"}, "i10"]})
    assert found.claim.lines[0].modifiers == ("LT",)
    assert [d.code for d in found.claim.diagnoses] == ["E119", "I10"]
    assert set(found.deviations) == {
        Deviation("line.modifiers", "case", 1), Deviation("line.procedure", "padding", 1),
        Deviation("diagnosis.code", "dot", None, 1), Deviation("diagnosis.code", "case", None, 2),
    }  # fmt: skip
    assert found.problems == ()


def test_icd_procedures_are_records_or_codes_alone() -> None:
    given = [{"code": "0210093", "qualifier": "BBR", "date": "2024-07-02"}, "02703dz"]
    found = read({**with_line(), "icd_procedures": given})
    assert [(p.code, p.qualifier, p.date) for p in found.claim.icd_procedures] == [
        ("0210093", "BBR", date(2024, 7, 2)), ("02703DZ", None, None),
    ]  # fmt: skip
    assert found.deviations == (Deviation("icd_procedure.code", "case", None, None, 2),)


def test_empty_and_null_are_missing() -> None:
    found = read({**with_line(procedure="", note=None, date=""), "payer_id": " ", "payer_name": ""})
    assert (found.claim.payer_id, found.claim.payer_name, found.problems) == (None, None, ())
    assert (found.claim.lines[0].procedure, found.claim.lines[0].date) == (None, None)


@pytest.mark.parametrize("value", [{}, {**CLAIM, "lines": []}])
def test_a_claim_without_lines_says_so(value: Any) -> None:
    found = read(value)
    assert [problem.element for problem in found.problems] == ["$.lines"]
    from_dict = claim_from_mapping(value)
    assert isinstance(from_dict, InputClaim)
    assert from_dict.problems == ()


def test_line_numbers_are_given_where_missing_and_made_single() -> None:
    found = read({"lines": [{}, {}, {}]})
    assert [line.number for line in found.claim.lines] == [1, 2, 3]
    repeated = read({"patient_control_number": "T", "lines": [{"number": 4}, {"number": 4}]})
    assert [line.number for line in repeated.claim.lines] == [4, 5]
    assert (repeated.problems[0].element, repeated.problems[0].line) == ("$.lines[1].number", 5)
    assert "repeats the number of an earlier line" in repeated.problems[0].message
    none = read({"patient_control_number": "T", "lines": [{"number": 0}, {"number": 2}, {"number": -1}]})
    assert [line.number for line in none.claim.lines] == [1, 2, 3]
    assert [problem.element for problem in none.problems] == ["$.lines[0].number", "$.lines[2].number"]
    assert all("they begin at 1" in problem.message for problem in none.problems)


def test_the_decoder_remembers_codes_and_still_sees_untidy_ones() -> None:
    decoder = ClaimDecoder()
    tidy, untidy = json.dumps(CLAIM).encode(), json.dumps(with_line(modifiers=["lt"])).encode()
    for data, count in ((tidy, 0), (untidy, 1), (tidy, 0), (untidy, 1)):
        found = decoder.decode(data)
        assert isinstance(found, InputClaim)
        assert len(found.deviations) == count


@pytest.mark.parametrize("form", ["array", "envelope", "ndjson"])
def test_many_claims(form: str) -> None:
    claims = [{**CLAIM, "patient_control_number": f"T-{n}"} for n in range(3)]
    text = {
        "array": json.dumps(claims, indent=1),
        "envelope": json.dumps({"claims": claims}),
        "ndjson": "\n\n".join(json.dumps(claim) for claim in claims) + "\n",
    }[form]
    found = [item for item in read_claims(b"\xef\xbb\xbf \n" + text.encode()) if isinstance(item, InputClaim)]
    assert [(item.index, item.claim.patient_control_number) for item in found] == [(0, "T-0"), (1, "T-1"), (2, "T-2")]


def test_a_bad_ndjson_line_does_not_stop_the_others() -> None:
    good = json.dumps(CLAIM).encode()
    data = good + b'\n{"type": \n' + good + b"\n[1]\n" + good
    found = list(read_claims(data, "c.ndjson"))
    assert [type(item) for item in found] == [InputClaim, InputProblem, InputClaim, InputProblem, InputClaim]
    second = found[1]
    assert isinstance(second, InputProblem)
    assert (second.element or "").startswith("line 2")
    assert second.offset is not None
    assert second.offset >= len(good)


def test_a_bad_claim_in_an_array_does_not_stop_the_others() -> None:
    found = list(read_claims(json.dumps([CLAIM, 7, CLAIM]).encode()))
    assert [type(item) for item in found] == [InputClaim, InputProblem, InputClaim]
    assert isinstance(found[1], InputProblem)
    assert found[1].element == "$[1]"


@pytest.mark.parametrize(
    "data", [b"[" * 200_000, b'{"a":' * 200_000, b'{"lines":' + b"[" * 100_000 + b"]" * 100_000 + b"}"]
)
def test_deep_json_is_refused_in_words(data: bytes) -> None:
    (found,) = read_claims(data)
    assert isinstance(found, InputProblem)
    assert "deeply" in found.message


def test_ndjson_is_written_and_read_back() -> None:
    claims = [read({**CLAIM, "patient_control_number": f"T-{n}"}).claim for n in range(3)]
    found = list(read_claims(b"".join(to_ndjson(claims)), "x.ndjson"))
    assert [item.claim for item in found if isinstance(item, InputClaim)] == claims
