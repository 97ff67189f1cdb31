"""Whatever bytes are given as a table file, the answer is a report or an InputError, and nothing half-written."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables_layouts import Q3, aoc_csv, mue_csv, ptp_row, ptp_zip

from scrubber.core.diagnostics import InputError
from scrubber.tables.importers.run import import_files
from scrubber.tables.verify import verify

CHANGES = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from(["set", "cut", "insert"]), st.binary(max_size=6)), max_size=5
)


def samples(folder: Path) -> list[Path]:
    text = folder / "ccioph-v302r0-f1.txt"
    rows = [ptp_row("97530", f"9711{n}", indicator="019"[n % 3]) for n in range(10)]
    path = ptp_zip(folder, rows)
    text.write_bytes(b"Column 1\tColumn 2\texistence\tEffective\tDeletion\tModifier\tRationale\r\n" + b"".join(rows))
    aoc = ["20701,11010,3,2023,,,,", '20701,11010,1,2020,2022365,,,"a\nb"']
    return [path, text, mue_csv(folder, ["97110,6,3 Clinical,x"] * 4), aoc_csv(folder, aoc)]


@settings(max_examples=250, deadline=None)
@given(st.integers(0, 3), CHANGES)
def test_mutated_files(which: int, changes: list[tuple[float, str, bytes]]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        path = samples(folder)[which]
        data = bytearray(path.read_bytes())
        for share, how, piece in changes:
            at = int(share * len(data))
            if how == "cut":
                del data[at:]
            else:
                data[at : at + (len(piece) if how == "set" else 0)] = piece
        path.write_bytes(data)
        refusal, reports = "", []
        try:
            reports = import_files([path], folder / "out", covers=Q3)
        except InputError as error:
            refusal = str(error)
        if refusal:
            assert path.name in refusal
            assert not (folder / "out").exists()
            return
        assert all(result.ok for result in verify(folder / "out"))
        for report in reports:
            assert report.rows_read == report.rows_kept + sum(report.dropped.values())


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["ccipra.zip", "a.csv", "ccioph.txt"]))
def test_arbitrary_bytes(data: bytes, name: str) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / name
        path.write_bytes(data)
        with pytest.raises(InputError, match=name):
            import_files([path], Path(scratch) / "out", covers=Q3)
