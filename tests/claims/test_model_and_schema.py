"""The model holds exactly the catalogue's own fields, and the published schema says the same."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from scrubber.claims.model import Claim, Diagnosis, IcdProcedure, OtherPayer, ServiceLine
from scrubber.claims.read import InputClaim, read_claims
from scrubber.claims.schema import claim_schema, schema_text
from scrubber.claims.write import to_json, to_plain
from scrubber.core.catalogue import RECORDS

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("record", "model", "besides"),
    [
        ("claim", Claim, {"lines", "patient_key"}),
        ("line", ServiceLine, set()),
        ("diagnosis", Diagnosis, set()),
        ("icd_procedure", IcdProcedure, set()),
        ("payer", OtherPayer, set()),
    ],
)
def test_model_has_the_catalogues_own_fields(record: str, model: type, besides: set[str]) -> None:
    own = {field.name for field in RECORDS[record].values() if not field.derived}
    assert set(model.__struct_fields__) == own | besides


def test_codes_stand_first_in_the_model_as_the_json_reader_expects() -> None:
    from scrubber.claims.json_reader import _CLAIM_CODES, _LINE_CODES

    for record, model, end in (("claim", Claim, _CLAIM_CODES), ("line", ServiceLine, _LINE_CODES)):
        codes = {f.name for f in RECORDS[record].values() if not f.derived and f.type.kind == "code"}
        assert set(model.__struct_fields__[:end]) == codes


def test_committed_schema_is_the_generated_one() -> None:
    committed = (ROOT / "docs" / "schema" / "claim.schema.json").read_text(encoding="utf-8")
    assert committed == schema_text()


def test_every_field_of_the_schema_is_described() -> None:
    schema = claim_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    for record in (schema, *schema["$defs"].values()):
        assert record["additionalProperties"] is False
        assert all(described["description"] for described in record["properties"].values())


def test_written_claims_fit_the_schema_and_read_back_the_same(full_claim: Claim) -> None:
    jsonschema.validate(json.loads(to_json(full_claim)), claim_schema())
    (found,) = read_claims(to_json(full_claim))
    assert isinstance(found, InputClaim)
    assert found.problems == ()
    assert found.deviations == ()
    assert found.claim == full_claim


def test_money_is_written_as_dollars_with_two_decimals() -> None:
    plain = to_plain(Claim(total_charge=-5, lines=(ServiceLine(number=1, charge=123456),)))
    assert plain == {"total_charge": "-0.05", "lines": ({"number": 1, "charge": "1234.56"},)}
