"""What an import tells: what was read, kept and left out, and where a file could not be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date

from msgspec import Struct

from scrubber.core.diagnostics import InputError, InputProblem

HANDFUL = 5
"""A file with more unreadable rows than this is refused: it is not what it seems, or it is damaged."""


class ImportReport(Struct, frozen=True):
    """The account of one imported edition.

    ``rows_read`` = ``rows_kept`` + the sum of ``dropped`` (reason to rows). ``indicators`` counts the rows read by
    indicator, ``active`` those without a last day. ``written`` is False where the same edition was already there.
    """

    table: str
    edition: str
    first: date
    last: date
    rows_read: int
    rows_kept: int
    dropped: dict[str, int]
    indicators: dict[str, int]
    active: dict[str, int]
    warnings: tuple[str, ...]
    source_files: tuple[str, ...]
    digest: str
    path: str
    written: bool


class Tally:
    """Counts of one table while its files are read. ``partial``: too few rows for the whole list. ``left_out``: rows
    that could not be read, counted in the edition: one of them may be the row that a claim needed."""

    def __init__(self) -> None:
        self.read = 0
        self.partial = False
        self.left_out = 0
        self.dropped: Counter[str] = Counter()
        self.indicators: Counter[str] = Counter()
        self.active: Counter[str] = Counter()
        self.warnings: list[str] = []

    def bad_rows(self, file: str) -> BadRows:
        """A collector for one file of this table."""
        return BadRows(file, self)


class BadRows:
    """The unreadable rows of one file: up to a handful are left out and told, more refuse the file."""

    def __init__(self, file: str, tally: Tally) -> None:
        self._file, self._tally, self._count = file, tally, 0

    def add(self, line: int, column: str, reason: str) -> None:
        """Note a row. Raises InputError where it is one too many."""
        self._count += 1
        self._tally.left_out += 1
        self._tally.dropped["unreadable"] += 1
        self._tally.warnings.append(f"{self._file}, line {line}, {column}: {reason}; the row was left out.")
        if self._count > HANDFUL:
            raise InputError(
                InputProblem(
                    self._file,
                    f"More than {HANDFUL} rows cannot be read; in this one: {reason}.",
                    element=column,
                    line=line,
                    help=f"Line {line}. Nothing was imported. Download the file again from the publisher.",
                )
            )


def refused(file: str, message: str, help: str = "", line: int | None = None, column: str | None = None) -> InputError:
    """The error for a file that cannot be imported. Nothing has been changed when it is raised."""
    advice = f"{help} Nothing was imported.".strip()
    return InputError(InputProblem(file, message, element=column, line=line, help=advice))


def refuse_repeated(file: str, headings: Sequence[str], wanted: Collection[str], line: int) -> None:
    """Raises InputError where a column that is read stands twice in a header: nobody can tell which one is meant."""
    for heading in wanted:
        if headings.count(heading) > 1:
            raise refused(file, f"The header names the column {heading} {headings.count(heading)} times.",
                          f"Line {line}. Leave one of them.", line, heading)  # fmt: skip


def fewer(rows: int, fewest: int, tally: Tally, what: str = "codes") -> None:
    """Keep a list as a slice where it is shorter than any that was ever published.

    What a whole list lacks is invalid, or has no edit; of a list that was cut short nobody can say that.
    """
    if rows < fewest:
        tally.partial = True
        tally.warnings.append(
            f"Only {rows:,} {what}; every published list has at least {fewest:,}. Is this the whole file? It is "
            f"kept as a slice: {what} that it leaves out are not checked."
        )
