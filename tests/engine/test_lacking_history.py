"""A rule that lacks history on one line is still asked of the others."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from tests.engine.claims_of import claim, line
from tests.engine.packs_of import header, loaded, rule, write_pack
from tests.engine.warm import said, warms_after


@pytest.mark.parametrize("basis", ["from", "to", "sent"])
@pytest.mark.parametrize("warm", [1, 10_000])
def test_a_line_that_lacks_history_hides_no_finding_on_another(
    basis: str, warm: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Design section 4: a rule is decided on each subject by itself. The first line has no procedure, so that whether
    the rule holds takes history; on the second it holds."""
    warms_after(monkeypatch, lines=warm)
    when = "line.procedure = 97110 or any prior line where (it.procedure = line.procedure)"
    extra = f"needs: [history]\n    basis: {basis}"
    engine = loaded(write_pack(tmp_path / "p", header(), a=rule(when, extra=extra))).engine
    source = claim(line(1, None), line(2, "97110")), (None, [])
    for _ in range(4):
        told = msgspec.json.decode(said(engine, source))
        assert [finding["line"] for finding in told["findings"]] == [2]
        assert [gap["reason"] for gap in told["not_evaluated"]] == ["no_history"]
