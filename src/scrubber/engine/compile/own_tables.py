"""Tables a pack carries itself: a CSV beside its rules."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from scrubber.core.diagnostics import Diagnostic
from scrubber.core.places import Place
from scrubber.engine.compile.program import TableRow
from scrubber.packs.model import Pack, TableSpec, Window

LIMIT = 50_000


def own_rows(spec: TableSpec, pack: Pack, problems: list[Diagnostic]) -> tuple[TableRow, ...]:
    """The rows of ``source:``; what is wrong with the file is added to ``problems``."""
    path = Path(pack.path) / spec.source
    wanted = [*spec.keys, *spec.columns, *spec.effective]
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            lacking = [name for name in wanted if name not in (reader.fieldnames or ())]
            if lacking:
                raise ValueError(f"It has no column named {', '.join(lacking)}.")
            rows: list[TableRow] = []
            for cells in reader:
                if len(rows) == LIMIT:
                    raise ValueError(f"It has more than {LIMIT} rows. Import it with: scrubber tables import.")
                days = [date.fromisoformat(cells[name]) if cells[name] else None for name in spec.effective]
                window = Window(*days)
                rows.append(TableRow({name: cells[name] or "" for name in (*spec.keys, *spec.columns)}, window))
            return tuple(rows)
    except (OSError, ValueError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        place = Place(str(path), 1, 1, 1, 1)
        problems.append(Diagnostic("SCR715", f"The list of table {spec.name} cannot be used.", place, help=str(reason)))
        return ()
