"""Every real 837 beside the project through the bundled packs and the real tables, and what a coder makes of it.

    python benchmarks/real_837_findings.py [--tables DIR] [--write docs/real-claims.md]

Each claim is made a Medicare one and checked twice. With its own dates, where no edition covers them: no finding may
come from the tables of 2024, the result has to say that no edition is there, and it may not be called clean. And moved
so that its first day of service is 2024-08-01: every finding stands in the page with a verdict, taken from
``real_837_verdicts.csv`` (rule, a part of the message, verdict, reason). A finding without a verdict is `unread`, and
the exit code is 1 with any of those, with a wrong one, or with a broken promise. No name, number or date of birth of a
patient is written.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import structs

import machine
from ncci_agreement import import_real
from ncci_raw import COVER
from ncci_raw import FOLDER as NCCI
from scrubber import Scrubber
from scrubber.claims.model import Claim
from scrubber.claims.read import InputClaim, read_claims
from scrubber.findings.model import ScrubResult

FOLDER = NCCI.parent / "x12" / "837"
VERDICTS = Path(__file__).with_name("real_837_verdicts.csv")
FIRST_DAY, SENT = date(2024, 8, 1), date(2024, 8, 31)
NCCI_FAMILIES = frozenset({"ncci-ptp", "ncci-mue", "ncci-add-on"})


class Verdict(NamedTuple):
    """What a reader makes of findings of a rule whose message holds ``part``: right or wrong, and why."""

    rule: str
    part: str
    verdict: str
    reason: str


class Row(NamedTuple):
    """Equal findings of one file."""

    file: str
    rule: str
    message: str


def to_medicare(claim: Claim) -> Claim:
    """The claim with Medicare as its payer; nothing else is changed."""
    indicator = "MA" if claim.type == "INSTITUTIONAL" else "MB"
    return structs.replace(claim, filing_indicator=indicator, payer_id=None, payer_name="MEDICARE")


def service_days(claim: Claim) -> list[date]:
    """The first days of its lines, else of the statement."""
    days = [line.date for line in claim.lines if line.date]
    return days or [day for day in (claim.statement_from,) if day]


def moved(claim: Claim) -> Claim | None:
    """The claim with all its dates but the birth date moved alike, the first service to 2024-08-01; None without."""
    days = service_days(claim)
    if not days:
        return None
    by = FIRST_DAY - min(days)

    def shift(record: Any) -> Any:
        dates = {name: getattr(record, name) for name in record.__struct_fields__ if name != "patient_birth_date"}
        return structs.replace(record, **{name: day + by for name, day in dates.items() if isinstance(day, date)})

    parts = {
        name: tuple(map(shift, getattr(claim, name))) for name in ("lines", "icd_procedures", "other_payers")
    }  # fmt: skip
    shifted: Claim = shift(claim)
    return structs.replace(shifted, **parts)


def in_envelope(data: bytes) -> bytes:
    """The file in an envelope, where its publisher shows the bare transaction (which the reader rightly refuses)."""
    version = re.search(rb"\bST\*837\*\w+\*(005010X\w+)", data) if data.startswith(b"ST*") else None
    if version is None:
        return data
    start = (
        b"ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *240801*1200*^*00501*000000001*0*T*:~"
        b"GS*HC*SENDER*RECEIVER*20240801*1200*1*X*" + version[1] + b"~"
    )
    return start + data.strip().removesuffix(b"~") + b"~GE*1*1~IEA*1*000000001~"


def claims() -> Iterator[InputClaim]:
    """Every claim of every file that can be read, as a Medicare claim."""
    for path in sorted(FOLDER.iterdir()):
        for source in read_claims(in_envelope(path.read_bytes()), path.name):
            if isinstance(source, InputClaim):
                yield structs.replace(source, claim=to_medicare(source.claim))


def broken_promises(source: InputClaim, result: ScrubResult) -> list[str]:
    """What an own-dated claim outside every cover may not do, in words."""
    days = service_days(source.claim)
    if not days or any(COVER[0] <= day <= COVER[1] for day in days):
        return []
    where = f"{source.file} claim {source.index}"
    said = [f"{where}: {f.rule} from tables of 2024" for f in result.findings if f.category in NCCI_FAMILIES]
    if result.outcome == "clean":
        said.append(f"{where}: called clean")
    coded = [line for line in source.claim.lines if line.procedure and line.units and line.date]
    gaps = {gap.category for gap in result.not_evaluated if gap.reason == "no_edition"}
    if source.claim.type == "PROFESSIONAL" and coded and "ncci-mue" not in gaps and max(days) >= date(2013, 4, 1):
        said.append(f"{where}: does not say that no edition of the unit limits covers it")
    if source.claim.type == "PROFESSIONAL" and len({line.procedure for line in coded}) > 1:
        same_day = len({line.date for line in coded}) < len(coded)
        if same_day and len(coded) == len({line.procedure for line in coded}) and "ncci-ptp" not in gaps:
            said.append(f"{where}: does not say that no edition of the pair edits covers it")
    return said


def known_examples(source: InputClaim, own: ScrubResult, again: ScrubResult | None) -> dict[str, list[str]]:
    """The published examples that the acceptance list names, and what is wrong with them."""
    codes = {line.procedure: line.date for line in source.claim.lines if line.date}
    found: dict[str, list[str]] = {}
    if {"99213", "99214"} <= codes.keys() and codes["99213"] != codes["99214"]:
        pairs = [entry.rule for entry in again.findings if entry.category == "ncci-ptp"] if again else ["undated"]
        found["99213 and 99214 on two dates, silent"] = pairs
    if {"99213", "96372"} <= codes.keys():
        gaps = [gap for gap in own.not_evaluated if gap.rule == "NCCI-PTP-01" and gap.reason == "no_edition"]
        found["99213 and 96372 with their own date, said to be in no edition"] = [] if gaps else ["no gap"]
    return found


def verdict_of(row: Row, verdicts: list[Verdict]) -> Verdict:
    """The first verdict that fits; `unread` where none does."""
    for verdict in verdicts:
        if verdict.rule == row.rule and verdict.part in row.message:
            return verdict
    return Verdict(row.rule, "", "unread", "")


def page(rows: dict[Row, list[tuple[int, int | None]]], verdicts: list[Verdict], head: list[str]) -> str:
    """The Markdown page: one row for equal findings of one file."""
    lines = [
        *head,
        "",
        "| file | claims | lines | rule | message | verdict | reason |",
        "|---|---|---|---|---|---|---|",
    ]
    for row, places in sorted(rows.items()):
        verdict = verdict_of(row, verdicts)
        numbers = sorted({line for _, line in places if line is not None})
        cells = [f"`{row.file}`", several(sorted({claim for claim, _ in places})), several(numbers), f"`{row.rule}`",
                 row.message, verdict.verdict, verdict.reason]  # fmt: skip
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def several(numbers: list[int]) -> str:
    """``0, 2, 5-8`` of whole numbers in order."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


