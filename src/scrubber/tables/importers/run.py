"""Importing files of any known kind in one step: either every edition they make is written, or none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from msgspec import Struct

from scrubber.core.diagnostics import InputError, UsageError
from scrubber.tables.builder import TableBuilder
from scrubber.tables.files import edition_id, edition_path, table_files, write_together
from scrubber.tables.importers import add_on, declared, level_2, mue, ptp, unobtained
from scrubber.tables.importers.code_list import CodeSet
from scrubber.tables.importers.code_sets import TABLES, code_set_of
from scrubber.tables.importers.declared import CsvLayout
from scrubber.tables.importers.report import ImportReport, Tally, fewer, refused
from scrubber.tables.importers.source import Progress, TableInput
from scrubber.tables.memory import pack
from scrubber.tables.packed import Header, Source, read_head, read_header
from scrubber.tables.verify import check_file

_EARLIEST, _LATEST = date(1960, 1, 1), date(2100, 12, 31)


class _Job(Struct):
    """The files of one table, and how they are read."""

    kind: str
    table: str
    sources: list[TableInput]
    layout: CsvLayout | None = None
    code_set: CodeSet | None = None

    @property
    def makes(self) -> tuple[str, ...]:
        """The tables that the job may fill."""
        if self.code_set is not None:
            return self.code_set.tables
        return add_on.TABLES if self.kind == "add-on" else (self.table,)


def import_files(paths: Sequence[Path | str], folder: Path | str, *, covers: tuple[date, date],
                 table: str | None = None, progress: Progress | None = None, layouts: Sequence[CsvLayout] = (),
                 slice: bool = False) -> list[ImportReport]:  # fmt: skip
    """Import publishers' files into ``folder``: one edition a table, valid from ``covers[0]`` to ``covers[1]``.

    Files of several kinds may be mixed; those of one table make one edition, which takes the place of one with the same
    cover. ``table`` says what a file does not say itself; ``layouts`` describe further CSVs; ``slice`` marks editions
    that leave rows out on purpose. Importing the same bytes again changes nothing (``written`` is False).

    Raises InputError where a file cannot be used (then nothing was changed) and UsageError for a cover that makes no
    sense or an unknown table.
    """
    first, last = check_covers(covers)
    target = Path(folder)
    jobs = _jobs([Path(path) for path in paths], table, layouts)
    made = [part for job in jobs for part in _build(job, (first, last), slice, progress)]
    kept = [_place(target, data, tally) for data, tally in made]
    write_together([(Path(report.path), data) for report, (data, _) in zip(kept, made, strict=True) if report.written])
    return kept


def check_covers(covers: tuple[date, date]) -> tuple[date, date]:
    """The cover, where it makes sense. Raises UsageError."""
    first, last = covers
    if last < first:
        raise UsageError(f"The cover {edition_id(first, last)} ends before it begins: write the first day, two dots "
                         f"and the last day, as in {edition_id(last, first)}.")  # fmt: skip
    if first < _EARLIEST or last > _LATEST:
        raise UsageError(f"The cover {edition_id(first, last)} goes beyond {_EARLIEST} to {_LATEST}: give the days "
                         "that the files are published for.")  # fmt: skip
    return first, last


def parse_covers(text: str) -> tuple[date, date]:
    """The two days of ``2024-07-01..2024-09-30``. Raises UsageError."""
    first, dots, last = text.partition("..")
    try:
        covers = date.fromisoformat(first.strip()), date.fromisoformat(last.strip())
    except ValueError:
        dots = ""
    if not dots:
        shown = text if len(text) <= 40 else f"{text[:40]}…"
        raise UsageError(f"{shown!r} is not a cover: write it as 2024-07-01..2024-09-30.")
    return check_covers(covers)


def _jobs(paths: list[Path], table: str | None, layouts: Sequence[CsvLayout]) -> list[_Job]:
    if not paths:
        raise UsageError("Name at least one file to import.")
    waiting = {layout.schema.name: layout for layout in unobtained.LAYOUTS}
    known = {*ptp.TABLES, *mue.TABLES, *add_on.TABLES, *TABLES, *waiting, *(layout.schema.name for layout in layouts)}
    if table is not None and table not in known:
        raise UsageError(f"There is no table {table!r}; the tables are {', '.join(sorted(known))}.")
    jobs: dict[tuple[str, str], _Job] = {}
    for path in paths:
        job = _job(TableInput(path), table, [*layouts, *([waiting[table]] if table in waiting else [])])
        kept = jobs.setdefault((job.table, job.kind), job)
        if kept is not job:
            kept.sources.extend(job.sources)
    tables = [name for job in jobs.values() for name in job.makes]
    if len(set(tables)) < len(tables):
        twice = next(name for name in tables if tables.count(name) > 1)
        raise UsageError(f"Two files of table {twice} have different layouts: import them one after the other.")
    return list(jobs.values())


def _job(source: TableInput, table: str | None, layouts: Sequence[CsvLayout]) -> _Job:
    start = source.start()
    for layout in layouts:
        if table in (None, layout.schema.name) and any(
            declared.recognises(layout, line.decode("latin-1").strip("\r").replace('"', "").split(","))
            for line in start.split(b"\n")[:50]
        ):
            return _Job("declared", layout.schema.name, [source], layout)
    if ptp.recognises(start):
        return _Job("ptp", ptp.table_of(source, table), [source])
    if mue.recognises(start):
        return _Job("mue", mue.table_of(source, start, table), [source])
    if add_on.recognises(start):
        if table not in (None, *add_on.TABLES):
            raise refused(source.name, f"The file is of add-on codes, not of {table}.", "Leave --table out.")
        return _Job("add-on", add_on.PAIRS, [source])
    found = level_2.layout_of(source.name, start, table)
    if found is not None:
        return _Job("declared", found.schema.name, [source], found)
    code_set = code_set_of(source.name, start, table)
    if code_set is not None:
        return _Job(code_set.kind, code_set.tables[0], [source], code_set=code_set)
    raise refused(
        source.name, "This is no table file that is known here." if table is None else
        f"This is no file of table {table} that is known here.",
        "Give the official NCCI PTP zips (ccipra, ccioph), MUE CSVs, the same of Medicaid, the add-on code CSV or "
        "a code set named in docs/tables.md, or declare its columns.",
    )  # fmt: skip


def _build(job: _Job, covers: tuple[date, date], slice: bool, progress: Progress | None) -> list[tuple[bytes, Tally]]:
    tally = Tally()
    sources = _distinct(job.sources, tally)
    named = tuple(Source(source.name, source.sha256) for source in sources)
    if job.kind == "add-on":
        rows = [row for source in sources for row in add_on.read(source, tally, progress)]
        pairs, types, of_types = TableBuilder(add_on.pairs_schema()), TableBuilder(add_on.types_schema()), Tally()
        add_on.build_pairs(rows, pairs)
        add_on.build_types(rows, types, of_types)
        fewer(len(types.groups), add_on.FEWEST, tally)
        of_types.partial, of_types.left_out = tally.partial, tally.left_out
        return [_finish(pairs, tally, covers, named, slice), _finish(types, of_types, covers, named, slice)]
    if job.code_set is not None:
        return [_finish(*part, covers, named, slice) for part in job.code_set.build(sources, covers, progress)]
    if job.kind == "ptp":
        builder = TableBuilder(ptp.schema(job.table))
        slice = not ptp.check_set(sources, tally, job.table) or slice
        for source in sources:
            ptp.read(source, builder, tally, progress)
        if not slice:
            fewer(tally.read, ptp.FEWEST.get(job.table, 0), tally, "pairs")
    elif job.kind == "mue":
        builder = TableBuilder(mue.schema(job.table))
        mue.check_set(sources)
        for source in sources:
            published = mue.effective_in_name(source.name)
            if published is not None and covers[0] < published:
                tally.warnings.append(f"{source.name} takes effect on {published}, after the cover begins.")
            mue.read(source, builder, tally, progress)
        fewer(tally.read, mue.FEWEST.get(job.table, 0), tally)
    else:
        assert job.layout is not None
        builder = TableBuilder(job.layout.schema)
        tally.partial = job.layout.partial
        if tally.partial and not slice:
            tally.warnings.append("These are the rows of HCPCS Level II codes alone. The table is kept as a slice: "
                                  "codes that it leaves out are not checked.")  # fmt: skip
        for source in sources:
            declared.read(source, job.layout, builder, tally, progress)
    return [_finish(builder, tally, covers, named, slice)]


def _distinct(sources: list[TableInput], tally: Tally) -> list[TableInput]:
    """The sources in order of name, without those given twice."""
    seen: dict[str, TableInput] = {}
    for source in sorted(sources, key=lambda source: (source.name, source.sha256)):
        if source.sha256 in seen:
            tally.warnings.append(f"{source.name} has the same contents as {seen[source.sha256].name}: read once.")
        else:
            seen[source.sha256] = source
    return list(seen.values())


def _finish(builder: TableBuilder, tally: Tally, covers: tuple[date, date], sources: tuple[Source, ...], slice: bool
            ) -> tuple[bytes, Tally]:  # fmt: skip
    data = pack(builder, covers, sources, slice or tally.partial, tally.left_out)
    if builder.duplicates:
        tally.dropped["repeated row"] += builder.duplicates
    if not builder.rows:
        raise refused(sources[0].name, f"No row of table {builder.schema.name} is left.", "Is this the whole file?")
    if builder.clash_count:
        examples = ", ".join(" ".join(clash.keys) for clash in builder.clashes)
        tally.warnings.append(
            f"{builder.clash_count} keys have rows that disagree on a day of the cover; they will not be evaluated on "
            f"such days: {examples}{' and more' if builder.clash_count > len(builder.clashes) else ''}."
        )
    return data, tally


def _place(folder: Path, data: bytes, tally: Tally) -> ImportReport:
    """Where an edition goes, and what is said of it; ``written`` is False where it is already there."""
    header, _, digest = read_header(memoryview(data), len(data), "")
    path = edition_path(folder, header.table, header.first, header.last)
    for other in map(Path, table_files(folder)):
        overlap = _overlap(other, path, header)
        if overlap:
            tally.warnings.append(overlap)
    present = _same(path, header)
    if not present and path.exists():
        tally.warnings.append(_replaced(path))
    return ImportReport(
        header.table, header.edition, header.first, header.last, tally.read, header.rows, dict(tally.dropped),
        dict(sorted(tally.indicators.items())), {k: n for k, n in sorted(tally.active.items()) if n},
        tuple(tally.warnings), tuple(source.name for source in header.sources), present or digest, str(path),
        not present,
    )  # fmt: skip


def _same(path: Path, header: Header) -> str:
    """The digest of the edition at ``path`` where it holds these very contents, whatever its sources were called."""
    result = check_file(path) if path.exists() else None
    if result is None or not result.ok:
        return ""
    known, _, digest = read_head(path)
    about = [(each.body, each.slice, each.schema, each.left_out) for each in (known, header)]
    return digest if about[0] == about[1] else ""


def _replaced(path: Path) -> str:
    """What is said of an edition of the same days that another takes the place of."""
    try:
        known, _, _ = read_head(path)
    except InputError:
        return "It takes the place of a damaged edition of the same days."
    names = ", ".join(source.name for source in known.sources)
    return f"It takes the place of an edition of the same days, of {known.rows:,} rows from {names}."


def _overlap(other: Path, path: Path, header: Header) -> str:
    if other.parent != path.parent or other == path:
        return ""
    try:
        known, _, _ = read_head(other)
    except InputError:
        return ""
    if known.last < header.first or header.last < known.first:
        return ""
    wins = known if (known.first, known.last) > (header.first, header.last) else header
    return f"The cover overlaps that of edition {known.edition}; on shared days {wins.edition} answers."
