"""Where a finding says that it stands: in the 837, in the JSON form and on paper."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from tests.claims.sample_837 import INSTITUTIONAL, interchange

from scrubber import Scrubber
from scrubber.claims.inputs import InputClaim
from scrubber.claims.read import read_claims
from scrubber.findings.model import Finding, Location

AS_OF = date(2024, 8, 15)
STAY: dict[str, Any] = {
    "type": "INSTITUTIONAL", "bill_type": "111", "statement_from": "2024-07-01", "statement_to": "2024-07-03",
    "icd_procedures": [
        {"code": "0210093", "qualifier": "BBR", "date": "2024-07-02"}, {"code": "02703DZ", "qualifier": "BBQ"},
    ],
    "lines": [{"revenue_code": "0120", "units": 2, "charge": 100}],
}  # fmt: skip


def found(data: bytes, rule: str, name: str = "claims.json") -> list[Finding]:
    scrubber = Scrubber.load()
    return [
        finding for source in read_claims(data, name) if isinstance(source, InputClaim)
        for finding in scrubber.scrub(source, as_of=AS_OF).findings if finding.rule == rule
    ]  # fmt: skip


def place(data: bytes, rule: str, name: str = "claims.json") -> Location:
    (finding,) = found(data, rule, name)
    return finding.location


@pytest.mark.parametrize(
    ("old", "new", "rule", "element", "text", "box"),
    [
        ("BBQ:02703DZ:D8:20240703", "BBQ:02703DZ", "CS-PCS-04", "HI01-4", b"", "74a"),
        ("BBR:0210093:D8:20240702", "BBR:0210093:D8:20240704", "CS-PCS-05", "HI01-4", b"20240704", "74"),
        ("CLM*TEST-I*1200.5***11:A:7", "CLM*TEST-I*1200.5***13:A:7", "CS-PCS-03", "HI01-2", b"0210093", "74"),
    ],
)
def test_a_finding_about_a_procedure_of_a_stay_points_at_it(
    old: str, new: str, rule: str, element: str, text: bytes, box: str
) -> None:
    """837I 2300 HI*BBR and HI*BBQ; UB-04 form locator 74, of which 74 is the principal procedure and 74a to 74e are the
    others. The sample sends the other procedure before the principal one."""
    body = INSTITUTIONAL.replace("***13:A:7", "***11:A:7").replace(old, new)
    data = interchange(body, version="005010X223A2")
    at = place(data, rule, "claims.837")
    assert (at.x12, at.loop, at.ub04, at.json) == (element, "2300", box, None)
    assert at.offset is not None
    assert at.length is not None
    assert data[at.offset : at.offset + at.length] == text
    assert data[: at.offset].count(b"~") + 1 == at.segment


@pytest.mark.parametrize(
    ("rule", "fields", "field", "box"),
    [
        ("ALL-TOB-01", {"bill_type": "0131"}, "claim.bill_type", "4"),
        ("ALL-STAT-01", {"bill_type": "131"}, "claim.discharge_status", "17"),
    ],
)
def test_a_finding_about_a_field_of_the_claim_points_at_the_one_to_be_set(
    rule: str, fields: dict[str, Any], field: str, box: str
) -> None:
    """UB-04 form locators: 4 is the type of bill, 17 the patient's discharge status (3a the practice's number)."""
    at = place(json.dumps({**STAY, **fields}).encode(), rule)
    assert (at.field, at.ub04, at.json) == (field, box, f"$.{field.removeprefix('claim.')}")


@pytest.mark.parametrize(
    ("data", "name", "pointer"),
    [
        (STAY, "claims.json", "$"),
        ([STAY], "claims.json", "$[0]"),
        ([7, STAY], "claims.json", "$[1]"),
        ({"claims": [7, STAY]}, "claims.json", "$.claims[1]"),
    ],
)
def test_json_pointers_lead_to_the_claim_in_its_document(data: Any, name: str, pointer: str) -> None:
    """Claims that could not be read count too, and a claim alone stands in no list."""
    at = place(json.dumps(data).encode(), "CS-PCS-04", name)
    assert (at.json, at.ub04) == (f"{pointer}.icd_procedures[1].date", "74a")


def test_of_ndjson_the_line_of_the_file_is_named() -> None:
    lines = [json.dumps({**STAY, "icd_procedures": []}), "", json.dumps(STAY)]
    assert place("\n".join(lines).encode(), "CS-PCS-04", "c.ndjson").json == "line 3: $.icd_procedures[1].date"
