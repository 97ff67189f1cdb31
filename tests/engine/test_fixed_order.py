"""What is said of a claim stands in one order, and of one revision, however rules were asked."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import pytest
from tests.engine.claims_of import claim, line
from tests.engine.packs_of import header, loaded, rule, write_pack
from tests.engine.warm import fresh, said, warms_after

ROWS = "code,most\n97110,1\n97110,2\n97110,1\n"
LIST = "for_each_row: rows.csv\n    columns: {code: procedure, most: number}"


@pytest.mark.parametrize("lifted", [False, True])
def test_rows_of_a_list_speak_in_the_order_of_the_list(
    lifted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Design section 9: the same input gives the same output, byte for byte. Rows that ask the same are asked at once."""
    warms_after(monkeypatch, lines=3)
    extra = LIST + ('\n    unless: [{if: "line.modifiers has 59", reason: "more than {row.most}"}]' if lifted else "")
    when = "line.procedure = row.code and line.units > row.most"
    pack = write_pack(tmp_path / "p", header(), a=rule(when, extra=extra, message="{row.most}"), rows__csv=ROWS)
    engine = loaded(pack).engine
    source = claim(line(1, "97110", "59", units=3)), (None, [])
    expected = said(fresh(engine), source)
    entries = msgspec.json.decode(expected)["bypassed" if lifted else "findings"]
    assert [entry["message"] for entry in entries] == ["1", "2", "1"]
    for _ in range(5):
        assert said(engine, source) == expected


def test_of_two_revisions_that_lack_history_the_first_speaks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Design section 9, as above: whichever line stands first, and whether a plan remembers its codes or not."""
    warms_after(monkeypatch, lines=3)
    revisions = (
        "needs: [history]\n    revisions:\n      - {effective: {to: 2024-07-31}, severity: info}\n"
        "      - {effective: {from: 2024-08-01}, severity: deny}"
    )
    asked = "any prior line as x where (x.procedure = line.procedure)"
    engine = loaded(write_pack(tmp_path / "p", header(), a=rule(asked, extra=revisions))).engine
    source = claim(line(1, "97110"), line(2, "97110", date=date(2024, 7, 31))), (None, [])
    expected = said(fresh(engine), source)
    assert [gap["revision"] for gap in msgspec.json.decode(expected)["not_evaluated"]] == [1]
    for _ in range(5):
        assert said(engine, source) == expected
