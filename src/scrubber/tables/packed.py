"""The packed table file: a checked preamble, a JSON header, and flat little-endian sections meant for ``mmap``.

Layout: 64 bytes of preamble (magic, format version, header size, file size, SHA-256 of the header), the header, then
sections at multiples of 8 bytes. Rows are grouped by their whole key:

``heads``   distinct first keys in order                     ``tails``    distinct further keys in order
``first``   head -> where its entries begin                  ``tail``     entry -> tail, ascending inside a head
``group``   entry -> fact, or number of facts + history      ``effective``, ``deletion``  fact -> day as an ordinal
``history`` history -> where its facts begin in ``facts``    ``facts``    facts of the keys that have several rows
``value.X`` fact -> place in ``words.X``                     ``words.X``  distinct values of column X, a JSON list

A *fact* is a distinct (first day, last day, values): 2.5 million pair edits share a few thousand of them, which is why
the file needs four bytes a pair. Numbers of 16 bits are used only where everything fits, else 32.
"""

# Annotations are evaluated here, once: msgspec would evaluate each postponed one at every start.
import os
import sys
import zlib
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from scrubber.core.diagnostics import InputError, InputProblem
from scrubber.core.files import no_file, shown
from scrubber.core.resources import AnyPath
from scrubber.core.sha256 import sha256
from scrubber.core.types import Type
from scrubber.tables.schema import TableSchema

if TYPE_CHECKING:
    from array import array

MAGIC = b"SCRTABLE"
FORMAT = 1
SUFFIX = ".table"
OPEN_START = 0
"""The first day of a row whose first day is not known: every day is after it."""
OPEN_END = date.max.toordinal()
"""The last day of a row that is still active."""
REIMPORT = "Delete the file and import the publisher's files again with: scrubber tables import"
_PREAMBLE = 64
"""Bytes before the header: the mark of 8; format (4), header size (4) and file size (8), the low byte first; the
SHA-256 of the header (32); and 8 of zero."""
_HEADER_LIMIT = 1 << 22


class Source(Struct, frozen=True):
    """A file that an edition was made from: its name without folders, and the SHA-256 of its bytes."""

    name: str
    sha256: str


class Section(Struct, frozen=True, array_like=True):
    """Where a section stands in the file; ``code``: ``H``, ``I`` numbers of 16 and 32 bits, ``j`` a JSON list, ``f5``
    names of 5 bytes each."""

    offset: int
    size: int
    code: str
    crc: int


class Header(Struct, frozen=True, omit_defaults=True):
    """What is known of an edition without reading its rows. ``body`` is the SHA-256 of all sections.

    ``left_out`` counts the published rows that could not be read at the import. A file without such rows does not have
    it, and is the same byte for byte as one written before it was counted.
    """

    table: str
    edition: str
    first: date
    last: date
    slice: bool
    rows: int
    sources: tuple[Source, ...]
    keys: tuple[tuple[str, Type], ...]
    columns: dict[str, Type]
    dated: bool
    match: str
    body: str
    sections: dict[str, Section]
    left_out: int = 0

    @property
    def schema(self) -> TableSchema:
        """The shape of the table. Raises ValueError where the header is not one of ours."""
        return TableSchema(self.table, self.keys, self.columns, self.dated, self.match)


def damaged(path: AnyPath, what: str) -> InputError:
    """The error for a table file that cannot be used."""
    return InputError(InputProblem(shown(path), f"The table file {what}.", help=f"{REIMPORT}."))


def misnamed(path: AnyPath, header: Header) -> InputError:
    """The error for a table file that was renamed or moved: its name says which days it answers for."""
    said = f"The table file holds edition {header.edition} of table {header.table}, which is not its name."
    place = f"{header.table}/{header.edition}{SUFFIX}"
    help_ = f"In the folder of tables it is {place}: name that folder, or move the file there."
    return InputError(InputProblem(shown(path), said, help=help_))


