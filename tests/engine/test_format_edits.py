"""A value that is not written as it should be is put right in its own field and nowhere else."""

from __future__ import annotations

import json
from datetime import date

import pytest

from scrubber import Scrubber
from scrubber.claims.inputs import InputClaim
from scrubber.claims.read import read_claims


@pytest.mark.parametrize(
    ("records", "field", "edited", "held"),
    [
        ("diagnoses", "code", "diagnoses[2].code", "I10"),
        ("diagnoses", "qualifier", "diagnoses[2].qualifier", "ABF"),
        ("diagnoses", "poa", "diagnoses[2].poa", "Y"),
        ("icd_procedures", "code", "icd_procedures[2].code", "02703DZ"),
        ("icd_procedures", "qualifier", "icd_procedures[2].qualifier", "BBQ"),
    ],
)
def test_the_edit_names_the_field_that_deviates(records: str, field: str, edited: str, held: str) -> None:
    """837 2300 HI: code list qualifier, code and indicator are components of their own."""
    tidy = {
        "diagnoses": [{"code": "E119", "qualifier": "ABK"}, {"code": "I10", "qualifier": "ABF", "poa": "Y"}],
        "icd_procedures": [{"code": "0210093", "qualifier": "BBR"}, {"code": "02703DZ", "qualifier": "BBQ"}],
    }
    written = json.loads(json.dumps(tidy))
    written[records][1][field] = held.lower()
    claim = {"type": "INSTITUTIONAL", "bill_type": "111", "lines": [{"revenue_code": "0120", "charge": 1}], **written}
    (source,) = read_claims(json.dumps(claim).encode())
    assert isinstance(source, InputClaim)
    scrubber, day = Scrubber.load(), date(2024, 8, 15)
    result = scrubber.scrub(source, as_of=day)
    (found,) = [each for each in result.findings if each.rule == "ENGINE-FORMAT"]
    (edit,) = found.fixes[0].edits
    assert (edit.field, edit.value) == (edited, held)
    mended = scrubber.apply(source, result, as_of=day)
    assert getattr(getattr(mended.claim.claim, records)[1], field) == held
    assert mended.claim.claim.diagnoses[1].code == "I10"
    assert not [each for each in mended.result.findings if each.rule == "ENGINE-FORMAT"]