class Review(NamedTuple):
    """What all claims gave: equal findings with where they stand, counts, broken promises, and the known examples."""

    rows: dict[Row, list[tuple[int, int | None]]]
    counts: Counter[str]
    promises: list[str]
    examples: dict[str, list[str]]


def review(scrubber: Scrubber) -> Review:
    """Check every claim with its own dates and moved."""
    found = Review({}, Counter(), [], {})
    for source in claims():
        found.counts["claims"] += 1
        days = [*service_days(source.claim), *(line.date_to for line in source.claim.lines if line.date_to)]
        own = scrubber.scrub(source, as_of=max(days, default=FIRST_DAY) + timedelta(days=20))
        found.counts[f"with their own dates, {own.outcome}"] += 1
        found.promises.extend(broken_promises(source, own))
        claim, again = moved(source.claim), None
        if claim is None:
            found.counts["without a date of service"] += 1
        else:
            again = scrubber.scrub(structs.replace(source, claim=claim), as_of=max(SENT, *service_days(claim)))
            found.counts[f"moved to August 2024, {again.outcome}"] += 1
            for entry in again.findings:
                places = found.rows.setdefault(Row(source.file, entry.rule, entry.message), [])
                places.append((source.index, entry.line))
        for name, wrong in known_examples(source, own, again).items():
            found.examples.setdefault(name, []).extend(wrong)
    return found


def read_verdicts() -> list[Verdict]:
    """The verdicts of the file beside this one."""
    with VERDICTS.open(encoding="utf-8", newline="") as file:
        return [Verdict(**row) for row in csv.DictReader(file)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--tables", type=Path, help="a folder of imported tables; made anew where it is not given")
    parser.add_argument("--write", type=Path, help="write the page there")
    options = parser.parse_args()
    if not FOLDER.is_dir():
        sys.stderr.write("The real 837 files (../shared/data/x12/837) are not on this machine.\n")
        return 2
    verdicts = read_verdicts()
    with tempfile.TemporaryDirectory() as scratch:
        tables = options.tables or Path(scratch)
        if options.tables is None:
            import_real(tables)
        rows, counts, promises, examples = review(Scrubber.load(tables=tables, cache=False))
    for row, places in rows.items():
        counts[f"findings {verdict_of(row, verdicts).verdict}"] += len(places)
    summary = [f"- {name}: {count:,}" for name, count in sorted(counts.items())]
    summary += [
        f"- {name}: {'yes' if not wrong else 'NO, ' + ', '.join(wrong)}" for name, wrong in sorted(examples.items())
    ]
    summary.append(f"- read by tables of another year, or called clean, with their own dates: {len(promises)}")
    head = [
        "---", "hide:", "  - toc", "---", "", "# Real claims, read one by one", "",
        "Every professional, institutional and dental claim of the public test files beside the project, made a",
        "Medicare claim and moved to August 2024, checked with the bundled packs and the NCCI tables of that quarter.",
        "Each finding was read and judged. Equal findings of a file share a row; claims count from 0. Printed by",
        "`python benchmarks/real_837_findings.py --write docs/real-claims.md`, which fails where a finding is wrong or",
        "unread.", "",
        *summary,
    ]  # fmt: skip
    if options.write:
        options.write.write_text(page(rows, verdicts, head), encoding="utf-8")
    sys.stdout.write("\n".join([machine.describe(), "", *summary, *promises[:20]]) + "\n")
    unread = [row for row in rows if verdict_of(row, verdicts).verdict != "right"]
    sys.stdout.write("".join(f"{verdict_of(row, verdicts).verdict}: {row}\n" for row in unread[:40]))
    return 1 if unread or promises or any(examples.values()) or len(examples) < 2 else 0


if __name__ == "__main__":
    sys.exit(main())
