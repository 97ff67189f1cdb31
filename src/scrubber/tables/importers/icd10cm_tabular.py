"""The ICD-10-CM tabular list as XML (``icd10c-tabular-April-1-2026.xml``), read as a stream.

The file is not trusted: a document type or an entity declaration is refused (so nothing can be expanded or fetched),
and size, depth and the length of a text are bounded. Source: CDC/NCHS, ICD-10-CM files, tabular list in XML.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from scrubber.core.diagnostics import InputError
from scrubber.core.types import code
from scrubber.tables.importers.report import refused
from scrubber.tables.importers.source import Progress, TableInput
from scrubber.tables.schema import key_text

_DEPTH, _LONGEST_TEXT = 40, 20_000
_CODE = code("diagnosis")
_OWNERS = frozenset({"chapter", "section", "diag"})


@dataclass(slots=True)
class Entry:
    """A chapter, section or code of the list. ``above`` is its parent's place in the list, -1 for a chapter's.

    ``name`` is the code without its dot (a section's id, a chapter's number); ``text`` is its description, which is
    read and never kept; ``seventh`` are the 7th characters defined here, with their texts; ``excludes1`` the notes.
    """

    kind: str
    above: int
    name: str = ""
    text: str = ""
    children: int = 0
    seventh: dict[str, str] = field(default_factory=dict)
    excludes1: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Tabular:
    """The list. ``version`` is the fiscal year it says it is for; None where it does not."""

    version: int | None
    entries: list[Entry]


def recognises(name: str, start: bytes) -> bool:
    """Whether a text begins like this layout."""
    return b"<ICD10CM.tabular" in start[:4096]


def parse(source: TableInput, progress: Progress | None = None) -> Tabular:
    """The whole list.

    Raises InputError where it is no well-formed tabular list, declares a document type or an entity, or is cut short.
    """
    reader = _Reader(source.name)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.data
    parser.StartDoctypeDeclHandler = reader.forbidden
    parser.EntityDeclHandler = reader.forbidden
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    reader.parser = parser
    done = 0
    try:
        for piece in source.chunks():
            parser.Parse(piece, False)
            done += len(piece)
            if progress is not None:
                progress(source.name, done, max(source.size, done))
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        said = expat.ErrorString(error.code)
        raise refused(source.name, f"The XML cannot be read ({said}): it is damaged or was cut short.",
                      "Download it again.", error.lineno) from None  # fmt: skip
    if not any(entry.kind == "diag" for entry in reader.entries):
        raise refused(source.name, "The tabular list holds no code.", "Give the tabular list of CDC/NCHS.")
    return Tabular(reader.version, reader.entries)


class _Reader:
    """Builds entries from the events of the parser."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.parser: expat.XMLParserType | None = None
        self.version: int | None = None
        self.entries: list[Entry] = []
        self._path: list[str] = []
        self._owners: list[int] = []
        self._text: list[str] | None = None
        self._length = 0
        self._character = ""

    def forbidden(self, *_: Any) -> None:
        raise self._refused("The XML declares a document type or an entity; the publisher's does not.")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._path) >= _DEPTH:
            raise self._refused(f"The XML is nested more than {_DEPTH} deep.")
        if not self._path and tag != "ICD10CM.tabular":
            raise self._refused("The XML is no ICD-10-CM tabular list.")
        self._path.append(tag)
        if tag in _OWNERS:
            above = self._owners[-1] if self._owners else -1
            if tag == "diag" and above >= 0:
                self.entries[above].children += 1
            self._owners.append(len(self.entries))
            self.entries.append(Entry(tag, above, attributes.get("id", "")))
        self._character = attributes.get("char", "") if tag == "extension" else self._character
        self._text, self._length = [], 0

    def data(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)
            self._length += len(text)
            if self._length > _LONGEST_TEXT:
                raise self._refused(f"A text of the XML is longer than {_LONGEST_TEXT:,} characters.")

    def end(self, tag: str) -> None:
        text = " ".join("".join(self._text or ()).split())
        self._path.pop()
        parent = self._path[-1] if self._path else ""
        if tag in _OWNERS:
            self._close(self.entries[self._owners.pop()])
        elif tag == "version" and parent == "ICD10CM.tabular":
            self.version = int(text) if text.isascii() and text.isdigit() else None
        elif self._owners:
            self._fill(self.entries[self._owners[-1]], tag, parent, text)
        self._text = None

    def _fill(self, entry: Entry, tag: str, parent: str, text: str) -> None:
        if tag == "name" and parent == entry.kind and entry.kind != "section":
            entry.name = text
        elif tag == "desc" and parent == "diag":
            entry.text = text
        elif tag == "extension" and parent == "sevenChrDef":
            entry.seventh[self._character.strip().upper()] = text
        elif tag == "note" and parent == "excludes1":
            entry.excludes1.append(text)

    def _close(self, entry: Entry) -> None:
        if entry.kind == "diag":
            try:
                entry.name = key_text(_CODE, entry.name)
            except ValueError:
                raise self._refused("A code of the list has no name, or one that is no code.") from None

    def _refused(self, message: str) -> InputError:
        line = self.parser.CurrentLineNumber if self.parser is not None else None
        return refused(self.file, message, "Give the tabular list of CDC/NCHS.", line)
