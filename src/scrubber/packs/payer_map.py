"""The payer map: a CSV that says what the payer on a claim is to the rules. Imports neither yaml nor pydantic."""

from __future__ import annotations

import os
import re
from codecs import BOM_UTF8
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from scrubber.core.code_systems import PAYER_CLASSES
from scrubber.core.diagnostics import Diagnostic, Label, RuleFileError, UsageError
from scrubber.core.files import read_ordinary
from scrubber.core.payers import ResolvedPayer
from scrubber.core.places import Place
from scrubber.core.resources import AnyPath

HEADER: Final = ("payer_id", "payer_name", "payer", "class", "product", "state")
MAX_PAYER_MAP_BYTES: Final = 8 << 20

FILING_INDICATORS: Final[Mapping[str, ResolvedPayer]] = MappingProxyType({
    "MA": ResolvedPayer("MEDICARE", "MEDICARE"),
    "MB": ResolvedPayer("MEDICARE", "MEDICARE"),
    "MC": ResolvedPayer("MEDICAID", "MEDICAID"),
    "CH": ResolvedPayer("TRICARE", "TRICARE"),
    "VA": ResolvedPayer("VA", "VA"),
    "WC": ResolvedPayer("WORKERS_COMP", "WORKERS_COMP"),
    "AM": ResolvedPayer("AUTO", "AUTO"),
    "BL": ResolvedPayer("BLUE_CROSS", "BLUE"),
    "16": ResolvedPayer("MEDICARE_ADVANTAGE", "MEDICARE_ADVANTAGE"),
    "09": ResolvedPayer("SELF_PAY", "SELF_PAY"),
})  # fmt: skip
"""Claim filing indicators (2000B SBR09) that name a program for certain. CI, 12, 13, ZZ and others do not."""


class PayerMap(Struct, frozen=True):
    """What payers are. Keys of ``ids`` are trimmed and upper case; those of ``names`` are :func:`plain_name`."""

    ids: dict[str, ResolvedPayer] = {}
    names: dict[str, ResolvedPayer] = {}

    def resolve(
        self, payer_id: str | None, payer_name: str | None, filing_indicator: str | None = None
    ) -> ResolvedPayer | None:
        """What the payer is: by id first, then by name, then by the filing indicator; None where nothing says."""
        found = self.ids.get((payer_id or "").strip().upper())
        if found is None and payer_name:
            found = self.names.get(plain_name(payer_name))
        if found is None and filing_indicator:
            found = FILING_INDICATORS.get(filing_indicator.strip().upper())
        return found

    def over(self, other: PayerMap) -> PayerMap:
        """Both maps together; where both know a payer, this one decides."""
        return PayerMap({**other.ids, **self.ids}, {**other.names, **self.names})


def plain_name(name: str) -> str:
    """A payer's name without case, punctuation and doubled blanks: ``Blue-Cross, Inc.`` is ``BLUE CROSS INC``."""
    return " ".join("".join([char if char.isalnum() else " " for char in name.replace("'", "").upper()]).split())


def load_payer_map(path: AnyPath, *more: AnyPath) -> PayerMap:
    """The maps in those files as one; an earlier file decides over a later one.

    Raises:
        UsageError: a file does not exist or cannot be read.
        RuleFileError: with everything that is wrong in them.
    """
    problems: list[Diagnostic] = []
    whole = PayerMap()
    for file in (path, *more):
        whole = whole.over(_read(os.fspath(file), problems))
    if problems:
        raise RuleFileError(problems)
    return whole


