"""Medicaid's NCCI edits from the published layout to the finding: the state denies, managed care is for review."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.engine.claims_of import AS_OF, claim, line

from scrubber import Scrubber
from scrubber.findings.model import ScrubResult
from scrubber.tables.importers.run import import_files

COVERS = (date(2024, 1, 1), date(2024, 12, 31))
HEADER = (
    b"Column1/Column2 Edits\t\t\t\t\t\t\r\n"
    b"Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\t\r\n"
    b"\t\tprior to 1996\tDate\tDate\t0=not allowed\t\r\n"
)
TEXAS = {"payer_name": "TEXAS MEDICAID", "filing_indicator": "MC"}
MANAGED = {"payer_name": "BLUECARE TENNESSEE", "filing_indicator": "MC"}
UNKNOWN = {"payer_name": "MEDICAID OF NOWHERE", "filing_indicator": "MC"}


def files(folder: Path) -> list[Path]:
    """Two small files in the layouts and under the names of the published ones. Pairs and limits are made up."""
    pairs = folder / "medicaid-ncci-2024-q3-ptp-edits-practitioner-services.zip"
    with zipfile.ZipFile(pairs, "w") as archive:
        archive.writestr(f"{pairs.stem}.txt", HEADER + b"11055\t11720\t\t20200101\t\t1\tMisuse of codes\t\r\n")
    limits = folder / "medicaid-ncci-2024-q3-mue-edits-practitioner-services.csv"
    limits.write_text("HCPCS/CPT Code,Practitioner Services MUE Values,MUE Rationale\n11055,1,CMS Policy\n11720,1,CMS Policy\n",
                      encoding="utf-8")  # fmt: skip
    return [pairs, limits]


@pytest.fixture(scope="module")
def scrubber(tmp_path_factory: pytest.TempPathFactory) -> Scrubber:
    folder = tmp_path_factory.mktemp("medicaid")
    import_files(files(folder), folder / "tables", covers=COVERS)
    return Scrubber.load(tables=folder / "tables", cache=False)


def ncci(result: ScrubResult) -> list[tuple[str, str, int | None]]:
    return [(each.rule, each.severity, each.line) for each in result.findings if each.rule.startswith("NCCI")]


def pair(second: str = "", **payer: Any) -> Any:
    return claim(line(1, "11055"), line(2, "11720", second), **payer)


def test_the_state_denies_and_managed_care_is_for_review(scrubber: Scrubber) -> None:
    """CMS, NCCI for Medicaid: must be applied to claims paid by service; desirable but optional for MCOs."""
    assert ncci(scrubber.scrub(pair(**TEXAS), as_of=AS_OF)) == [("NCCI-MCD-PTP-01", "deny", 2)]
    assert ncci(scrubber.scrub(pair(**MANAGED), as_of=AS_OF)) == [("NCCI-MCD-PTP-01", "review", 2)]
    lifted = scrubber.scrub(pair("XS", **TEXAS), as_of=AS_OF)
    assert ncci(lifted) == []
    assert [each.rule for each in lifted.bypassed] == ["NCCI-MCD-PTP-01"]


def test_the_finding_says_that_deactivation_was_not_looked_at(scrubber: Scrubber) -> None:
    """CMS, Medicaid FAQ 95166: a state may have deactivated the edit, and nobody imported its list."""
    (finding,) = [each for each in scrubber.scrub(pair(**TEXAS), as_of=AS_OF).findings if "PTP" in each.rule]
    assert finding.unchecked_exceptions == ("TX has deactivated this edit.",)


def test_each_line_is_held_against_the_limit_unless_a_state_adds_them_up(scrubber: Scrubber) -> None:
    """Whether a limit of Medicaid's is of a line or of a day was not read: parameter medicaid_units_by_day."""
    over = claim(line(1, "11055", units=2), **TEXAS)
    two = claim(line(1, "11055"), line(2, "11055", "59"), **TEXAS)
    assert ncci(scrubber.scrub(over, as_of=AS_OF)) == [("NCCI-MCD-MUE-01", "deny", 1)]
    assert ncci(scrubber.scrub(two, as_of=AS_OF)) == []


def test_without_the_tables_it_is_said_once() -> None:
    """No file may be passed on: the rules are left out, and the result says so in one sentence."""
    result = Scrubber.load(cache=False).scrub(pair(**TEXAS), as_of=AS_OF)
    said = [note for note in result.coverage.not_checked if "ncci-medicaid" in note]
    assert len(said) == 1
    assert "No tables medicaid_mue, medicaid_ptp are loaded" in said[0]
    assert not [each for each in result.not_evaluated if each.rule.startswith("NCCI")]


def test_the_national_edits_speak_for_no_payer(scrubber: Scrubber) -> None:
    """A Medicaid program without a pack of its own is checked for NCCI, and the claim is still not called clean."""
    result = scrubber.scrub(pair("XS", **UNKNOWN), as_of=AS_OF)
    assert result.coverage.payer_packs == ()
    assert result.outcome == "incomplete"
