"""ICD-10-CM: which codes exist, which may be reported, which lack their 7th character, and whose side they name.

Two layouts: the tabular list as XML, which says everything, and a flat CSV of the codes that may be reported (heading
``code``), which says nothing of sides and Excludes1. Given together, the XML is read and the CSV held against it.
Sources: CDC/NCHS, ICD-10-CM tabular list; ICD-10-CM Official Guidelines, sections I.A.3 to I.A.5 and I.B.13.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from datetime import date

from scrubber.core.types import FLAG, code
from scrubber.tables.builder import TableBuilder
from scrubber.tables.importers import excludes1, icd10cm_tabular
from scrubber.tables.importers.code_list import Built, CellError, CodeSet, code_cell, headings, outside, rows
from scrubber.tables.importers.icd10cm_tabular import Entry, Tabular
from scrubber.tables.importers.report import Tally, fewer, refused
from scrubber.tables.importers.source import Progress, TableInput
from scrubber.tables.schema import TableSchema

TABLE = "icd10cm"
SIDES = ("LEFT", "RIGHT", "BILATERAL", "NONE")
FEWEST = 69_000
"""Codes that may be reported in the smallest release, of 2015-10-01."""
_DIAGNOSIS = code("diagnosis")
_WANTED = {"code": "code"}
_NOTES = {"code": "code", "note": "note"}
_RANGE = re.compile(r"[A-Z][0-9A-Z]{2}-[A-Z][0-9A-Z]{2}")


def schema() -> TableSchema:
    """A code: whether it may be reported (``billable``), lacks only its 7th character (``needs_seventh``), and the side
    it names (``laterality``: one of :data:`SIDES`; empty where the file does not tell)."""
    columns = {"billable": FLAG, "needs_seventh": FLAG, "laterality": code("")}
    return TableSchema(TABLE, (("code", _DIAGNOSIS),), columns, dated=False)


def recognises(name: str, start: bytes) -> bool:
    """The tabular list as XML, a CSV of codes, or the CSV of Excludes1 notes."""
    if icd10cm_tabular.recognises(name, start):
        return True
    first = next(iter(headings(start)), [])
    if first == ["code", "note"]:
        return True
    return first == ["code"] and re.search(rb"\n\"?[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?\"?\r?\n", start) is not None


def build(sources: Sequence[TableInput], covers: tuple[date, date], progress: Progress | None) -> Built:
    """Table ``icd10cm``, and ``icd10cm_excludes1`` where the sources tell. Raises InputError."""
    trees = [source for source in sources if icd10cm_tabular.recognises(source.name, source.start())]
    notes = [source for source in sources if next(iter(headings(source.start())), []) == ["code", "note"]]
    lists = [source for source in sources if source not in trees and source not in notes]
    if len(trees) > 1:
        raise refused(trees[1].name, "A second tabular list was given.", "Import one release at a time.")
    builder, tally = TableBuilder(schema()), Tally()
    listed = _listed(lists, tally, progress)
    if trees:
        tally.read = 0
        return _from_tabular(icd10cm_tabular.parse(trees[0], progress), listed, builder, tally, covers)
    if not listed:
        raise refused(notes[0].name, "Excludes1 notes need the list of codes they are about.",
                      "Import them together with the list of codes, or import the tabular list as XML.")  # fmt: skip
    tally.warnings.append("The list of codes says nothing of sides; the tabular list as XML does.")
    _add(builder, set(listed), _prefixes(listed), {}, tally)
    built: Built = [(builder, tally)]
    if notes:
        built.append(_from_notes(notes, listed, progress))
        built[1][1].left_out += tally.left_out  # an unreadable code may be one that a note excludes
    return built


CODE_SET = CodeSet("icd10cm", (TABLE, excludes1.TABLE), recognises, build, "ICD-10-CM (XML or CSV)")


def _listed(sources: Iterable[TableInput], tally: Tally, progress: Progress | None) -> dict[str, None]:
    """The codes of a flat list, in its order."""
    found: dict[str, None] = {}

    def add(cells: dict[str, str]) -> None:
        if _RANGE.fullmatch(cells["code"]):
            tally.dropped["block of categories, not a code"] += 1
            return
        each = code_cell("code", _DIAGNOSIS, cells["code"])
        if each in found:
            tally.dropped["repeated row"] += 1
        found[each] = None

    for source in sources:
        rows(source, _WANTED, tally, add, progress)
    return found


def _from_tabular(tree: Tabular, listed: dict[str, None], builder: TableBuilder, tally: Tally, covers: tuple[date, date]
                  ) -> Built:  # fmt: skip
    if tree.version is not None:
        first, last = date(tree.version - 1, 10, 1), date(tree.version, 9, 30)
        outside(covers, first, last, f"ICD-10-CM {tree.version}", tally)
    billable, described, under = _expand(tree.entries)
    if listed and listed.keys() != set(billable):
        tally.warnings.append(f"The list of codes and the tabular list differ in {len(listed.keys() ^ billable)} "
                              "codes; the tabular list was taken.")  # fmt: skip
    categories = {entry.name for entry in tree.entries if entry.kind == "diag"} | _prefixes(billable)
    tally.dropped.clear()  # they were of the list, which is not kept
    tally.left_out = 0
    _add(builder, set(billable), categories, sides(described), tally)
    excluding, of_notes = TableBuilder(excludes1.schema()), Tally()
    codes = excludes1.Codes({*billable, *categories}, billable)
    reported = set(billable)
    # Blocks do not nest in the file: V00-V99 stands before V00-V09 and holds no code itself, so its name decides.
    notes = ((_below(entry.name, reported, codes) if entry.kind == "section" else billable[slice(*under[at])], note)
             for at, entry in enumerate(tree.entries) for note in entry.excludes1)  # fmt: skip
    excludes1.add_pairs(notes, codes, excluding, of_notes)
    return [(builder, tally), (excluding, of_notes)]


def _expand(entries: Sequence[Entry]) -> tuple[list[str], dict[str, tuple[str, str]], list[tuple[int, int]]]:
    """The codes that may be reported, in order; their description and that of their 7th character; and for each entry
    the slice of codes below it."""
    billable: list[str] = []
    described: dict[str, tuple[str, str]] = {}
    begins = [0] * len(entries)
    ends = [0] * len(entries)
    path: list[int] = []
    for at, entry in enumerate(entries):
        while path and path[-1] != entry.above:
            ends[path.pop()] = len(billable)
        path.append(at)
        begins[at] = len(billable)
        if entry.kind != "diag" or entry.children:
            continue
        seventh = next((entries[above].seventh for above in reversed(path) if entries[above].seventh), {})
        ended = {f"{entry.name:X<6}{end}": text for end, text in seventh.items()}
        for each, text in (ended or {entry.name: ""}).items():
            if _allowed(each):
                billable.append(each)
                described[each] = (entry.text, text)
    for at in path:
        ends[at] = len(billable)
    return billable, described, list(zip(begins, ends, strict=True))


def _allowed(each: str) -> bool:
    """Whether a 7th character goes with the six before it. S06 with 6th character 7 or 8 (death before regaining
    consciousness) takes A only: the note at S06 says that D and S do not apply."""
    return not (each.startswith("S06") and each[5:6] in ("7", "8") and each[6:] in ("D", "S"))


def _prefixes(billable: Iterable[str]) -> set[str]:
    """Everything that a code begins with, from its category on: codes that were cut short."""
    return {each[:size] for each in billable for size in range(3, len(each))}


def _add(builder: TableBuilder, billable: set[str], others: set[str], side: dict[str, str], tally: Tally) -> None:
    tally.read += len(billable) if not tally.read else 0
    fewer(len(billable), FEWEST, tally)
    waiting = {each[:6] for each in billable if len(each) == 7}
    for each in billable:
        named = side.get(each, "NONE") if side else None
        builder.add([each], {"billable": "1", "needs_seventh": "0", "laterality": named})
    cut = others - billable
    tally.read += len(cut)
    for each in cut:
        needs = str(int(f"{each:X<6}" in waiting))
        builder.add([each], {"billable": "0", "needs_seventh": needs, "laterality": "NONE" if side else None})


def sides(described: dict[str, tuple[str, str]]) -> dict[str, str]:
    """The side of each code, from its description and that of its 7th character.

    LEFT and RIGHT only where another code is described in the same words with the other side: "left ventricular
    failure" has no counterpart, so it names a part of the heart and not a side of the patient.
    """
    words = {each: tuple(re.findall(r"[a-z]+", f"{text} . {end}".lower())) for each, (text, end) in described.items()}
    all_words = set(words.values())
    other = {"left": "right", "right": "left"}
    found: dict[str, str] = {}
    for each, said in words.items():
        named = {"left", "right"} & set(said)
        if "bilateral" in said or len(named) == 2:
            found[each] = "BILATERAL"
        elif named and tuple(other.get(word, word) for word in said) in all_words:
            found[each] = "LEFT" if "left" in named else "RIGHT"
        else:
            found[each] = "NONE"
    return found


def _from_notes(sources: Iterable[TableInput], listed: dict[str, None], progress: Progress | None
                ) -> tuple[TableBuilder, Tally]:  # fmt: skip
    builder, tally = TableBuilder(excludes1.schema()), Tally()
    codes = excludes1.Codes({*listed, *_prefixes(listed)}, listed)
    found: list[tuple[str, str]] = []

    def add(cells: dict[str, str]) -> None:
        if not cells["code"] or not cells["note"]:
            raise CellError("note", "a note and where it stands are needed")
        found.append((cells["code"].upper().replace(".", ""), cells["note"]))

    for source in sources:
        rows(source, _NOTES, tally, add, progress)
    tally.read = 0
    excludes1.add_pairs(((_below(owner, listed, codes), note) for owner, note in found), codes, builder, tally)
    return builder, tally


def _below(owner: str, listed: Container[str], codes: excludes1.Codes) -> list[str]:
    """The codes that may be reported below where a note stands. A chapter, named by its number, needs the XML."""
    first, _, last = owner.partition("-")
    return [each for top in codes.spanned(first, last or first) for each in codes.below(top) if each in listed]