def numbers(values: "array[int]") -> bytes:
    """An array as little-endian bytes."""
    if sys.byteorder == "big":
        values = values[:]
        values.byteswap()
    return values.tobytes()


def narrow(largest: int) -> str:
    """The type code of the smallest number that holds ``largest``: 16 bits up to 65,535, else 32."""
    if largest > 0xFFFFFFFF:
        raise OverflowError("a table holds at most 4,294,967,295 rows")
    return "H" if largest <= 0xFFFF else "I"


def assemble(about: Mapping[str, object], sections: Mapping[str, tuple[str, bytes]]) -> bytes:
    """The bytes of a table file. ``about`` holds the fields of :class:`Header` other than body and sections."""
    import hashlib  # here, for many megabytes

    digest = hashlib.sha256()
    placed: dict[str, Section] = {}
    body: list[bytes] = []
    offset = 0
    for name, (code, data) in sections.items():
        padded = data + bytes(-len(data) % 8)
        placed[name] = Section(offset, len(data), code, zlib.crc32(data))
        digest.update(padded)
        body.append(padded)
        offset += len(padded)
    header = Header(body=digest.hexdigest(), sections=placed, **about)  # type: ignore[arg-type]
    raw = msgspec.json.encode(header)
    raw += b" " * (-len(raw) % 8)
    numbers = ((FORMAT, 4), (len(raw), 4), (_PREAMBLE + len(raw) + offset, 8))
    preamble = [MAGIC, *(number.to_bytes(size, "little") for number, size in numbers), hashlib.sha256(raw).digest()]
    return b"".join([*preamble, bytes(8), raw, *body])


def _number(data: bytes) -> int:
    return int.from_bytes(data, "little")


def read_header(data: bytes | memoryview, size: int, path: AnyPath) -> tuple[Header, int, str]:
    """(header, where the sections begin, digest of the edition) of a file of ``size`` bytes that begins with ``data``.

    Raises InputError where the file is not a table, was cut short, or its header was changed.
    """
    if len(data) < _PREAMBLE:
        raise damaged(path, "was cut short: it is smaller than its first block")
    preamble = bytes(data[:_PREAMBLE])
    version, header_size, whole = _number(preamble[8:12]), _number(preamble[12:16]), _number(preamble[16:24])
    digest, spare = preamble[24:56], preamble[56:]
    if not preamble.startswith(MAGIC):
        raise damaged(path, "is not a packed table")
    if version != FORMAT:
        raise damaged(path, f"has format {version}, this version of the program reads format {FORMAT}")
    if whole != size or header_size > _HEADER_LIMIT or spare != bytes(8):
        raise damaged(path, f"was cut short or changed: it has {size} bytes and should have {whole}")
    end = _PREAMBLE + header_size
    raw = bytes(data[_PREAMBLE:end])
    if len(raw) != header_size or sha256(raw).digest() != digest:
        raise damaged(path, "has a damaged header")
    try:
        header = msgspec.json.decode(raw, type=Header)
        _ = header.schema
    except (msgspec.DecodeError, ValueError):
        raise damaged(path, "has a header that this version of the program cannot read") from None
    if any(end + s.offset + s.size > size or s.offset % 8 for s in header.sections.values()):
        raise damaged(path, "has sections outside the file")
    return header, end, sha256(raw).hexdigest()


def read_head(path: AnyPath) -> tuple[Header, int, str]:
    """:func:`read_header` of a file, reading no more of it than the header. Raises InputError."""
    try:
        about = os.stat(path)  # before it is opened: to open a pipe is to wait for who writes into it
        if what := no_file(about.st_mode):
            raise damaged(path, f"is {what}")
        with open(path, "rb") as stream:
            data = stream.read(_PREAMBLE)
            if len(data) == _PREAMBLE and data.startswith(MAGIC):
                data += stream.read(min(_number(data[12:16]), _HEADER_LIMIT))
            return read_header(data, about.st_size, path)
    except OSError as error:
        raise damaged(path, f"cannot be read ({error.strerror or 'input error'})") from None
