"""NCCI procedure-to-procedure edits in the official text layout (``ccipra-v302r0-f1.zip`` and its like).

Tab-delimited Latin-1 with CRLF: a preamble, a header wrapped over several lines, then column 1, column 2, ``*`` for an
edit in existence before 1996, effective day, last active day (``*``: still active), modifier indicator, rationale.
Medicaid's files have the same layout; there an edit that is still active has no last day.
Source: CMS, "PTP Coding Edits" and Medicare NCCI Policy Manual, Introduction and chapter I (edition 1/1/2026).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from scrubber.core.types import FLAG, NUMBER, TEXT, code
from scrubber.tables.builder import TableBuilder
from scrubber.tables.importers import medicaid
from scrubber.tables.importers.report import BadRows, Tally, refused
from scrubber.tables.importers.source import Progress, TableInput
from scrubber.tables.packed import OPEN_END
from scrubber.tables.schema import TableSchema, canonical, key_text, parse_day

PRACTITIONER, HOSPITAL = "ptp/practitioner", "ptp/outpatient-hospital"
MEDICARE = (PRACTITIONER, HOSPITAL)
TABLES = (*MEDICARE, *medicaid.PAIRS)
NEVER_IN_FORCE = "modifier indicator 9"
_SETTING = {"ccipra": PRACTITIONER, "ccioph": HOSPITAL}
_CODE = code("procedure")
_SHAPE = re.compile(r"[A-Z0-9]{5}")
_WORDS = (
    ("column_1", "column 1"), ("column_2", "column 2"), ("since_1996", "existence"), ("effective", "effective"),
    ("deletion", "deletion"), ("modifier_indicator", "modifier"), ("rationale", "rationale"),
)  # fmt: skip
_NAMES = tuple(name for name, _ in _WORDS)
_HEADER_WITHIN = 200
FEWEST = {PRACTITIONER: 500_000, HOSPITAL: 500_000}
"""Rows of a whole list, with its history: less than a third of the lists of 2024. No list of Medicaid was at hand."""


def schema(table: str) -> TableSchema:
    """The shape of a table of pair edits."""
    columns = {"modifier_indicator": NUMBER, "rationale": TEXT, "since_1996": FLAG}
    return TableSchema(table, (("column_1", _CODE), ("column_2", _CODE)), columns, dated=True)


def recognises(start: bytes) -> bool:
    """Whether a text begins like this layout."""
    head = start[:8192].lower()
    return b"column 1\tcolumn 2" in head


def table_of(source: TableInput, table: str | None) -> str:
    """Which table a file belongs to: by its name, or as told. Raises InputError where they differ or neither says."""
    if medicaid.is_medicaid(source, table):
        return medicaid.table_of(source, table, medicaid.PAIRS)
    named = {_SETTING[word] for name in (source.name, source.inner) for word in _SETTING if word in name.lower()}
    if table is not None:
        named.add(table)
    if len(named) > 1:
        raise refused(source.name, f"The file is of {' and of '.join(sorted(named))}: two settings must not be mixed.",
                      "Import each setting under its own name.")  # fmt: skip
    if not named or named - set(MEDICARE):
        raise refused(source.name, "The file does not say whose edits they are, and of which setting.",
                      f"Add --table {', --table '.join(TABLES[:-1])} or --table {TABLES[-1]}.")  # fmt: skip
    return named.pop()


def check_set(sources: Sequence[TableInput], tally: Tally, table: str) -> bool:
    """Whether the set f1 to f4 is whole, with a warning where it is not. Medicaid's edits are one file a setting.

    Raises InputError where two versions are mixed.
    """
    versions = {m[1] for s in sources if (m := re.search(r"-(v\d+r\d+)", s.name.lower()))}
    if len(versions) > 1:
        raise refused(sources[0].name, f"Files of two versions are mixed: {', '.join(sorted(versions))}.",
                      "Import one version at a time.")  # fmt: skip
    if table in medicaid.PAIRS:
        return True
    parts = {int(m[1]) for s in sources if (m := re.search(r"-f(\d{1,2})\b", s.name.lower()))}
    if parts:
        missing = [f"f{n}" for n in range(1, max(4, *parts) + 1) if n not in parts]
        if missing:
            tally.warnings.append(
                f"The set is published in parts f1 to f4; {', '.join(missing)} "
                f"{'was' if len(missing) == 1 else 'were'} not given. The table is kept as a slice: "
                "a pair it does not hold counts as not checked. Import again with every part."
            )
            return False
    return True


def read(source: TableInput, builder: TableBuilder, tally: Tally, progress: Progress | None = None) -> None:
    """Add the rows of one file. Raises InputError where it is not this layout or more than a handful are unreadable."""
    _Reader(source, builder, tally).run(progress)


class _Reader:
    """Each distinct code and each distinct remainder of a row is read once; 2.5 million rows share a few thousand."""

    def __init__(self, source: TableInput, builder: TableBuilder, tally: Tally) -> None:
        self.source, self.builder, self.tally = source, builder, tally
        self.bad: BadRows = tally.bad_rows(source.name)
        self.tails: dict[bytes, int] = {}
        self.rests: dict[bytes, int] = {}
        self.appends: dict[bytes, Callable[[int], None]] = {}
        self.facts: list[int] = []
        self.indicators: list[tuple[str, bool]] = []
        self.counts: list[int] = []
        self.number = 0
        self.header: list[str] | None = None

    def run(self, progress: Progress | None) -> None:
        last: list[bytes] = []
        for lines in self.source.lines(progress):
            last = lines
            self.rows(lines if self.header else self.skip_preamble(lines))
        if self.header is None:
            raise refused(self.source.name, "The header line with Column 1, Column 2 and Modifier was not found.",
                          "Give the official PTP text file or its zip.")  # fmt: skip
        if last and last[-1]:
            self.tally.partial = True
            self.tally.warnings.append(f"{self.source.name}: the last line does not end; the file may be cut short, so "
                                       "the table is kept as a slice.")  # fmt: skip
        for (indicator, active), count in zip(self.indicators, self.counts, strict=True):
            self.tally.read += count
            self.tally.indicators[indicator] += count
            if active:
                self.tally.active[indicator] += count
            if indicator == "9" and count:
                self.tally.dropped[NEVER_IN_FORCE] += count

    def skip_preamble(self, lines: list[bytes]) -> list[bytes]:
        """The lines after the header, which ends where the first cell is a code."""
        merged: list[str] = []
        for at, line in enumerate(lines[:_HEADER_WITHIN]):
            cells = [cell.strip() for cell in line.decode("latin-1").split("\t")]
            if merged and _SHAPE.fullmatch(cells[0]):
                self.header = self.columns(merged)
                self.number = at
                return lines[at:]
            if merged or (len(cells) > 2 and "column 1" in cells[0].lower() and "column 2" in cells[1].lower()):
                width = max(len(merged), len(cells))
                rows = [part + [""] * (width - len(part)) for part in (merged, cells)]
                merged = [f"{above} {below}".strip() for above, below in zip(*rows, strict=True)]
        if merged:
            self.header = self.columns(merged)
        self.number = len(lines)
        return []

    def columns(self, merged: list[str]) -> list[str]:
        """Check the header's words against the layout."""
        for at, (name, word) in enumerate(_WORDS):
            if at >= len(merged) or word not in merged[at].lower():
                raise refused(self.source.name, f"Column {at + 1} of the header should hold the words '{word}'.",
                              "Give the official PTP text file or its zip.", column=name)  # fmt: skip
        return merged

    def rows(self, lines: list[bytes]) -> None:
        tails, rests, appends, facts, counts = self.tails, self.rests, self.appends, self.facts, self.counts
        number, head, append = self.number, b"", None
        for line in lines:
            number += 1
            try:
                first, second, rest = line.split(b"\t", 2)
                tail, place = tails[second], rests[rest]
                if first != head or append is None:
                    append, head = appends[first], first
            except (KeyError, ValueError):
                append = None
                place = self.learn(line, number)
                if place < 0:
                    continue
                first, second, rest = line.split(b"\t", 2)
                tail, append, head = tails[second], appends[first], first
            counts[place] += 1
            fact = facts[place]
            if fact >= 0:
                append(tail << 32 | fact)
        self.number = number

    def learn(self, line: bytes, number: int) -> int:
        """Read the parts of a row that were not seen before; -1 where the row is blank or unreadable."""
        if not line.strip():
            if line:
                self.tally.read += 1
                self.tally.dropped["blank"] += 1
            return -1
        cells = line.decode("latin-1").rstrip("\r").split("\t")
        if len(cells) < len(_NAMES) or any(cell.strip() for cell in cells[len(_NAMES) :]):
            return self.reject(number, "row", f"it has {len(cells)} cells, not {len(_NAMES)}")
        raw_first, raw_second, rest = line.split(b"\t", 2)
        codes = []
        for name, cell in zip(_NAMES, cells[:2], strict=False):
            try:
                codes.append(key_text(_CODE, cell))
            except ValueError as error:
                return self.reject(number, name, str(error))
            if not _SHAPE.fullmatch(codes[-1]):
                return self.reject(number, name, "not a procedure code of 5 letters and digits")
        if rest not in self.rests and not self.learn_rest(rest, cells, number):
            return -1
        self.tails[raw_second] = self.builder.tail(codes[1])
        self.appends[raw_first] = self.builder.head(codes[0]).append
        return self.rests[rest]

    def learn_rest(self, rest: bytes, cells: list[str], number: int) -> bool:
        """Read everything of a row but its codes; False where it is unreadable."""
        star, first, last, indicator, rationale = (cell.strip() for cell in cells[2 : len(_NAMES)])
        days = []
        for name, text in (("effective", first), ("deletion", last)):
            try:
                days.append(None if name == "deletion" and text in ("*", "") else parse_day(text).toordinal())
            except ValueError:
                self.reject(number, name, "not a day written YYYYMMDD")
                return False
        effective, deletion = days
        if effective is None or (deletion is not None and deletion < effective):
            self.reject(number, "deletion", "the last day is before the first")
            return False
        if indicator not in ("0", "1", "9"):
            self.reject(number, "modifier_indicator", "it is 0, 1 or 9")
            return False
        self.rests[rest] = len(self.facts)
        self.indicators.append((indicator, deletion is None))
        self.counts.append(0)
        self.facts.append(-1 if indicator == "9" else self.fact(effective, deletion, indicator, rationale, star))
        return True

    def fact(self, effective: int, deletion: int | None, indicator: str, rationale: str, star: str) -> int:
        values = (indicator, canonical(TEXT, rationale), "1" if star == "*" else "0")
        return self.builder.fact(effective, OPEN_END if deletion is None else deletion, values)

    def reject(self, number: int, column: str, reason: str) -> int:
        self.tally.read += 1
        self.bad.add(number, column, reason)
        return -1
