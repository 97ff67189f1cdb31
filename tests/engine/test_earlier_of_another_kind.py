"""Quantifiers inside quantifiers that ask a table in settings of lines of earlier claims of another kind: the line's own
claim decides which file answers, whatever was remembered of lines with the same codes."""

from __future__ import annotations

from datetime import date
from itertools import product
from pathlib import Path

import msgspec
import pytest
from tests.engine.claims_of import claim, line
from tests.engine.packs_of import header, loaded, rule, write_pack
from tests.engine.warm import fresh, said, warms_after

from scrubber.core.types import Type, code
from scrubber.tables.builder import TableBuilder
from scrubber.tables.files import edition_path, write_whole
from scrubber.tables.memory import pack
from scrubber.tables.schema import TableSchema

COVERS = date(2024, 1, 1), date(2024, 12, 31)
TABLES = """tables:
  kinds:
    keys: {one: procedure, two: procedure}
    columns: {indicator: number}
    absent: none
    by: [{setting: practitioner, if: claim.type = PROFESSIONAL}, {setting: facility, if: claim.type = INSTITUTIONAL}]
  sole: {keys: {one: procedure, two: procedure}, columns: {indicator: number}, absent: none}
"""
ROWS = {
    "kinds/practitioner": [("11055", "11720")],
    "kinds/facility": [("11055", "97110")],
    "sole": [("11055", "97110"), ("11055", "11720"), ("99213", "11055")],
}
KINDS = "PROFESSIONAL", "INSTITUTIONAL"
BOTH = "kinds(x.procedure, y.procedure) is present and sole(x.procedure, y.procedure) is present"
CELL = "kinds(x.procedure, y.procedure).indicator = 1"


def _store(folder: Path) -> Path:
    for name, rows in ROWS.items():
        keys = (("one", code("procedure")), ("two", code("procedure")))
        builder = TableBuilder(TableSchema(name, keys, {"indicator": Type("number")}, False, "exact"))
        for row in rows:
            builder.add(list(row), {"indicator": "1"}, None, None)
        write_whole(edition_path(folder, name, *COVERS), pack(builder, COVERS))
    return folder


def _rule(source: str, asked: str, id_: str) -> str:
    inner = f"any line as y where ({asked})"  # at one place in each rule, so that it is one node for all
    when = f"any {source:>17} as x where (sole(line.procedure, x.procedure) is present and ({inner}))"
    return rule(when, id_, extra="status: active" if source == "line" else "needs: [history]")


@pytest.mark.parametrize("asked", [BOTH, CELL])
@pytest.mark.parametrize("sources", [("prior line",), ("line", "prior line"), ("line on any claim", "prior line")])
def test_the_claim_of_the_line_decides_which_file_answers(
    sources: tuple[str, ...], asked: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Design section 9: no state between claims. What an element's codes tell is remembered by the claim under check,
    and the element may be a line of an earlier one."""
    rules = {f"r{at}": _rule(source, asked, f"TEST-0{at}") for at, source in enumerate(sources)}
    engine = loaded(write_pack(tmp_path / "p", header() + TABLES, **rules), tables=_store(tmp_path / "t")).engine
    claims = [
        (claim(line(1, "99213"), line(2, second), *own, type=kind), ([claim(line(1, "11055"), type=earlier)], []))
        for own in ((line(3, "11055"),), ())
        for second, kind, earlier in product(("97110", "11720"), KINDS, KINDS)
    ]
    expected = [said(fresh(engine), asked_of) for asked_of in claims]
    for (source, (history, _)), text in zip(claims, expected, strict=True):
        published = ("11055", source.lines[1].procedure) in ROWS[
            "kinds/practitioner" if history[0].type == KINDS[0] else "kinds/facility"
        ]
        found = [finding["rule"] for finding in msgspec.json.decode(text)["findings"]]
        assert (f"TEST-0{len(sources) - 1}" in found) == published
    warms_after(monkeypatch, lines=1, look_ups=1)
    warm = fresh(engine)
    assert [said(warm, asked_of) for asked_of in claims * 2] == expected * 2
    assert [said(warm, asked_of) for asked_of in reversed(claims)] == expected[::-1]
