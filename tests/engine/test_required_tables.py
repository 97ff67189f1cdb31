"""Rules whose table nobody has imported are left out, and the result says so once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.engine.claims_of import AS_OF, claim, line
from tests.engine.packs_of import header, loaded, rule, write_pack

from scrubber.core.diagnostics import RuleFileError
from scrubber.core.types import NUMBER, code
from scrubber.tables.importers.declared import CsvLayout
from scrubber.tables.importers.run import import_files
from scrubber.tables.schema import TableSchema

CAPS = "\n  caps:\n    keys: {procedure: procedure}\n    columns: {most: number}\n    absent: none"
APPLIES = "{payer: {any_of: [MEDICARE]}}"
QUARTER = (date(2024, 7, 1), date(2024, 9, 30))


def pack(folder: Path, **keys: str) -> Path:
    """Two rules: one reads the table ``caps``, one reads none."""
    head = header(applies=APPLIES, tables=CAPS, **keys)
    files = {
        "reads": rule("line.units > caps(line.procedure).most", "TEST-CAP"),
        "plain": rule("line.units > 99", "TEST-PLAIN"),
    }
    return write_pack(folder, head, **files)


def imported(folder: Path, column: str = "most") -> Path:
    """A folder of tables with an edition of ``caps``."""
    source = folder / "caps.csv"
    source.write_text(f"procedure,{column}\n99213,1\n", encoding="utf-8")
    shape = TableSchema("caps", (("procedure", code("procedure")),), {column: NUMBER}, dated=False)
    import_files([source], folder / "tables", covers=QUARTER, layouts=[CsvLayout(shape)])
    return folder / "tables"


TWO = claim(line(1, "99213", units=2))


def test_rules_of_a_required_table_that_is_not_there_are_left_out_and_that_is_said_once(tmp_path: Path) -> None:
    scrubber = loaded(pack(tmp_path / "pack", requires_tables="[caps]"))
    result = scrubber.scrub(TWO, as_of=AS_OF)
    assert (result.outcome, result.complete, result.not_evaluated) == ("clean", True, ())
    assert result.coverage.rules == 1
    (note,) = [note for note in result.coverage.not_checked if "caps" in note]
    assert note == "No table caps is loaded, so 1 rule of pack test was not checked: TEST-CAP."


def test_a_table_that_is_not_required_makes_the_claim_incomplete(tmp_path: Path) -> None:
    result = loaded(pack(tmp_path / "pack")).scrub(TWO, as_of=AS_OF)
    assert [(gap.rule, gap.reason, gap.blocking) for gap in result.not_evaluated] == [("TEST-CAP", "no_table", True)]
    assert result.outcome == "incomplete"


def test_once_the_table_is_there_the_rules_run_and_other_dates_are_gaps(tmp_path: Path) -> None:
    """An edition that does not cover the day is no reason for silence: the list exists and was not asked."""
    scrubber = loaded(pack(tmp_path / "pack", requires_tables="[caps]"), tables=imported(tmp_path))
    result = scrubber.scrub(TWO, as_of=AS_OF)
    assert [finding.rule for finding in result.findings] == ["TEST-CAP"]
    assert not [note for note in result.coverage.not_checked if "caps" in note]
    later = scrubber.scrub(claim(line(1, "99213", date=date(2024, 10, 1), units=2)), as_of=date(2024, 10, 15))
    assert [(gap.rule, gap.reason) for gap in later.not_evaluated] == [("TEST-CAP", "no_edition")]


def test_explain_says_why_such_a_rule_did_not_run(tmp_path: Path) -> None:
    scrubber = loaded(pack(tmp_path / "pack", requires_tables="[caps]"))
    assert scrubber.explain(TWO, "TEST-CAP", as_of=AS_OF).state == "not run: no table caps is loaded"
    assert scrubber.explain(TWO, "TEST-PLAIN", as_of=AS_OF).state == "in force"


def test_a_required_table_that_nobody_declares_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(RuleFileError) as caught:
        loaded(pack(tmp_path / "pack", requires_tables="[cups]"))
    assert [problem.code for problem in caught.value.diagnostics] == ["SCR712"]


def test_an_edition_without_a_column_that_rules_read_is_a_gap_that_says_to_import_it_again(tmp_path: Path) -> None:
    """Packs grow columns: a table imported before that is not read as if the column were empty, and no rule crashes."""
    result = loaded(pack(tmp_path / "pack"), tables=imported(tmp_path, column="least")).scrub(TWO, as_of=AS_OF)
    assert (result.outcome, result.faults) == ("incomplete", ())
    (gap,) = result.not_evaluated
    assert (gap.rule, gap.reason, gap.blocking) == ("TEST-CAP", "no_table", True)
    assert gap.missing == ("column most of caps (import the table again)",)
