"""The NCCI rules against the plain reading of the raw files, on made-up claims.

    python benchmarks/ncci_agreement.py [--claims N] [--seed N] [--jobs N] [--tables DIR]

Needs the real files of 2024 Q3 beside the project (../shared/data). Prints how many findings, bypasses and silent
claims both agree on, by rule, and the first claims on which they differ. Exits 1 where there are any.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import machine
import ncci_raw
from ncci_claims import Maker
from ncci_oracle import Found, Line, SimpleClaim, Verdict, covered, days_of
from ncci_oracle_history import HistoryOracle
from scrubber import Scrubber
from scrubber.claims.model import Claim, Diagnosis, Quantity, ServiceLine
from scrubber.core.resources import resource
from scrubber.findings.model import ScrubResult
from scrubber.tables.importers.report import ImportReport
from scrubber.tables.importers.run import import_files

FAMILIES = frozenset({"ncci-ptp", "ncci-mue", "ncci-add-on", "same-site"})
AS_OF = date(2024, 11, 1)


@dataclass
class Agreement:
    """What was counted over claims; ``differences`` holds the first of them in words."""

    claims: int = 0
    silent: int = 0
    differing: int = 0
    by_rule: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def add(self, other: Agreement) -> None:
        """Take in the counts of another part."""
        self.claims += other.claims
        self.silent += other.silent
        self.differing += other.differing
        self.by_rule.update(other.by_rule)
        self.differences += other.differences


def import_real(folder: Path) -> list[ImportReport]:
    """The real files imported into ``folder`` with their cover, by the project's own importers."""
    layout = ncci_raw.FOLDER / "cms-layout"
    files = [*sorted(layout.glob("cci*.zip")), *sorted(layout.glob("MCR_MUE_*.csv"))]
    return import_files([*files, ncci_raw.FOLDER / "aoc_2024Q2.csv"], folder, covers=ncci_raw.COVER)


def scrubber_over(tables: Path) -> Scrubber:
    """The NCCI pack alone, over the imported tables."""
    return Scrubber.load(resource("rules", "ncci"), tables=tables, cache=False)


def quantity(units: int | Fraction) -> Quantity:
    """Units as the claim model holds them."""
    return units if isinstance(units, int) else Decimal(units.numerator) / Decimal(units.denominator)


def as_claim(simple: SimpleClaim, number: str = "MADE-UP") -> Claim:
    """The same claim in the project's model, to Medicare."""
    lines = tuple(_service_line(line) for line in simple.lines)
    days = list(days_of(simple.lines))
    return Claim(
        type="PROFESSIONAL" if simple.bill_type is None else "INSTITUTIONAL",
        patient_control_number=number, payer_name="MEDICARE",
        filing_indicator="MB" if simple.bill_type is None else "MA",
        bill_type=simple.bill_type, frequency="1", place_of_service="11" if simple.bill_type is None else None,
        billing_npi=simple.billing_npi, billing_taxonomy=simple.billing_taxonomy, billing_state="TX",
        rendering_npi=simple.npi, rendering_taxonomy=simple.taxonomy, lines=lines, diagnoses=(Diagnosis(code="E119"),),
        total_charge=sum(line.charge for line in simple.lines), statement_from=days[0], statement_to=days[-1],
        patient_birth_date=date(1950, 1, 1), patient_sex="F", claim_status=simple.status,
    )  # fmt: skip


def _service_line(line: Line) -> ServiceLine:
    return ServiceLine(
        number=line.number, procedure=line.code, modifiers=line.modifiers, date=line.day, date_to=line.day_to,
        units=quantity(line.units), unit_basis=line.basis, rendering_npi=line.npi, rendering_taxonomy=line.taxonomy,
        charge=line.charge, diagnosis_pointers=(1,),
    )  # fmt: skip


def as_verdict(result: ScrubResult) -> Verdict:
    """What the project says of pairs, units and add-on codes, in the oracle's words."""
    verdict = Verdict()
    for entry in result.findings:
        if entry.category in FAMILIES:
            others = tuple(related.line for related in entry.related if related.line and related.claim is None)
            verdict.findings.add(Found(entry.rule, tuple(sorted(entry.lines)), others))
    for bypass in result.bypassed:
        if bypass.category in FAMILIES:
            others = tuple(related.line for related in bypass.related if related.line is not None)
            verdict.bypassed.add(Found(bypass.rule, bypass.lines, others))
    for gap in result.undetermined:
        if gap.category in FAMILIES:
            verdict.unsure |= {(gap.rule, line) for line in gap.lines}
    return verdict


