"""Which of a table's settings is read for a pair is decided as of the lines, whatever was asked before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.engine.claims_of import NPI, claim, line
from tests.engine.packs_of import header, loaded, rule, write_pack
from tests.engine.warm import said, warms_after

SETS = """valuesets:
  turned:
    type: taxonomy
    versions:
      - {effective: {to: 2024-08-10}, members: [207Q00000X]}
      - {effective: {from: 2024-08-11}, members: [207R00000X]}
"""
TABLES = """tables:
  own: {keys: {one: procedure, two: procedure}, columns: {indicator: number}, absent: none, source: own.csv}
  ptp:
    keys: {column_1: procedure, column_2: procedure}
    columns: {modifier_indicator: number}
    absent: none
    by: [{setting: practitioner, if: IF}, {setting: outpatient-hospital, if: claim.type = PROFESSIONAL}]
"""
ONLY_PRACTITIONER = "J0670", "C5271"  # column 2 and column 1: bundled slice, 2024 Q3: no row in the hospitals' table
SENT = "basis: sent\n    pair: {same: [date], table: own}"
PAIR = "pair: {same: [policy.provider], table: ptp}"
PARAMETER = "parameters: {provider: {type: fields, default: [rendering_npi], meaning: made up}}\n"


def _found(tmp_path: Path, setting: str, *places: str, **fields: Any) -> list[bool]:
    """Whether the pair is found, again and again: rules of another day stand before the one about it."""
    pack = write_pack(
        tmp_path / "p",
        header() + PARAMETER + SETS + TABLES.replace("IF", setting),
        own__csv="one,two,indicator\nC5271,J0670,1\n",
        a=rule("own(other.procedure, line.procedure).indicator = 1", "SENT-01", "pair", SENT),
        b=rule("ptp(other.procedure, line.procedure).modifier_indicator >= 0", "PAIR-01", "pair", PAIR),
    )
    engine = loaded(pack).engine
    lines = [
        line(number, code, rendering_npi=NPI, place_of_service=place)
        for number, (code, place) in enumerate(zip(ONLY_PRACTITIONER, places, strict=True), 1)
    ]
    source = claim(*lines, **fields), (None, [])
    return [b'"rule":"PAIR-01"' in said(engine, source).split(b'"not_evaluated"')[0] for _ in range(4)]


def test_a_setting_that_goes_by_a_dated_list_is_that_of_the_lines_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Manual Intro-7: an edit applies by the date of service. The claim is sent after the list turned."""
    warms_after(monkeypatch, lines=3)
    setting = "claim.billing_taxonomy in @turned"
    assert _found(tmp_path, setting, "11", "11", billing_taxonomy="207Q00000X") == [True] * 4


@pytest.mark.parametrize("places", [("22", "11"), ("11", "11")])
def test_a_setting_that_goes_by_the_line_is_each_lines_own(
    places: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Manual Intro-4: which table answers depends on where the service was. Column 1 decides, wherever it stands."""
    warms_after(monkeypatch, lines=3)
    assert _found(tmp_path, "line.place_of_service = 11", *places) == [True] * 4


def test_where_no_line_decides_which_table_answers_the_rule_is_not_checked(tmp_path: Path) -> None:
    """Not checked is never passed, and no fault of ours: the look-up of two codes names no line."""
    tables = TABLES.replace("IF", "line.place_of_service = 11")
    asked = rule("ptp(C5271, J0670).modifier_indicator >= 0", "CLAIM-01", "claim")
    engine = loaded(
        write_pack(tmp_path / "p", header() + tables, own__csv="one,two,indicator\nC5271,J0670,1\n", a=asked)
    ).engine
    told = msgspec.json.decode(said(engine, (claim(line(1, "C5271")), (None, []))))
    assert [(gap["rule"], gap["reason"]) for gap in told["not_evaluated"]] == [("CLAIM-01", "no_table")]
    assert told["faults"] == []