def _read(path: str, problems: list[Diagnostic]) -> PayerMap:
    shown = path.replace(os.sep, "/")
    try:
        data = read_ordinary(path, MAX_PAYER_MAP_BYTES + 1)
    except OSError as error:
        raise UsageError(f"payer map {shown} cannot be read: {(error.strerror or 'unknown reason').lower()}") from None
    if len(data) > MAX_PAYER_MAP_BYTES:
        headline = f"this file has more than the {MAX_PAYER_MAP_BYTES:,} bytes that a payer map may have"
        help_ = "keep the payers that you bill; is it a payer map?"
        problems.append(Diagnostic("SCR501", headline, Place(shown, 1, 1, 1, 1), help=help_))
        return PayerMap()
    try:
        text = data.removeprefix(BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problems.append(
            Diagnostic(
                "SCR502",
                "this file is not UTF-8 from here on",
                Place(shown, line, 1, line, 1),
                help="save it as CSV UTF-8",
            )
        )
        return PayerMap()
    if "\0" in text:
        problems.append(
            Diagnostic(
                "SCR504", "this file holds a NUL character", Place(shown, 1, 1, 1, 1), help="save it as CSV UTF-8"
            )
        )
        return PayerMap()
    return _Rows(shown, problems).read(text)


def _cells(line: str) -> list[str] | None:
    """The cells of a row, trimmed; None where its quotes do not match."""
    if '"' not in line:
        return [cell.strip() for cell in line.split(",")]
    import csv  # here because few rows have quotes, and a start need not wait for it

    try:
        return [cell.strip() for cell in next(csv.reader([line], strict=True))]
    except (csv.Error, StopIteration):
        return None


_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_NAME = _LETTERS | frozenset("0123456789_")


def _is_name(text: str) -> bool:
    return text[:1] not in ("", "_") and set(text) <= _NAME


_Known = tuple[ResolvedPayer, tuple[int, int]]
"""What a payer is, and the row and column that say so."""


class _Rows:
    __slots__ = ("lines", "path", "problems")

    def __init__(self, path: str, problems: list[Diagnostic]) -> None:
        self.path = path
        self.problems = problems
        self.lines: list[str] = []

    def read(self, text: str) -> PayerMap:
        self.lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        ids: dict[str, _Known] = {}
        names: dict[str, _Known] = {}
        columns: list[str] | None = None
        for number, line in enumerate(self.lines, 1):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            cells = _cells(line)
            if cells is None:
                self._problem(
                    "SCR654", "this row cannot be read as CSV", number, 0, "close each double quote on the same line"
                )
                continue
            if columns is None:
                columns = [cell.lower() for cell in cells]
                if not self._header(columns, number):
                    return PayerMap()
                continue
            self._row(number, columns, cells, ids, names)
        if columns is None:
            self._problem("SCR650", "this payer map is empty", 1, 0, f"the first line is {','.join(HEADER)}")
        return PayerMap({k: v for k, (v, _) in ids.items()}, {k: v for k, (v, _) in names.items()})

    def _header(self, columns: Sequence[str], number: int) -> bool:
        if not set(HEADER) & set(columns):
            help = f"the first line is {','.join(HEADER)}"
            self._problem("SCR651", "the first line of this payer map names none of its columns", number, 0, help)
            return False
        good = True
        for name in HEADER:
            if list(columns).count(name) > 1:
                said = f"this payer map names the column `{name}` twice"
                self._problem("SCR627", said, number, list(columns).index(name), "rename one of them")
                good = False
            if name not in columns:
                from scrubber.packs.suggest import nearest  # here because most maps have nothing to suggest

                near = nearest(name, [column for column in columns if column not in HEADER])
                self._problem(
                    "SCR651",
                    f"this payer map has no column `{name}`",
                    number,
                    0,
                    f"did you mean it by `{near}`? " * bool(near) + f"the first line is {','.join(HEADER)}",
                )
                good = False
        return good

    def _row(
        self,
        number: int,
        columns: Sequence[str],
        cells: Sequence[str],
        ids: dict[str, _Known],
        names: dict[str, _Known],
    ) -> None:
        if len(cells) != len(columns):
            self._problem(
                "SCR654",
                f"this row has {len(cells)} cells; the header has {len(columns)}",
                number,
                0,
                "put a name that holds a comma in double quotes",
            )
            return
        row = dict(zip(columns, cells, strict=True))
        payer, class_, state = row["payer"], row["class"].upper(), row["state"].upper()
        before = len(self.problems)

        def wrong(code: str, headline: str, column: str, help_: str) -> None:
            self._problem(code, headline, number, columns.index(column), help_)

        for column, value in (("payer", payer), ("product", row["product"])):
            if (value or column == "payer") and not _is_name(value):
                says = f"`{value}` is not the name of a {column}" if value else "the payer has no name for the rules"
                wrong("SCR614", says, column, "write upper-case letters, digits and _, as the rules do")
        if class_ not in PAYER_CLASSES:
            from scrubber.packs.suggest import listed, nearest

            near = nearest(class_, PAYER_CLASSES) if class_ else None
            wrong(
                "SCR612",
                f"`{class_}` is not a class of payer" if class_ else "the payer has no class",
                "class",
                f"did you mean `{near}`?" if near else f"it may be {listed(PAYER_CLASSES)}",
            )
        if state and not (len(state) == 2 and set(state) <= _LETTERS):
            wrong("SCR614", f"`{state}` is not a state", "state", "write two letters, for example TX")
        name = plain_name(row["payer_name"])
        if not row["payer_id"] and not name:
            wrong("SCR611", "this row has neither an id nor a name", "payer_id", "give payer_id, payer_name or both")
        if len(self.problems) > before:
            return
        resolved = ResolvedPayer(payer, class_, row["product"], state)
        for key, column, known in ((row["payer_id"].upper(), "payer_id", ids), (name, "payer_name", names)):
            if not key:
                continue
            cell = (number, columns.index(column))
            first = known.setdefault(key, (resolved, cell))
            if first[0] != resolved:
                what = "id" if column == "payer_id" else "name"
                self.problems.append(
                    Diagnostic(
                        "SCR627",
                        f"this payer {what} is there twice, with different meanings",
                        self._place(*cell),
                        label="a second time",
                        labels=(Label(self._place(*first[1]), "first here"),),
                        help="keep one of the rows",
                    )
                )

    def _place(self, number: int, column: int) -> Place:
        """The place of a cell, reckoned past quoted commas."""
        line, at = self.lines[number - 1], 0
        cell = re.compile(r'[ \t]*"(?:[^"]|"")*"[^,]*|[^,]*')
        for _ in range(column):
            found = cell.match(line, at)
            at = found.end() + 1 if found else at
        found = cell.match(line, at)
        end = found.end() if found else at
        return Place(self.path, number, at + 1, number, max(end, at + 1) + (end == at))

    def _problem(self, code: str, headline: str, number: int, column: int, help_: str) -> None:
        self.problems.append(Diagnostic(code, headline, self._place(number, column), help=help_))
