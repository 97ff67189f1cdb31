"""The tables a benchmark runs with: CMS's own of 2024 Q3 where they stand beside the project, else the bundled slice.

The real ones are imported once into ``.tools/bench-tables`` and found there by the next run.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from scrubber.tables.importers.run import import_files

ROOT = Path(__file__).resolve().parents[1]
REAL = ROOT / ".." / "shared" / "data" / "ncci"
KEPT = ROOT / ".tools" / "bench-tables"
COVERS = (date(2024, 7, 1), date(2024, 9, 30))
SETS = (
    ("ptp/practitioner", "cms-layout/ccipra*.zip"),
    ("ptp/outpatient-hospital", "cms-layout/ccioph*.zip"),
    ("mue/practitioner", "cms-layout/MCR_MUE_Practitioner*.csv"),
    ("mue/outpatient-hospital", "cms-layout/MCR_MUE_Outpatient*.csv"),
    ("mue/dme", "cms-layout/MCR_MUE_DME*.csv"),
    ("aoc", "aoc_2024Q2.csv"),
)


def real_tables() -> Path | None:
    """The folder with the real tables, imported where that is still to be done; None where their files are absent."""
    if not REAL.is_dir():
        return None
    for table, pattern in SETS:
        if not any((KEPT / table).glob("*")):
            import_files(sorted(REAL.glob(pattern)), KEPT, covers=COVERS)
    return KEPT


def described(folder: Path | None) -> str:
    """One line on what the tables are."""
    return "the bundled HCPCS Level II slice" if folder is None else "CMS 2024 Q3 (all of PTP, MUE and add-on codes)"
