"""A subject without a day: which revision is in force is not known, and often that does not matter."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.engine.claims_of import AS_OF, claim, line
from tests.engine.packs_of import header, loaded, rule, write_pack
from tests.engine.test_outcomes import outcome

TWO = """revisions:
      - {effective: {to: 2023-12-31}, when: "FIRST"}
      - {effective: {from: 2024-01-01}, when: "SECOND"}"""


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("units = 2", "units = 3", "clear"),
        ("units = 2", "units = 1", "undetermined"),
        ("units = 1", "units = 2", "undetermined"),
        ("ndc_quantity = 1", "units = 2", "undetermined"),
    ],
)
@pytest.mark.parametrize("scope", ["line", "group", "claim"])
def test_a_rule_that_is_clear_in_every_revision_is_clear(
    tmp_path: Path, scope: str, first: str, second: str, expected: str
) -> None:
    """Design section 5: what would be clear on any day is no gap; all else is, and names the day."""
    extra, said = TWO, {"FIRST": first, "SECOND": second}
    for name, text in said.items():
        source = {"group": "any group lines", "claim": "any line"}.get(scope)
        extra = extra.replace(name, f"{source} where (it.{text})" if source else f"line.{text}")
    extra += "\n    group_by: [procedure]" if scope == "group" else ""
    text = rule("line.units = 1", scope=scope, extra=extra).replace("    when: line.units = 1\n", "")
    pack = write_pack(tmp_path / "p", header(), rules=text)
    scrubber, undated = loaded(pack), claim(line(1, "99213", date=None))
    result = scrubber.scrub(undated, as_of=AS_OF)
    assert outcome(result) == expected
    if expected == "undetermined":
        missing = "claim.date" if scope == "claim" else "line.date"
        assert result.undetermined[0].missing == (missing,)
    (explained,) = scrubber.explain(undated, "TEST-01", as_of=AS_OF).subjects
    assert explained.outcome.lower() == expected
    assert "is missing, so which revision is in force is not known" in (explained.reason or "")


@pytest.mark.parametrize(
    ("basis", "missing"), [("discharge", "claim.discharge_date"), ("to", "claim.date_to"), ("from", "claim.date")]
)
def test_the_day_that_is_missing_is_the_one_that_decides(tmp_path: Path, basis: str, missing: str) -> None:
    """Design section 5: `basis: from | to | discharge | sent` names the day that decides the revision."""
    extra = f"effective: {{from: 2024-01-01}}\n    basis: {basis}"
    text = rule("claim.line_count = 1", scope="claim", extra=extra)
    scrubber = loaded(write_pack(tmp_path / "p", header(), rules=text))
    (gap,) = scrubber.scrub(claim(line(1, "99213", date=None)), as_of=AS_OF).undetermined
    assert gap.missing == (missing,)
    dated = claim(line(1, "99213", date=date(2024, 8, 1)), discharge_date=date(2024, 8, 1))
    assert outcome(scrubber.scrub(dated, as_of=AS_OF)) == "fires"
