"""The bundled starter tables: editions built from the HCPCS Level II slices that are kept beside them.

    python -m scrubber.tables.starter rules/ncci/tables

reads ``source/*.csv`` of that folder and writes the editions into it, byte for byte the same every time. The slices
hold CMS's own codes only, so a fresh installation has something to run on; every result names them as a slice.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from scrubber.tables.importers.report import ImportReport
from scrubber.tables.importers.run import import_files

COVERS = (date(2024, 7, 1), date(2024, 9, 30))
"""The quarter the slices were taken in; their first days are lost, so they say nothing of earlier days."""


def build(source: Path, folder: Path) -> list[ImportReport]:
    """Build the starter editions from the CSVs of ``source`` into ``folder``. Raises InputError."""
    return import_files(sorted(source.glob("*.csv")), folder, covers=COVERS, slice=True)


def main(arguments: Sequence[str]) -> int:
    """The command; 2 where the folder has no sources."""
    folder = Path(arguments[0] if arguments else "rules/ncci/tables")
    if not (folder / "source").is_dir():
        sys.stderr.write(f"{folder / 'source'} is not a folder; run this from the root of the project.\n")
        return 2
    for report in build(folder / "source", folder):
        sys.stdout.write(f"{report.table} {report.edition}: {report.rows_kept} of {report.rows_read} rows\n")
        sys.stdout.writelines(f"  {warning}\n" for warning in report.warnings)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
