"""``with same day``: lines that share a day they cover, as the specification has it (SPEC section 7)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.engine.claims_of import AS_OF, claim, line
from tests.engine.packs_of import header, loaded, rule, write_pack
from tests.engine.test_outcomes import outcome

from scrubber.core.diagnostics import RuleFileError

TABLE = """tables:
  bundled:
    title: Codes that are not reported together
    keys: {a: procedure, b: procedure}
    columns: {}
    absent: none
    source: bundled.csv
"""


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2024, 7, 31), date(2024, 8, 2), "fires"),
        (date(2024, 8, 1), date(2024, 8, 3), "fires"),
        (date(2024, 7, 30), date(2024, 7, 31), "clear"),
        (None, None, "undetermined"),
    ],
)
@pytest.mark.parametrize("times", [1, 400], ids=["cold", "warm"])
def test_a_line_of_several_days_shares_each_of_them(
    tmp_path: Path, first: date | None, last: date | None, expected: str, times: int
) -> None:
    """A rule that looked at first days alone would pass over a line that covers the visit's day; so would a plan that
    remembers what a table says of two codes."""
    text = rule("""line.procedure = 99213
      and any other line with same day where (bundled(it.procedure, line.procedure) is present)""")
    pack = write_pack(tmp_path / "p", header() + TABLE, rules=text)
    (pack / "bundled.csv").write_text("a,b\n97110,99213\n")
    scrubber = loaded(pack)
    visits = claim(line(1, "99213", date=date(2024, 8, 1)), line(2, "97110", date=first, date_to=last))
    found = {outcome(scrubber.scrub(visits, as_of=AS_OF)) for _ in range(times)}
    assert found == {expected}
    explained = scrubber.explain(visits, "TEST-01", line=1, as_of=AS_OF).subjects
    assert [subject.outcome for subject in explained] == [expected]
    if expected == "fires":
        (finding,) = scrubber.scrub(visits, as_of=AS_OF).findings
        read = {(item.line, item.name) for item in finding.evidence}
        assert {(1, "line.date"), (2, "line.date"), (2, "line.date_to")} <= read


def test_a_pair_is_not_joined_by_day(tmp_path: Path) -> None:
    """Pairs are clustered by equal keys. ``day`` is refused where it is written: on a claim it was a fault of ours."""
    text = rule("line.procedure = 99213", scope="pair", extra="pair: {same: [day]}")
    with pytest.raises(RuleFileError) as caught:
        loaded(write_pack(tmp_path / "p", header(), rules=text))
    (problem,) = caught.value.diagnostics
    assert problem.code == "SCR714"
    assert "with same day" in problem.help
