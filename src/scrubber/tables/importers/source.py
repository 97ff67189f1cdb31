"""Opening what the publisher gave: a zip or gzip with one text in it, or the text itself. All sizes are bounded."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import IO

from scrubber.core.diagnostics import InputError
from scrubber.core.files import no_file, shown
from scrubber.tables.importers.report import refused

Progress = Callable[[str, int, int], None]
"""Called with (file name, bytes done, bytes in all) now and then."""

LARGEST = 1 << 30
"""Bytes of text that one file may hold: twenty times the largest file published so far."""
LARGEST_CSV = 1 << 27
_LONGEST_LINE = 1 << 16
_LONGEST_RECORD = 50
"""Lines of a record; the longest published one, a preamble, has seven."""
_END = "\x00"
"""Stands after the last line, and in no text: read as a record of its own unless a quotation mark is open."""
_CHUNK = 1 << 20
_TEXT = (".txt", ".csv", ".xml")
_ZIP_TROUBLE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError, RuntimeError, KeyError,
    OverflowError,
)  # fmt: skip
"""What the standard library raises for a zip that is damaged or made to do harm."""


class TableInput:
    """One input file: its ``name``, the ``inner`` name of the text file in a zip, the ``sha256`` of the bytes given.

    Raises InputError where it is no readable zip or text file.
    """

    def __init__(self, path: Path) -> None:
        # As text: a name of other bytes than UTF-8 could not be written into an edition.
        self.path, self.name = path, shown(path.name)
        try:
            state = path.stat()
            what = no_file(state.st_mode)
            if what:
                raise refused(shown(path), f"This is {what}, not a file.", "Name the files to import.")
            if state.st_size > LARGEST:
                raise self._too_large("file")
            with path.open("rb") as stream:
                self.sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
                stream.seek(0)
                magic = stream.read(4)
        except (OSError, ValueError) as error:  # ValueError: no file has such a name
            reason = getattr(error, "strerror", None) or "input error"
            raise refused(shown(path), f"The file cannot be opened ({reason}).") from None
        self.zipped, self.gzipped = magic in (b"PK\x03\x04", b"PK\x05\x06"), magic[:2] == b"\x1f\x8b"
        self.inner, self.size = self._member() if self.zipped else (path.name, state.st_size)
        if self.size > LARGEST:
            raise self._too_large("text")

    def _member(self) -> tuple[str, int]:
        try:
            with zipfile.ZipFile(self.path) as archive:
                names = archive.namelist()
                members = [m for m in archive.infolist() if m.filename.lower().endswith(_TEXT) and not m.is_dir()]
        except _ZIP_TROUBLE:
            raise self._broken() from None
        if any(name == "[Content_Types].xml" for name in names):
            raise refused(self.name, "This is a workbook (xlsx), not a table file.",
                          "Give the text or CSV that the publisher puts beside it, or save the sheet as CSV in UTF-8."
                          )  # fmt: skip
        if len(members) != 1:
            raise refused(self.name, f"The zip holds {len(members)} .txt or .csv files (or .xml); one is expected.",
                          "Unpack it and name the file to import.")  # fmt: skip
        if members[0].flag_bits & 1:
            raise refused(self.name, "The zip is encrypted.", "Unpack it first.")
        return members[0].filename, members[0].file_size

    def _broken(self) -> InputError:
        kind = "gzip file" if self.gzipped else "zip"
        return refused(self.name, f"The {kind} is damaged or was cut short.", "Download it again.")

    def _too_large(self, what: str, limit: int = 0) -> InputError:
        return refused(self.name, f"The {what} is larger than {(limit or LARGEST) >> 20} MB: no published table is.")

    def start(self) -> bytes:
        """The first 64 KB of the text. Raises InputError where it is no text."""
        start = next(self.chunks(1 << 16), b"")
        if not start.strip():
            raise refused(self.name, "The file is empty.", "Download it again.")
        return start

    def chunks(self, size: int = _CHUNK) -> Iterator[bytes]:
        """The text in pieces.

        Raises InputError where a zip turns out to be damaged or larger than it says, and for what is no text.
        """
        try:
            if self.zipped:
                with zipfile.ZipFile(self.path) as archive, archive.open(self.inner) as packed:
                    yield from self._pieces(packed, size)
            elif self.gzipped:
                with gzip.open(self.path, "rb") as unpacked:
                    yield from self._pieces(unpacked, size)
            else:
                with self.path.open("rb") as stream:
                    yield from self._pieces(stream, size)
        except _ZIP_TROUBLE:
            raise self._broken() from None

    def _pieces(self, stream: IO[bytes] | gzip.GzipFile, size: int) -> Iterator[bytes]:
        done = 0
        while piece := stream.read(size):
            done += len(piece)
            if done > LARGEST:
                raise self._too_large("text")
            if b"\0" in piece:
                raise refused(self.name, "This is no text that can be read: it holds zero bytes. It may be a workbook, "
                              "a text saved as UTF-16 (\"Unicode text\"), or damaged.", "Give the file as it was "
                              "published, or a CSV in UTF-8.")  # fmt: skip
            yield piece

    def lines(self, progress: Progress | None = None) -> Iterator[list[bytes]]:
        """Lists of whole lines without their line feeds; the last item ends the file (empty where it ends properly)."""
        rest, done = b"", 0
        for piece in self.chunks():
            done += len(piece)
            lines = (rest + piece).split(b"\n")
            rest = lines.pop()
            if len(rest) > _LONGEST_LINE:
                raise refused(self.name, "A line is longer than 64 KB: this is not a table.")
            yield lines
            if progress is not None:
                progress(self.name, done, self.size)
        yield [rest]

    def text(self, progress: Progress | None = None) -> str:
        """The whole text of a CSV: UTF-8 where it is, else Latin-1, as the publishers' files are."""
        if self.size > LARGEST_CSV:
            raise self._too_large("CSV", LARGEST_CSV)
        data = bytearray()
        for piece in self.chunks():
            data += piece
            if len(data) > LARGEST_CSV:
                raise self._too_large("CSV", LARGEST_CSV)
        if progress is not None:
            progress(self.name, len(data), self.size)
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return data.decode("latin-1")

    def records(self, progress: Progress | None = None, delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
        """(line where it ends, cells) of each record of a CSV, or of a text with another delimiter.

        Raises InputError where a quotation mark is left open: it would swallow the rows after it unseen.
        """
        lines = chain(io.StringIO(self.text(progress), newline=""), [_END])
        reader, begin, ended = csv.reader(lines, delimiter=delimiter), 0, False
        try:
            for cells in reader:
                ended = cells == [_END]
                swallowed = bool(cells) and cells[-1].endswith(_END)
                if swallowed or reader.line_num - begin > _LONGEST_RECORD:
                    break
                yield reader.line_num, cells
                begin = reader.line_num
        except csv.Error:
            ended = False
        if not ended:
            raise refused(self.name, f"A quotation mark in the record that begins at line {begin + 1} is not closed.",
                          "Download the file again.", begin + 1)  # fmt: skip
