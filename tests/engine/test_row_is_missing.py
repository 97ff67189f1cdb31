"""Whether there is a row is unknown where nobody knows which table answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.engine.claims_of import claim, line
from tests.engine.packs_of import header, loaded, rule, write_pack
from tests.engine.warm import fresh, said

TABLES = """
  mue:
    keys: {procedure: procedure}
    columns: {units: number, adjudication_indicator: number}
    absent: not_published
    by:
      - {setting: practitioner, if: claim.bill_type = 131}
      - {setting: outpatient-hospital, if: claim.type = PROFESSIONAL}
"""


@pytest.mark.parametrize("asked", ["mue(line.procedure) is missing", "mue(line.procedure).units is missing"])
def test_a_setting_that_goes_by_a_missing_field_leaves_a_row_unknown(asked: str, tmp_path: Path) -> None:
    """Design section 4: unknown is never taken for absent, however often a rule was asked."""
    engine = loaded(write_pack(tmp_path / "p", header() + "tables:" + TABLES, a=rule(asked))).engine
    source = claim(line(1, "A0425")), (None, [])
    expected = said(fresh(engine), source)
    assert b'"claim.bill_type"' in expected
    assert b'"findings":[]' in expected
    for _ in range(30):
        assert said(engine, source) == expected
