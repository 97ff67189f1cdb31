"""The packed tables against a dict and against sqlite3, on the same rows in the same run.

    python benchmarks/tables_bench.py [--rows N] [--lookups N] [--generated]

Uses the real practitioner pair edits where they stand beside the project (../shared/data), else as many generated ones.
Prints a line of JSON last, for other programs.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import resource
import sqlite3
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from scrubber.tables.importers.run import import_files
from scrubber.tables.packed import OPEN_END
from scrubber.tables.store import TableStore, open_file
from scrubber.tables.table import OpenTable

COVERS = (date(2024, 7, 1), date(2024, 9, 30))
DAY = date(2024, 8, 1).toordinal()
REAL = Path(__file__).resolve().parents[1] / ".." / "shared" / "data" / "ncci" / "cms-layout"
SEED = 20240701
HEADER = "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\r\n"


def generate(folder: Path, rows: int, chance: random.Random) -> list[Path]:
    """Four zips in the official layout: rows spread over 12,000 first codes as the real ones are."""
    codes = [f"{number:05}" for number in range(10_000, 22_000)]
    lasts = ["*"] * 6 + [f"{year}{end}" for year in range(2010, 2024) for end in ("0331", "0630", "0930", "1231")]
    paths = []
    for part in range(4):
        path = folder / f"ccipra-v302r0-f{part + 1}.zip"
        mine = codes[part * 3000 : (part + 1) * 3000]
        each = rows // 4 // len(mine) + 1
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("edits.TXT", "w") as out:
            for first in mine:
                lines = (
                    f"{first}\t{second}\t\t19960101\t{chance.choice(lasts)}\t{chance.choice('0111')}\tGenerated\t\r\n"
                    for second in sorted(chance.sample(codes, each))
                )
                out.write(((HEADER if first == mine[0] else "") + "".join(lines)).encode())
        paths.append(path)
    return paths


def every_row(table: OpenTable) -> Iterator[tuple[str, str, int, int, int]]:
    """(column 1, column 2, first day, last day, indicator) of the rows, read back on a few days of the table."""
    for number in range(table._heads.count):
        first = table._heads[number]
        for second in table.partners(first):
            row = table.find((first, second), DAY)
            if row >= 0:
                cells = table.row(row)
                begin, end = cells["effective"], cells["deletion"]
                first_day = begin.toordinal() if isinstance(begin, date) else 0
                last_day = end.toordinal() if isinstance(end, date) else OPEN_END
                yield first, second, first_day, last_day, int(str(cells["modifier_indicator"]))


def timed(run: Callable[[], object], times: int = 1) -> float:
    """The least seconds of several runs."""
    best = float("inf")
    for _ in range(times):
        begin = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - begin)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=2_500_000, help="rows to generate where the real table is absent")
    parser.add_argument("--lookups", type=int, default=50_000)
    parser.add_argument("--generated", action="store_true", help="generate even where the real table is there")
    options = parser.parse_args()
    chance = random.Random(SEED)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        real = sorted(REAL.glob("ccipra*.zip")) if REAL.is_dir() and not options.generated else []
        paths = real or generate(folder, options.rows, chance)
        begin = time.perf_counter()
        (report,) = import_files(paths, folder / "tables", covers=COVERS)
        import_seconds = time.perf_counter() - begin
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        path = Path(report.path)
        figures = {
            "input": "CMS 2024 Q3 practitioner" if real else f"generated, {options.rows} rows asked",
            "rows": report.rows_kept, "seed": SEED, "lookups": options.lookups,
            "machine": f"{platform.machine()}, {platform.system()}", "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version, "import_seconds": round(import_seconds, 2), "import_peak_mb": round(peak),
            "file_mb": round(path.stat().st_size / 1e6, 2),
            "scan_and_open_ms": round(timed(lambda: TableStore([folder / "tables"]).edition_for(
                "ptp/practitioner", COVERS[0]), 20) * 1e3, 3),
            "open_ms": round(timed(lambda: open_file(path), 20) * 1e3, 3),
        }  # fmt: skip
        figures |= compare(open_file(path), folder, options.lookups, chance)
    for name, value in figures.items():
        sys.stdout.write(f"{name:28} {value}\n")
    sys.stdout.write(json.dumps(figures) + "\n")


def compare(table: OpenTable, folder: Path, lookups: int, chance: random.Random) -> dict[str, float]:
    """Look-ups of the same pairs, half of them there, in the packed table, a dict and sqlite3; answers must agree."""
    rows = list(every_row(table))
    codes = sorted({row[0] for row in rows} | {row[1] for row in rows})
    asked = [chance.choice(rows)[:2] for _ in range(lookups // 2)]
    asked += [(chance.choice(codes), chance.choice(codes)) for _ in range(lookups - len(asked))]
    chance.shuffle(asked)
    common = chance.sample(codes, min(300, len(codes)))
    claims = [chance.sample(common, 10) for _ in range(max(1, lookups // 20))]

    begin = time.perf_counter()
    plain: dict[tuple[str, str], tuple[int, int, int]] = {(a, b): (c, d, e) for a, b, c, d, e in rows}
    dict_seconds = time.perf_counter() - begin
    database = sqlite3.connect(folder / "pairs.sqlite")
    database.execute("create table p (a text, b text, c int, d int, e int, primary key (a, b)) without rowid")
    sqlite_seconds = timed(lambda: database.executemany("insert into p values (?, ?, ?, ?, ?)", rows))
    database.commit()
    query = "select e from p where a = ? and b = ? and c <= ? and ? <= d"

    def in_packed() -> list[object]:
        find, value = table.find, table.value
        return [value(row, "modifier_indicator") if (row := find(key, DAY)) >= 0 else None for key in asked]

    def in_dict() -> list[object]:
        found = map(plain.get, asked)
        return [row[2] if row and row[0] <= DAY <= row[1] else None for row in found]

    def in_sqlite() -> list[object]:
        run = database.execute
        found = [run(query, (*key, DAY, DAY)).fetchone() for key in asked]
        return [row[0] if row else None for row in found]

    if not in_packed() == in_dict() == in_sqlite():
        raise SystemExit("the three disagree: the figures would mean nothing")
    per = {run.__name__: timed(run, 3) / len(asked) * 1e6 for run in (in_packed, in_dict, in_sqlite)}
    pairs = timed(lambda: [table.existing_pairs(claim) for claim in claims], 3) / len(claims) * 1e6
    return {
        "lookup_us": round(per["in_packed"], 2), "dict_lookup_us": round(per["in_dict"], 2),
        "sqlite_lookup_us": round(per["in_sqlite"], 2),
        "lookup_against_dict": round(per["in_packed"] / per["in_dict"], 1),
        "sqlite_against_lookup": round(per["in_sqlite"] / per["in_packed"], 1), "pairs_of_10_codes_us": round(pairs, 1),
        "dict_build_seconds": round(dict_seconds, 2), "sqlite_build_seconds": round(sqlite_seconds, 2),
        "sqlite_file_mb": round((folder / "pairs.sqlite").stat().st_size / 1e6, 1),
    }  # fmt: skip


if __name__ == "__main__":
    main()
