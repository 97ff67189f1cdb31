"""The NCCI rules against a second, plain reading of the raw files, on generated claims and on a sample of all pairs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
DAY = date(2024, 8, 1)


@pytest.fixture(scope="module", autouse=True)
def importable() -> Iterator[None]:
    before = set(sys.modules)
    sys.path.insert(0, str(BENCHMARKS))
    yield
    sys.path.remove(str(BENCHMARKS))
    for name in set(sys.modules) - before:
        if (BENCHMARKS / f"{name}.py").is_file():
            del sys.modules[name]


@pytest.fixture(scope="module")
def raw(shared_data: Path) -> Any:
    import ncci_raw

    return ncci_raw.read(shared_data / "ncci")


def oracle_of(pairs: dict[tuple[str, str], int], limits: dict[str, tuple[int, int]]) -> Any:
    """An oracle over a few rows, the same for every setting."""
    from ncci_oracle import Oracle
    from ncci_raw import OPEN, Limit, PairRow, Raw

    rows = {pair: (PairRow(19960101, OPEN, indicator),) for pair, indicator in pairs.items()}
    table = {code: Limit(*limit) for code, limit in limits.items()}
    return Oracle(Raw(dict.fromkeys(("practitioner", "outpatient"), rows),
                      {"practitioner": table, "outpatient": table, "dme": {}}, {}))  # fmt: skip


def said(oracle: Any, *lines: tuple[str, str], **fields: Any) -> tuple[set[Any], set[Any]]:
    """Findings and bypasses of a claim of (code, modifiers) lines on one day."""
    from ncci_oracle import Line, SimpleClaim

    made = tuple(Line(n, code, tuple(marks.split()), day=DAY) for n, (code, marks) in enumerate(lines, 1))
    verdict = oracle.judge(SimpleClaim(made, billing_npi="1234567893", **fields))
    return verdict.findings, verdict.bypassed


def test_the_oracle_knows_the_44_modifiers() -> None:
    """Medicare NCCI Policy Manual I-14: 44 modifiers lift a pair edit; 22, 50, 51, 76 and 77 do not."""
    from ncci_oracle import LIFTING

    assert len(LIFTING) == 44
    assert not LIFTING & {"22", "50", "51", "76", "77"}


@pytest.mark.parametrize(("first", "second", "fires"), [
    ("", "", True), ("", "59", False), ("59", "", False), ("XS", "", False), ("", "76", True), ("", "RT", False),
    ("78", "", True), ("", "78", False), ("", "25", True), ("25", "", True),
])  # fmt: skip
def test_the_oracle_reads_indicator_1_as_the_manual_does(first: str, second: str, fires: bool) -> None:
    """Manual I-14 and CR 11168: 59 and X on either line, the others on column 2, 25 on a visit only."""
    oracle = oracle_of({("11055", "11720"): 1}, {})
    findings, bypassed = said(oracle, ("11055", first), ("11720", second))
    assert {(found.rule, found.lines, found.others) for found in findings} == (
        {("NCCI-PTP-01", (2,), (1,))} if fires else set()
    )
    assert bool(bypassed) is not fires


def test_the_oracle_never_lifts_indicator_0_and_leaves_suppliers_alone() -> None:
    """Manual I-14 (0 is never lifted) and Introduction 4 (pair tables for practitioners and outpatient hospitals)."""
    oracle = oracle_of({("45385", "45378"): 0}, {})
    findings, bypassed = said(oracle, ("45378", "59"), ("45385", ""))
    assert {(found.rule, found.lines) for found in findings} == {("NCCI-PTP-00", (1,))}
    assert not bypassed
    assert said(oracle, ("45378", ""), ("45385", ""), billing_taxonomy="332B00000X") == (set(), set())


def test_the_oracle_takes_a_surgery_center_for_one_provider() -> None:
    """Manual, Introduction 4: surgery centers go by the table of practitioners, and the center is the provider."""
    from ncci_oracle import Line, SimpleClaim

    oracle = oracle_of({("29881", "29877"): 1}, {})
    lines = (Line(1, "29881", day=DAY, npi="1234567893"), Line(2, "29877", day=DAY, npi="1245319599"))
    center, practice = (
        oracle.judge(SimpleClaim(lines, billing_npi="1003000126", billing_taxonomy=taxonomy)).findings
        for taxonomy in ("261QA1903X", "207Q00000X")
    )
    assert {(found.rule, found.lines) for found in center} == {("NCCI-PTP-H01", (2,))}
    assert practice == set()


@pytest.mark.parametrize(("bill_type", "npi", "status", "rules"), [
    (None, "1234567893", None, {"NCCI-PTP-X01"}), ("131", "1234567893", None, set()), (None, "1245319599", None, set()),
    (None, "1234567893", "PAID", {"NCCI-PTP-X01"}), (None, "1234567893", "DENIED", set()),
])  # fmt: skip
def test_the_oracle_reads_earlier_claims(bill_type: str | None, npi: str, status: str | None, rules: set[str]) -> None:
    """Manual, chapter I: edits hold across claims of one provider; a facility's bill is another's.

    Denied claims are left out: no text was read on them, see the parameter uncounted_claim_statuses.
    """
    from ncci_oracle import Line, SimpleClaim
    from ncci_oracle_history import HistoryOracle

    oracle = HistoryOracle(oracle_of({("11055", "11720"): 1}, {}).raw)
    now = SimpleClaim((Line(1, "11720", day=DAY),), billing_npi="1234567893")
    before = SimpleClaim((Line(1, "11055", day=DAY),), bill_type=bill_type, billing_npi=npi, status=status)
    assert {found.rule for found in oracle.judge_with(now, [before]).findings} == rules
    assert oracle.judge(now).findings == set()


def test_the_oracle_adds_the_units_of_a_day() -> None:
    """Manual I-29: indicator 2 and 3 add the lines of a day, indicator 1 looks at one line."""
    oracle = oracle_of({}, {"27447": (1, 2), "99486": (1, 1)})
    assert {f.lines for f in said(oracle, ("27447", "RT"), ("27447", "LT"))[0]} == {(1, 2)}
    assert said(oracle, ("99486", ""), ("99486", "76")) == (set(), set())


def test_rules_and_oracle_agree_on_generated_claims(raw: Any, real_tables: Path) -> None:
    """2,000 claims over the real tables of 2024 Q3; `benchmarks/ncci_agreement.py` runs 100,000."""
    from ncci_agreement import compare, scrubber_over

    found = compare(raw, scrubber_over(real_tables), claims=2000, seed=11)
    assert not found.differences, "\n\n".join(found.differences)
    assert found.silent > 200
    for rule in ("NCCI-PTP-00", "NCCI-PTP-01", "NCCI-PTP-01 bypassed", "NCCI-PTP-H01", "NCCI-MUE-00", "NCCI-MUE-01",
                 "NCCI-MUE-02", "NCCI-MUE-03", "NCCI-AOC-01", "NCCI-AOC-02", "NCCI-AOC-03", "NCCI-AOC-H01",
                 "NCCI-PTP-X00", "NCCI-PTP-X01", "NCCI-PTP-X02", "NCCI-PTP-HX02", "NCCI-MUE-X02",
                 "NCCI-MUE-X03"):  # fmt: skip
        assert found.by_rule[rule] >= 5, rule


@pytest.mark.parametrize("setting", ["practitioner", "outpatient-hospital"])
def test_a_sample_of_the_census(raw: Any, real_tables: Path, setting: str) -> None:
    """300 pairs in both orders, with and without 59; `benchmarks/ncci_census.py` asks all of them."""
    from ncci_census import ask

    pairs = raw.pairs["practitioner" if setting == "practitioner" else "outpatient"]
    some = [(*pair, pairs[pair][-1].indicator) for pair in list(pairs)[:: len(pairs) // 300]]
    counts, wrong = ask(real_tables, setting, some)
    assert not wrong
    assert counts["claims"] == 4 * len(some) >= 1200
    assert counts["indicator 0"] >= 5
    assert counts["indicator 1"] >= 100


@pytest.mark.parametrize("fault", [{"same_provider": "billing_npi"}, {"uncounted_claim_statuses": ""}])
def test_a_fault_in_the_rules_would_be_seen(raw: Any, real_tables: Path, fault: dict[str, str]) -> None:
    """The comparison itself: a parameter set wrongly has to give differences."""
    from ncci_agreement import compare
    from scrubber import Scrubber
    from scrubber.core.resources import resource

    wrong = Scrubber.load(resource("rules", "ncci"), tables=real_tables, cache=False, parameters=fault)
    assert compare(raw, wrong, claims=300, seed=11).differing > 0
