"""A census of the real NCCI tables: counts of the importers, and every active pair asked of the rules as a claim.

    python benchmarks/ncci_census.py [--sample N] [--jobs N] [--settings practitioner,outpatient-hospital]

Needs the real files of 2024 Q3 beside the project (../shared/data). Each pair goes through the compiled NCCI pair
rules (``engine.run``) as four claims of two lines: in both orders, without a modifier and with 59 on column 2.
Indicator 0 has to fire both times, indicator 1 without 59 only, always on column 2 and nothing else beside it. One pair
in ``WHOLE`` also goes through the whole of ``Scrubber.scrub``. The pairs and their indicators come from a reading of
the raw files that shares no code with the importers. Exits 1 where a count or a pair is not as published.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import lru_cache
from itertools import islice
from pathlib import Path

import machine
import ncci_raw
from ncci_agreement import import_real, scrubber_over
from scrubber import Scrubber
from scrubber.claims.model import Claim, Diagnosis, ServiceLine
from scrubber.engine.judge.hit import Hit
from scrubber.engine.judge.outcome import Bypassed, Fires
from scrubber.engine.judge.run import run
from scrubber.engine.plan.plan import Plan
from scrubber.engine.scrub import Engine, Options
from scrubber.tables.importers.report import ImportReport

DAY, AS_OF = date(2024, 8, 1), date(2024, 8, 15)
RULES = frozenset({"NCCI-PTP-00", "NCCI-PTP-01", "NCCI-PTP-H00", "NCCI-PTP-H01"})
PUBLISHED = {
    "ptp/practitioner": {
        "all": {"0": 739_553, "1": 1_707_611, "9": 98_853}, "active": {"0": 508_947, "1": 1_160_873, "9": 0},
    },
    "ptp/outpatient-hospital": {
        "all": {"0": 60_675, "1": 1_685_259, "9": 29_884}, "active": {"0": 46_741, "1": 1_289_116, "9": 0},
    },
    "mue/practitioner": {"all": {"1": 41, "2": 5_157, "3": 9_479}},
    "mue/outpatient-hospital": {"all": {"1": 42, "2": 5_802, "3": 8_784}},
    "mue/dme": {"all": {"1": 23, "2": 1_256, "3": 1_649}},
    "aoc": {"all": {"1": 696, "2": 41, "3": 11}},
}  # fmt: skip
"""Rows by indicator of pair edits and limits, and distinct add-on codes by type, as counted in the source files."""
SETTINGS = {"practitioner": "pra", "outpatient-hospital": "oph"}
WHOLE = 500
CHUNK = 20_000

Asked = tuple[str, str, int]
Said = tuple[tuple[str, str, int, int], ...]


def counts_of(report: ImportReport) -> dict[str, dict[str, int]]:
    """The indicator counts of one imported table, in the shape of :data:`PUBLISHED`."""
    found = {"all": dict(sorted(report.indicators.items()))}
    if report.table.startswith("ptp/"):
        found["active"] = {indicator: report.active.get(indicator, 0) for indicator in found["all"]}
    return found


def two_lines(setting: str, codes: tuple[str, str], modifiers: tuple[tuple[str, ...], tuple[str, ...]]) -> Claim:
    """A claim to Medicare of these two codes on one day."""
    lines = tuple(
        ServiceLine(number=at, procedure=code, modifiers=marks, date=DAY, units=1, unit_basis="UN", charge=10_000,
                    diagnosis_pointers=(1,))
        for at, (code, marks) in enumerate(zip(codes, modifiers, strict=True), 1)
    )  # fmt: skip
    hospital = setting == "outpatient-hospital"
    return Claim(
        type="INSTITUTIONAL" if hospital else "PROFESSIONAL", bill_type="131" if hospital else None, frequency="1",
        payer_name="MEDICARE", filing_indicator="MA" if hospital else "MB", billing_npi="1234567893",
        total_charge=20_000, diagnoses=(Diagnosis(code="E119"),), lines=lines,
    )  # fmt: skip


def claims_of(setting: str, one: str, two: str) -> Iterator[tuple[Claim, bool, int]]:
    """The four claims of a pair, whether 59 stands on column 2, and the number of the column 2 line."""
    for with_59 in (False, True):
        mark: tuple[str, ...] = ("59",) if with_59 else ()
        yield two_lines(setting, (one, two), ((), mark)), with_59, 2
        yield two_lines(setting, (two, one), (mark, ())), with_59, 1


def right(setting: str, indicator: int, with_59: bool, column_2: int) -> Said:
    """What has to be said of such a claim: (fires or bypassed, rule, line, other line)."""
    rule = f"NCCI-PTP-{'H' if setting == 'outpatient-hospital' else ''}0{indicator}"
    return (("bypassed" if indicator == 1 and with_59 else "fires", rule, column_2, 3 - column_2),)


def by_run(engine: Engine, plans: dict[str, Plan], setting: str, claim: Claim) -> Said:
    """What the compiled rules say, without the wording of findings."""
    world = engine.world(claim, AS_OF, None, ())
    plan = plans.get(setting)
    if plan is None:
        plan = plans[setting] = engine.plan(world.claim)
    return tuple(
        sorted(_told(hit) for hit in run(plan, world) if not isinstance(hit, Hit) or hit.rule.rule.id in RULES)
    )


def _told(hit: object) -> tuple[str, str, int, int]:
    if not isinstance(hit, Hit):
        return ("crash", repr(hit), 0, 0)
    kind = {Fires: "fires", Bypassed: "bypassed"}.get(type(hit.outcome), "unsure")
    line, other = hit.subject
    return (kind, hit.rule.rule.id, line.number, other.number)


def by_scrub(scrubber: Scrubber, claim: Claim) -> Said:
    """What the whole library says."""
    result = scrubber.scrub(claim, as_of=AS_OF)
    told = [("fires", entry) for entry in result.findings] + [("bypassed", entry) for entry in result.bypassed]
    return tuple(sorted(
        (kind, entry.rule, entry.line or 0, related.line or 0)
        for kind, entry in told if entry.category == "ncci-ptp" for related in entry.related
    ))  # fmt: skip


@lru_cache(maxsize=1)
def prepared(tables: Path) -> tuple[Scrubber, Engine]:
    """The NCCI pack over the tables, and an engine of its pair rules alone; once a process."""
    scrubber = scrubber_over(tables)
    whole = scrubber.engine
    return scrubber, Engine(whole.program, whole.store, whole.resolve, Options(only=RULES))


def ask(tables: Path, setting: str, pairs: Sequence[Asked]) -> tuple[Counter[str], list[str]]:
    """Ask every pair; counts by indicator and outcome, and in words what is not as published."""
    scrubber, engine = prepared(tables)
    plans: dict[str, Plan] = {}
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for at, (one, two, indicator) in enumerate(pairs):
        counts["pairs"] += 1
        counts[f"indicator {indicator}"] += 1
        for claim, with_59, column_2 in claims_of(setting, one, two):
            counts["claims"] += 1
            said, wanted = by_run(engine, plans, setting, claim), right(setting, indicator, with_59, column_2)
            counts[f"{said[0][1]} {said[0][0]}" if said else "silent"] += 1
            if at % WHOLE == 0:
                counts["claims through Scrubber.scrub"] += 1
                said = said if said != wanted else by_scrub(scrubber, claim)
            if said != wanted:
                counts["wrong"] += 1
                wrong.append(f"{one} {two} {indicator}, 59 {with_59}, column 2 on line {column_2}: {said}")
    return counts, wrong[:20]


def active(kind: str, sample: int | None) -> Iterator[Asked]:
    """The pairs in force on the day asked about, from the raw files; every n-th where only ``sample`` are wanted."""
    found = ncci_raw.pairs_in_cover(kind)
    day = ncci_raw.number(DAY)
    step = max(1, len(found) // sample) if sample else 1
    for (one, two), rows in islice(found.items(), 0, None, step):
        indicators = {row.indicator for row in rows if row.first <= day <= row.last}
        if len(indicators) == 1:
            yield one, two, indicators.pop()


def chunks(pairs: Iterator[Asked]) -> Iterator[list[Asked]]:
    while chunk := list(islice(pairs, CHUNK)):
        yield chunk


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--sample", type=int, help="ask about this many pairs a setting; all where it is not given")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--settings", default=",".join(SETTINGS))
    options = parser.parse_args()
    if not ncci_raw.FOLDER.is_dir():
        sys.stderr.write("The real reference data (../shared/data) is not on this machine.\n")
        return 2
    write = sys.stdout.write
    write(machine.describe() + "\n")
    bad = 0
    with tempfile.TemporaryDirectory() as scratch, ProcessPoolExecutor(options.jobs) as pool:
        begin = time.perf_counter()
        tables = Path(scratch)
        reports = {report.table: report for report in import_real(tables)}
        write(f"\nimported in {time.perf_counter() - begin:.0f} s\n")
        for table, published in PUBLISHED.items():
            found = counts_of(reports[table])
            bad += found != published
            write(f"{table:25} {'as published' if found == published else f'NOT as published: {published}'}\n")
            write("".join(f"    {name:8} {kinds}\n" for name, kinds in found.items()))
        for setting in options.settings.split(","):
            begin = time.perf_counter()
            total: Counter[str] = Counter()
            work = [
                pool.submit(ask, tables, setting, chunk) for chunk in chunks(active(SETTINGS[setting], options.sample))
            ]
            for done in work:
                counts, wrong = done.result()
                total.update(counts)
                write("".join(f"    {text}\n" for text in wrong))
            bad += total["wrong"]
            write(
                f"\n{setting}: every pair asked in {time.perf_counter() - begin:.0f} s with {options.jobs} processes\n"
            )
            write("".join(f"    {name:32} {count:>10,}\n" for name, count in sorted(total.items())))
    write(f"\n{'all as published' if not bad else f'{bad:,} not as published'}\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