def differences(simple: SimpleClaim, right: Verdict, result: ScrubResult) -> list[str]:
    """Where the project and the oracle differ on a claim, in words; empty where they agree."""
    ours = as_verdict(result)
    said = [f"oracle only: finding {found}" for found in sorted(right.findings - ours.findings)]
    said += [f"project only: finding {found}" for found in sorted(ours.findings - right.findings)]
    said += [f"oracle only: bypass {found}" for found in sorted(right.bypassed - ours.bypassed)]
    said += [f"project only: bypass {found}" for found in sorted(ours.bypassed - right.bypassed)]
    sure = {(found.rule, line) for found in right.findings for line in found.lines}
    for rule, line in sorted(right.unsure - ours.unsure - sure):
        said.append(f"oracle only: {rule} is open on line {line} for lack of a provider")
    if result.faults:
        said.append(f"a rule crashed: {result.faults}")
    if not all(covered(line.day) for line in simple.lines) and result.outcome == "clean":
        said.append("called clean although no edition covers a line")
    return said


def compare(raw: ncci_raw.Raw, scrubber: Scrubber, claims: int, seed: int, kept: int = 10) -> Agreement:
    """Ask both of ``claims`` made-up claims; the first ``kept`` differences are kept."""
    maker, oracle, found = Maker(raw, seed), HistoryOracle(raw), Agreement()
    for _ in range(claims):
        simple, earlier = maker.with_history()
        right = oracle.judge(simple) if earlier is None else oracle.judge_with(simple, earlier)
        history = None if earlier is None else [as_claim(each, "EARLIER") for each in earlier]
        result = scrubber.scrub(as_claim(simple), history, as_of=AS_OF)
        said = differences(simple, right, result)
        found.claims += 1
        found.silent += not right.findings and not right.bypassed
        found.by_rule.update(entry.rule for entry in right.findings)
        found.by_rule.update(f"{entry.rule} bypassed" for entry in right.bypassed)
        found.by_rule.update(f"{rule} open" for rule, _ in right.unsure)
        if said:
            found.differing += 1
            if len(found.differences) < kept:
                parts = [describe(simple), *(f"earlier, {describe(each)}" for each in earlier or ())]
                found.differences.append("\n".join([*parts, *said]))
    return found


def describe(simple: SimpleClaim) -> str:
    """A made-up claim on a few lines."""
    head = f"bill type {simple.bill_type}, billing {simple.billing_npi} {simple.billing_taxonomy}, rendering {simple.npi} {simple.taxonomy}, status {simple.status}"  # noqa: E501
    rows = [
        f"  {line.number} {line.code} {' '.join(line.modifiers)} {line.day}..{line.day_to or line.day} "
        f"{line.units} {line.basis} {line.npi or ''} {line.taxonomy or ''}"
        for line in simple.lines
    ]
    return "\n".join([head, *rows])


def _part(tables: Path, claims: int, seed: int) -> Agreement:
    return compare(ncci_raw.read(), scrubber_over(tables), claims, seed)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--claims", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=20240815)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--tables", type=Path, help="a folder of imported tables; made anew where it is not given")
    options = parser.parse_args()
    if not ncci_raw.FOLDER.is_dir():
        sys.stderr.write("The real reference data (../shared/data) is not on this machine.\n")
        return 2
    begin = time.perf_counter()
    total = Agreement()
    with tempfile.TemporaryDirectory() as scratch, ProcessPoolExecutor(options.jobs) as pool:
        tables = options.tables or Path(scratch)
        if options.tables is None:
            import_real(tables)
        shares = [options.claims // options.jobs + (n < options.claims % options.jobs) for n in range(options.jobs)]
        parts = [pool.submit(_part, tables, share, options.seed + n) for n, share in enumerate(shares)]
        for part in parts:
            total.add(part.result())
    lines = [machine.describe(), f"seed       {options.seed}", ""]
    lines += [f"{rule:26} {count:>9,}" for rule, count in sorted(total.by_rule.items())]
    lines += ["", f"claims {total.claims:,}, of them silent {total.silent:,}, differing {total.differing:,}",
              f"seconds {time.perf_counter() - begin:.0f}"]  # fmt: skip
    lines += ["", *("\n".join(("", text)) for text in total.differences[:20])]
    sys.stdout.write("\n".join(lines).rstrip() + "\n")
    return 1 if total.differing else 0


if __name__ == "__main__":
    sys.exit(main())
