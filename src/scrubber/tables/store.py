"""The tables a run can see: folders of editions, and which edition answers for a day."""

from __future__ import annotations

import mmap
import os
import re
from _thread import allocate_lock  # all of `threading` that is needed here, without its start
from collections.abc import Sequence
from datetime import date

from scrubber.core.diagnostics import InputError, InputProblem
from scrubber.core.files import shown
from scrubber.core.resources import AnyPath
from scrubber.tables.files import table_files
from scrubber.tables.kinds import open_table
from scrubber.tables.packed import SUFFIX, damaged, misnamed, read_head, read_header
from scrubber.tables.table import Edition, OpenTable

POLICIES = ("strict", "carry_forward")
_ID = r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})"
"""Compiled where a damaged file is met: compiling it takes as long as loading a module."""


class TableStore:
    """Read-only access to the editions in some folders. Cheap to make: it reads file headers only.

    A folder goes before the ones after it: where it has an edition of a table for a day, theirs are not looked at, so a
    practice's own import hides the bundled slice for the days it covers. Inside a folder, where editions of a table
    overlap, the one whose cover begins latest answers; of two that begin together, the one that ends latest.

    A damaged file does not stop the others: it is listed in ``problems``, and asking for a day it should answer for
    raises InputError. May be shared between threads. Files are seen as they were when the store was made.
    """

    def __init__(self, folders: Sequence[AnyPath]) -> None:
        self.folders = tuple(os.fspath(folder) for folder in folders)
        self.problems: tuple[InputProblem, ...] = ()
        self._damaged: dict[tuple[int, str], list[tuple[date, date, InputError]]] = {}
        self._editions: dict[str, list[tuple[int, Edition]]] = {}
        self._open: dict[str, OpenTable] = {}
        self._lock = allocate_lock()
        for rank, folder in enumerate(self.folders):
            try:
                paths = table_files(folder)
            except InputError as error:
                self.problems += (error.problem,)
                continue
            for path in paths:
                self._scan(rank, folder, path)

    def table_names(self) -> tuple[str, ...]:
        """The names of all tables that have an edition, in order."""
        return tuple(sorted(self._editions))

    def editions(self, table: str) -> tuple[Edition, ...]:
        """The editions of a table, the one that is asked first standing first; empty for a table nobody imported."""
        return tuple(edition for _, edition in self._editions.get(table, ()))

    def holds(self, table: str) -> bool:
        """Whether a folder has a file of a table, be it damaged."""
        return table in self._editions or any(name == table for _, name in self._damaged)

    def edition_for(self, table: str, day: date, policy: str = "strict") -> OpenTable | None:
        """The edition that answers for ``day``, opened; None where there is none.

        ``carry_forward`` takes, where no edition covers the day, the one that ended last before it, folder by folder
        (it is stale: ``edition.last < day``). Raises InputError where the edition's file is damaged and ValueError for
        an unknown policy.
        """
        if policy not in POLICIES:
            raise ValueError(f"the edition policy is one of {', '.join(POLICIES)}")
        editions = self._editions.get(table, ())
        for rank in range(len(self.folders)):
            self._refuse(rank, table, day)
            for at, edition in editions:
                if at == rank and edition.first <= day <= edition.last:
                    return self.open(edition)
        if policy == "carry_forward":
            for rank in range(len(self.folders)):
                past = [edition for at, edition in editions if at == rank and edition.last < day]
                if past:
                    return self.open(max(past, key=lambda edition: (edition.last, edition.first)))
        return None

    def open(self, edition: Edition) -> OpenTable:
        """Open one edition of this store; later calls give the same object. Raises InputError where it is damaged."""
        table = self._open.get(edition.path)
        if table is None:
            with self._lock:
                table = self._open.get(edition.path)
                if table is None:
                    table = self._open[edition.path] = open_file(edition.path, edition.digest)
        return table

    def describe(self, expected: Sequence[str] = ()) -> dict[str, object]:
        """What is loaded, as plain data: the folders, every edition with its days and rows, which of the ``expected``
        tables have no edition, and what is damaged."""
        return {
            "folders": [{"path": folder, "found": os.path.isdir(folder)} for folder in self.folders],
            "tables": [
                {
                    "table": name, "edition": edition.id, "covers": {"from": edition.first.isoformat(),
                    "to": edition.last.isoformat()}, "rows": edition.rows, "slice": edition.slice,
                    "left_out": edition.left_out, "digest": edition.digest, "columns": list(edition.columns),
                    "source_files": list(edition.source_files), "path": edition.path,
                }
                for name in self.table_names()
                for edition in self.editions(name)
            ],
            "missing": [name for name in expected if name not in self._editions],
            "problems": [str(problem) for problem in self.problems],
        }  # fmt: skip

    def _scan(self, rank: int, folder: str, path: str) -> None:
        parent, file = os.path.split(path)
        name = parent.removeprefix(folder).strip(os.sep).replace(os.sep, "/")
        try:
            header, _, digest = read_head(path)
            if header.table != name or f"{header.edition}{SUFFIX}" != file:
                raise misnamed(path, header)
        except InputError as error:
            self.problems += (error.problem,)
            self._damaged.setdefault((rank, name), []).append((*_cover_of(file), error))
            return
        known = self._editions.setdefault(name, [])
        known.append((rank, Edition.of(header, digest, path)))
        known.sort(key=lambda pair: (pair[0], -pair[1].first.toordinal(), -pair[1].last.toordinal()))

    def _refuse(self, rank: int, table: str, day: date) -> None:
        for first, last, error in self._damaged.get((rank, table), ()):
            if first <= day <= last:
                raise error


def open_file(path: AnyPath, digest: str = "") -> OpenTable:
    """Map a table file. Raises InputError where it is damaged, or is not the one of ``digest`` any more."""
    try:
        with open(path, "rb") as stream:
            view = memoryview(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is empty"
        raise damaged(path, f"cannot be read ({reason})") from None
    header, begin, found = read_header(view, len(view), path)
    if digest and found != digest:
        problem = "The table file was replaced by another import after this program started."
        raise InputError(InputProblem(shown(path), problem, help="Start the program again."))
    return open_table(header, found, view[begin:], str(path))


def _cover_of(file: str) -> tuple[date, date]:
    """The days a damaged file should answer for, by its name; every day where the name does not say."""
    named = re.fullmatch(_ID, file.removesuffix(SUFFIX))
    try:
        return (date.fromisoformat(named[1]), date.fromisoformat(named[2])) if named else (date.min, date.max)
    except ValueError:
        return date.min, date.max
