"""The published schema is made from what is written, and real results follow it."""

from __future__ import annotations

import io
import json
import random
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from scrubber import Scrubber
from scrubber.claims.inputs import InputClaim
from scrubber.claims.read import read_claims
from scrubber.engine.provenance import provenance
from scrubber.report.fields import CATEGORIES, MEANINGS
from scrubber.report.json_report import write_json
from scrubber.report.schema import STRUCTS, meaning, result_schema, schema_text
from scrubber.report.summary import Tally

from .conftest import AS_OF, DEMO, ROOT, Read

CODES = ("G0438", "G0439", "G0008", "G0239", "G0238", "G0247", "J3420", "A0425", "99213", "20610", "XXXXX", None)


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = result_schema()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def made_up(seed: int, count: int) -> bytes:
    """Invented claims with fields missing here and there, as NDJSON."""
    chance = random.Random(seed)
    rows = []
    for at in range(count):
        lines: list[dict[str, Any]] = []
        for number in range(1, chance.randint(1, 5) + 1):
            line = {
                "number": number, "procedure": chance.choice(CODES), "units": chance.choice([None, 1, 1, 2, 40, 1.5]),
                "modifiers": chance.choice([[], [], ["59"], ["lt"], ["25", "RT"]]),
                "charge": chance.choice([None, "10.00"]),
                "date": chance.choice([None, "2024-08-01", "2024-08-02", "2020-01-01"]), "diagnosis_pointers": [1],
            }  # fmt: skip
            lines.append({key: value for key, value in line.items() if value is not None})
        payer = chance.choice(
            [{"filing_indicator": "MB"}, {"filing_indicator": "16"}, {"payer_name": "NOBODY KNOWS"}, {}]
        )
        row = {"type": chance.choice(["PROFESSIONAL", "PROFESSIONAL", "INSTITUTIONAL", "DENTAL"]), "lines": lines,
               "billing_npi": "1234567893", "diagnoses": [{"code": "E11.9"}], "patient_key": f"p{at // 2}",
               **payer}  # fmt: skip
        if chance.random() < 0.9:
            row["patient_control_number"] = f"N{at}"
        if chance.random() < 0.1:
            row["total_charge"] = "many"
        rows.append(json.dumps(row))
    return "\n".join(rows).encode()


def report_of(scrubber: Scrubber, batch: Any) -> dict[str, Any]:
    out = io.BytesIO()
    results = batch.scrub(scrubber.engine, AS_OF)
    write_json(out, provenance(scrubber.engine, AS_OF), batch.problems, results, Tally())
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def test_the_committed_file_is_what_is_generated() -> None:
    committed = (ROOT / "docs" / "schema" / "result.schema.json").read_text(encoding="utf-8")
    assert committed == schema_text(), "write it anew: scrubber rules schema --result > docs/schema/result.schema.json"


def test_every_field_is_described_and_every_description_is_used() -> None:
    used = set()
    for struct in STRUCTS:
        for name in struct.__struct_fields__:
            if (struct.__name__, name) == ("ScrubResult", "provenance"):
                continue
            assert meaning(struct, name).endswith(".")
            used.add(next((base.__name__, name) for base in struct.__mro__ if (base.__name__, name) in MEANINGS))
    assert used == set(MEANINGS)


def test_categories_are_those_of_the_contract() -> None:
    text = (ROOT / "docs" / "contract.md").read_text(encoding="utf-8")
    section = text[text.index("### Categories") : text.index("## Options of check")]
    assert [part.strip().strip("`.") for part in section.partition("\n")[2].replace("\n", " ").split(",")] == list(
        CATEGORIES
    )


def test_the_demo_follows_the_schema(scrubber: Scrubber, batch: Read, validator: Draft202012Validator) -> None:
    found = report_of(scrubber, batch(DEMO))
    validator.validate(found)
    assert len(found["claims"]) == 7


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_results_of_many_made_up_claims_follow_it(
    validator: Draft202012Validator, tmp_path: Path, seed: int, batch: Read
) -> None:
    path = tmp_path / "claims.ndjson"
    path.write_bytes(made_up(seed, 60))
    found = report_of(Scrubber.load(cache=False), batch(path))
    errors = [f"{'/'.join(map(str, error.path))}: {error.message}" for error in validator.iter_errors(found)]
    assert errors == []
    kinds = {
        kind
        for entry in found["claims"]
        for kind in ("findings", "bypassed", "undetermined", "not_evaluated")
        if entry[kind]
    }
    assert {"findings", "undetermined", "not_evaluated"} <= kinds
    assert found["input_problems"]


def test_the_schema_refuses_what_is_not_of_the_contract(
    scrubber: Scrubber, batch: Read, validator: Draft202012Validator
) -> None:
    for change in ({"schema": "scrubber-result/2"}, {"extra": 1}, {"claims": None}):
        assert not validator.is_valid({**report_of(scrubber, batch(DEMO)), **change})


def test_the_library_gives_the_provenance_with_each_result(scrubber: Scrubber) -> None:
    source = next(item for item in read_claims(DEMO) if isinstance(item, InputClaim))
    result = scrubber.scrub(source, as_of=AS_OF)
    assert result.provenance == provenance(scrubber.engine, AS_OF)
    assert result.provenance.as_of == AS_OF


def test_a_diagnosis_that_stands_after_the_twenty_fifth_follows_it(
    validator: Draft202012Validator, tmp_path: Path, batch: Read
) -> None:
    """Contract: `diagnosis` is 1 to 25. A hospital's bill holds 25 and, beside them, external causes: the finding names
    where the code stands."""
    codes = [f"E{number:03}" for number in range(100, 130)]
    claim = {
        "type": "INSTITUTIONAL", "bill_type": "131", "payer_name": "MEDICARE", "filing_indicator": "MA",
        "statement_from": "2024-08-01", "statement_to": "2024-08-01", "billing_npi": "1234567893",
        "diagnoses": [{"code": code, "qualifier": "ABF"} for code in [*codes, codes[0]]],
        "lines": [{"revenue_code": "0450", "procedure": "99283", "units": 1, "charge": "10.00"}],
    }  # fmt: skip
    path = tmp_path / "claim.json"
    path.write_text(json.dumps(claim), encoding="utf-8")
    found = report_of(Scrubber.load(cache=False), batch(path))
    validator.validate(found)
    (same,) = [each for each in found["claims"][0]["findings"] if each["message"].startswith("Diagnosis 31 ")]
    assert same["diagnosis"] is None
    assert same["location"]["json"] == "$.diagnoses[30].code"
