"""Payers that want the opposite of each other: each claim meets the layers of its own payer, and explain names them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.engine.claims_of import AS_OF, claim, line

from scrubber import Scrubber
from scrubber.claims.inputs import InputClaim
from scrubber.engine.scrub import Engine, Options
from scrubber.tables.importers.run import import_files
from scrubber.tables.importers.unobtained import LAYOUTS

WITH_DRAFTS = frozenset({"active", "shadow", "draft"})
MEDICARE = {"payer_name": "MEDICARE", "filing_indicator": "MB"}
GEORGIA = {"payer_name": "GEORGIA MEDICAID", "filing_indicator": "MC"}
TRICARE = {"payer_name": "TRICARE", "filing_indicator": "CH"}


@pytest.fixture(scope="module")
def scrubber(tmp_path_factory: pytest.TempPathFactory) -> Scrubber:
    """The bundled packs, with a list of single-dose drugs that holds J0897."""
    folder = tmp_path_factory.mktemp("lists")
    source = folder / "single_dose_drugs.csv"
    source.write_text("procedure,effective,deletion\nJ0897,2023-07-01,\n", encoding="utf-8")
    layout = next(layout for layout in LAYOUTS if layout.schema.name == "single_dose_drugs")
    import_files([source], folder / "tables", covers=(date(2023, 1, 1), date(2025, 12, 31)), layouts=[layout])
    return Scrubber.load(tables=folder / "tables", cache=False)


def waste_rules(scrubber: Scrubber, modifiers: str, payer: dict[str, str]) -> list[str]:
    """The drug waste rules that fire on a line of J0897, those that are drafts too."""
    known = scrubber.engine
    engine = Engine(known.program, known.store, known.resolve, Options(statuses=WITH_DRAFTS))
    result = engine.scrub(InputClaim(claim(line(1, "J0897", modifiers, units=60), **payer), "", 0), AS_OF)
    return [finding.rule for finding in result.findings if finding.category == "drug-waste"]


@pytest.mark.parametrize(("payer", "without", "with_jz"), [
    (MEDICARE, ["MCR-JZ-01"], []), (GEORGIA, [], ["GA-WASTE-01"]),
], ids=["Medicare", "Georgia Medicaid"])  # fmt: skip
def test_jz_is_required_by_one_and_denied_by_the_other(
    scrubber: Scrubber, payer: dict[str, str], without: list[str], with_jz: list[str]
) -> None:
    """CGS and Noridian Medicare: JZ required from 2023-07-01; Georgia Medicaid (secondary accounts): JW and JZ denied."""
    assert waste_rules(scrubber, "", payer) == without
    assert waste_rules(scrubber, "JZ", payer) == with_jz


def test_explain_says_that_a_rule_is_about_another_payer(scrubber: Scrubber) -> None:
    told = scrubber.explain(claim(line(1, "J0897"), **GEORGIA), "MCR-JZ-01", as_of=AS_OF)
    assert told.state == "not applicable"
    assert [(item.criterion, item.any_of, item.value, item.truth) for item in told.applies] == [
        ("payer", ("MEDICARE",), "GEORGIA_MEDICAID", "false")
    ]


@pytest.mark.parametrize(("payer", "rule", "days", "pack"), [
    ("MEDICARE", "MCR-TF-01", "1 year", "medicare"), ("TMHP", "TX-TF-01", "95 days", "texas-medicaid"),
    ("CIGNA", "CIG-TF-01", "90 days", "cigna"), ("AETNA", "AET-TF-01", "120 days", "aetna"),
    ("AETNA BETTER HEALTH", "AET-TF-01", "180 days", "aetna-better-health"),
])  # fmt: skip
def test_one_parameter_has_the_value_of_the_payers_layer(
    scrubber: Scrubber, payer: str, rule: str, days: str, pack: str
) -> None:
    """One parameter, set by each payer's pack; of two layers of one payer the nearer one decides."""
    told = scrubber.explain(claim(line(1, "99213"), payer_name=payer, filing_indicator=None), rule, as_of=AS_OF)
    (limit,) = [parameter for parameter in told.parameters if parameter.name == "filing_limit"]
    assert (limit.value, limit.set_by.split()[0]) == ((days,), pack)


def test_a_payers_rule_takes_the_place_of_the_common_one(scrubber: Scrubber) -> None:
    """TRICARE Operations Manual 8.9: the key of an exact duplicate has no units; the common rule's has."""
    lines = (line(1, "99213", units=1), line(2, "99213", units=2))
    tricare = scrubber.scrub(claim(*lines, **TRICARE), as_of=AS_OF)
    medicare = scrubber.scrub(claim(*lines, **MEDICARE), as_of=AS_OF)
    assert [finding.rule for finding in tricare.findings if finding.category == "duplicate"] == ["TRI-DUP-01"]
    assert [finding.rule for finding in medicare.findings if finding.category == "duplicate"] == []
    told = scrubber.explain(claim(*lines, **TRICARE), "ALL-DUP-01", as_of=AS_OF)
    assert told.state == "replaced by pack tricare"
    assert [layer.did for layer in told.layers] == ["holds the rule", "replaces it by TRI-DUP-01"]


def test_a_payer_of_whom_only_drafts_are_known_was_not_checked(scrubber: Scrubber) -> None:
    """Design section 1: not checked is never shown as passed."""
    result = scrubber.scrub(claim(line(1, "99213"), payer_name="OHIO MEDICAID", filing_indicator="MC"), as_of=AS_OF)
    assert (result.outcome, result.coverage.payer_packs) == ("incomplete", ())
    assert any("OHIO_MEDICAID" in note for note in result.coverage.not_checked)


def test_bundled_payers_are_all_in_the_payer_map(scrubber: Scrubber) -> None:
    """A pack of a payer that no name leads to would never run."""
    names = {payer for pack in scrubber.engine.program.packs for payer in pack.applies.payer.any_of}
    table = (Path(__file__).resolve().parents[2] / "rules" / "payers" / "payer_map.csv").read_text(encoding="utf-8")
    assert names <= {row.split(",")[2] for row in table.splitlines()[1:]}
