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
from pathlib import Path
from typing import IO

from scrubber.tables.importers.report import refused

Progress = Callable[[str, int, int], None]
"""Called with (file name, bytes done, bytes in all) now and then."""

LARGEST = 1 << 30
"""Bytes of text that one file may hold: twenty times the largest file published so far."""
LARGEST_CSV = 1 << 27
_LONGEST_LINE = 1 << 16
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
        self.path, self.name = path, path.name
        try:
            with path.open("rb") as stream:
                self.sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
                stream.seek(0)
                magic = stream.read(4)
        except OSError as error:
            raise refused(str(path), f"The file cannot be opened ({error.strerror or 'input error'}).") from None
        self.zipped, self.gzipped = magic == b"PK\x03\x04", magic[:2] == b"\x1f\x8b"
        self.inner, self.size = self._member() if self.zipped else (path.name, path.stat().st_size)
        if self.size > LARGEST:
            raise refused(self.name, f"The text is larger than {LARGEST >> 20} MB: no published table is.")

    def _member(self) -> tuple[str, int]:
        try:
            with zipfile.ZipFile(self.path) as archive:
                members = [m for m in archive.infolist() if m.filename.lower().endswith(_TEXT) and not m.is_dir()]
        except _ZIP_TROUBLE:
            raise self._broken() from None
        if len(members) != 1:
            raise refused(self.name, f"The zip holds {len(members)} .txt or .csv files (or .xml); one is expected.",
                          "Unpack it and name the file to import.")  # fmt: skip
        if members[0].flag_bits & 1:
            raise refused(self.name, "The zip is encrypted.", "Unpack it first.")
        return members[0].filename, members[0].file_size

    def _broken(self) -> Exception:
        kind = "gzip file" if self.gzipped else "zip"
        return refused(self.name, f"The {kind} is damaged or was cut short.", "Download it again.")

    def start(self) -> bytes:
        """The first 64 KB of the text."""
        return next(self.chunks(1 << 16), b"")

    def chunks(self, size: int = _CHUNK) -> Iterator[bytes]:
        """The text in pieces. Raises InputError where a zip turns out to be damaged or larger than it says."""
        try:
            if self.zipped:
                with zipfile.ZipFile(self.path) as archive, archive.open(self.inner) as packed:
                    yield from self._unpacked(packed, size)
            elif self.gzipped:
                with gzip.open(self.path, "rb") as unpacked:
                    yield from self._unpacked(unpacked, size)
            else:
                with self.path.open("rb") as stream:
                    yield from _pieces(stream, size)
        except _ZIP_TROUBLE:
            raise self._broken() from None

    def _unpacked(self, stream: IO[bytes] | gzip.GzipFile, size: int) -> Iterator[bytes]:
        done = 0
        for piece in _pieces(stream, size):
            done += len(piece)
            if done > LARGEST:
                raise refused(self.name, f"The text is larger than {LARGEST >> 20} MB: no published table is.")
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
            raise refused(self.name, f"A CSV is larger than {LARGEST_CSV >> 20} MB: no published table is.")
        data = bytearray()
        for piece in self.chunks():
            data += piece
            if len(data) > LARGEST_CSV:
                raise refused(self.name, f"A CSV is larger than {LARGEST_CSV >> 20} MB: no published table is.")
        if progress is not None:
            progress(self.name, len(data), self.size)
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return data.decode("latin-1")

    def records(self, progress: Progress | None = None, delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
        """(line where it ends, cells) of each record of a CSV, or of a text with another delimiter.

        Raises InputError where the quoting is broken.
        """
        reader = csv.reader(io.StringIO(self.text(progress), newline=""), delimiter=delimiter)
        try:
            for cells in reader:
                yield reader.line_num, cells
        except csv.Error:
            raise refused(self.name, "The CSV cannot be read: a quotation mark is not closed, or it holds zero bytes.",
                          "Download it again.", reader.line_num) from None  # fmt: skip


def _pieces(stream: IO[bytes] | gzip.GzipFile, size: int) -> Iterator[bytes]:
    while piece := stream.read(size):
        yield piece
