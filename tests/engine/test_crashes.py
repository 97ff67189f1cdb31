"""A rule that crashes is one fault of ours: the other rules go on, however they are asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.engine.claims_of import claim, line
from tests.engine.packs_of import header, loaded, rule, write_pack
from tests.engine.warm import said, warms_after

from scrubber.engine.plan.tables import BoundTable
from scrubber.engine.scrub import Engine

TABLES = """
  together:
    keys: {one: procedure, two: procedure}
    columns: {indicator: number, other: number}
    absent: none
    source: together.csv
"""
CSV = "one,two,indicator,other\n99213,11055,1,1\n"
PAIR = "status: active\n    pair: {same: [date], table: together}"


def _engine(folder: Path, **rules: str) -> Engine:
    return loaded(write_pack(folder / "p", header() + "tables:" + TABLES, together__csv=CSV, **rules)).engine


def _crashes(monkeypatch: pytest.MonkeyPatch, column: str) -> None:
    """Reading this column of any table fails, as of a damaged file."""
    value = BoundTable.value

    def broken(self: BoundTable, world: Any, keys: Any, asked: str, day: Any, subject: Any) -> Any:
        if asked == column:
            raise ValueError
        return value(self, world, keys, asked, day, subject)

    monkeypatch.setattr(BoundTable, "value", broken)


def _rules(engine: Engine, turn: int) -> tuple[list[str], list[str]]:
    """The rules that found something, and those that could not be run."""
    lines = line(1, "99213"), line(2, "11055", units=turn + 1)
    told = msgspec.json.decode(said(engine, (claim(*lines), (None, []))))
    return tuple([entry["rule"] for entry in told[kind]] for kind in ("findings", "faults"))  # type: ignore[return-value]


def test_of_pair_rules_over_one_table_one_may_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Design section 9: in a long run too, where what the table says of two codes is read for all of them."""
    _crashes(monkeypatch, "other")
    warms_after(monkeypatch, lines=3)
    engine = _engine(
        tmp_path,
        a=rule("together(other.procedure, line.procedure).indicator = 1", "TEST-01", "pair", PAIR),
        b=rule("together(other.procedure, line.procedure).other = 1", "TEST-02", "pair", PAIR),
    )
    for turn in range(4):
        assert _rules(engine, turn) == (["TEST-01"], ["TEST-02"])


@pytest.mark.parametrize("lifted", [False, True])
def test_a_rule_may_crash_when_it_is_told(lifted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As above: a message may ask what deciding the rule did not."""
    _crashes(monkeypatch, "other")
    extra = "status: active" + ('\n    unless: [{if: "line.units > 0", reason: "so"}]' if lifted else "")
    engine = _engine(
        tmp_path,
        a=rule("line.procedure = 99213", "TEST-01"),
        b=rule("line.procedure = 99213", "TEST-02", extra=extra, message="{together(line.procedure, 11055).other}"),
    )
    for turn in range(4):
        assert _rules(engine, turn) == (["TEST-01"], ["TEST-02"])
