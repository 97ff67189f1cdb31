"""The bundled starter tables: HCPCS Level II only, and the same bytes every time they are built."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from scrubber.tables.files import table_files
from scrubber.tables.starter import build, main
from scrubber.tables.store import TableStore
from scrubber.tables.table import ABSENT
from scrubber.tables.verify import verify

BUNDLED = Path(__file__).resolve().parents[2] / "rules" / "ncci" / "tables"


def test_rebuilding_gives_the_committed_bytes(tmp_path: Path) -> None:
    build(BUNDLED / "source", tmp_path)
    built = {path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in map(Path, table_files(tmp_path))}
    kept = {path.relative_to(BUNDLED).as_posix(): path.read_bytes() for path in map(Path, table_files(BUNDLED))}
    assert len(kept) == 7
    assert built == kept


def test_every_code_is_hcpcs_level_2() -> None:
    """CPT codes begin with a digit and D codes are CDT: neither is ours to pass on."""
    for source in (BUNDLED / "source").glob("*.csv"):
        keys = 2 if not source.name.startswith("mue") else 1
        for line in source.read_text(encoding="utf-8").splitlines()[1:]:
            for cell in line.split(",")[:keys]:
                assert re.fullmatch(r"[A-CE-Z]\d{4}|CCCCC", cell), (source.name, cell)


def test_the_slice_answers_and_says_that_it_is_one() -> None:
    store = TableStore([BUNDLED])
    assert store.problems == ()
    assert all(result.ok for result in verify(BUNDLED))
    assert store.table_names() == (
        "aoc", "aoc_type", "mue/dme", "mue/outpatient-hospital", "mue/practitioner", "ptp/outpatient-hospital",
        "ptp/practitioner",
    )  # fmt: skip
    assert {edition.slice for name in store.table_names() for edition in store.editions(name)} == {True}
    day = date(2024, 8, 1)
    assert store.edition_for("aoc", date(2024, 10, 1)) is None
    pairs, limits, kinds = (store.edition_for(name, day) for name in ("ptp/practitioner", "mue/dme", "aoc_type"))
    assert pairs is not None
    assert limits is not None
    assert kinds is not None
    assert pairs.find(("A4301", "A4300"), date(2001, 12, 31).toordinal()) >= 0
    assert pairs.find(("A4301", "A4300"), date(2002, 1, 1).toordinal()) == ABSENT
    assert not pairs.has_key(("A4263", "A4262"))
    assert limits.value(limits.find(("A4253",), day.toordinal()), "units") == 1
    assert kinds.row(kinds.find(("G0506",), day.toordinal()))["contractor_primaries"] is True


def test_the_active_pairs_are_those_of_the_slice() -> None:
    """1,372 practitioner and 1,023 hospital pairs of the slice have no last day."""
    store = TableStore([BUNDLED])
    for name, active in (("ptp/practitioner", 1372), ("ptp/outpatient-hospital", 1023)):
        table = store.edition_for(name, date(2024, 8, 1))
        assert table is not None
        source = BUNDLED / "source" / ("ptp_prac" if name.endswith("er") else "ptp_oph")
        lines = source.with_name(f"{source.name}_2024Q3_level2.csv").read_text(encoding="utf-8").splitlines()[1:]
        keys = {tuple(line.split(",")[:2]) for line in lines}
        assert sum(table.find(key, date(2024, 8, 1).toordinal()) >= 0 for key in keys) == active  # type: ignore[arg-type]


def test_the_command_says_what_it_built(tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    assert main([str(tmp_path)]) == 2
    assert "not a folder" in capsys.readouterr().err
    (tmp_path / "source").mkdir()
    name = "aoc_2024Q2_level2.csv"
    (tmp_path / "source" / name).write_bytes((BUNDLED / "source" / name).read_bytes())
    assert main([str(tmp_path)]) == 0
    assert "aoc 2024-07-01..2024-09-30: 59 of 59 rows" in capsys.readouterr().out
