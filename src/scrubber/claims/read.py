"""Claims from a file of any kind that holds them: an 837, one JSON claim, an array of them, or NDJSON."""

from __future__ import annotations

import mmap
import os
import stat
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from scrubber.claims.inputs import Deviation, InputClaim
from scrubber.claims.x12.segments import MARK, Buffer, start_of
from scrubber.core.diagnostics import InputProblem
from scrubber.core.files import shown
from scrubber.core.resources import AnyPath

if TYPE_CHECKING:
    from scrubber.claims.json_reader import ClaimDecoder

__all__ = ["Deviation", "InputClaim", "InputProblem", "read_claims"]

LONGEST_NDJSON_LINE = 16 * 1024 * 1024
_KINDS = (
    (b"PK\x03\x04", "a zip archive (or a spreadsheet)", "Unpack it first."),
    (b"\x1f\x8b", "a gzip archive", "Unpack it first."),
    (b"%PDF", "a PDF document", ""),
    (b"<", "an XML or HTML document", ""),
    (b"\xff\xfe", "text in UTF-16", "Save it as UTF-8."),
    (b"\xfe\xff", "text in UTF-16", "Save it as UTF-8."),
)
_HELP = "A claim file is an 837 (it starts with ISA), or JSON or NDJSON (it starts with { or [)."


class _Envelope(msgspec.Struct):
    claims: list[msgspec.Raw] | msgspec.UnsetType = msgspec.UNSET


def read_claims(source: AnyPath | BinaryIO | bytes, name: str | None = None) -> Iterator[InputClaim | InputProblem]:
    """The claims of a file, in order; an :class:`InputProblem` stands for what is no claim. It raises nothing.

    ``source`` is a path, an open binary file or bytes; ``name`` is how messages call it (default: the path). Files are
    read as a stream: memory does not grow with an 837 or an NDJSON file.
    """
    if isinstance(source, bytes):
        yield from _read(source, name or "<bytes>")
    elif isinstance(source, str | os.PathLike):
        yield from _read_path(os.fspath(source), name or shown(source))
    else:
        label = name or shown(str(getattr(source, "name", "<stream>")))
        try:
            data = source.read()
        except (OSError, ValueError):
            yield InputProblem(label, "the stream cannot be read.")
            return
        yield from _read(data, label)


def _read_path(path: str, name: str) -> Iterator[InputClaim | InputProblem]:
    try:
        if os.path.isdir(path):
            yield InputProblem(name, "this is a folder, not a claim file.", help="Name the files in it.")
            return
        with open(path, "rb") as file:
            if stat.S_ISCHR(os.fstat(file.fileno()).st_mode) and not file.isatty():  # /dev/zero has no end
                yield InputProblem(name, "this is a device, not a claim file.", help="Name a file, a pipe or -.")
                return
            try:
                data: Buffer = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except (ValueError, OSError):
                data = file.read()  # an empty file, or a pipe: nothing to map
            try:
                yield from _read(data, name)
            finally:
                if isinstance(data, mmap.mmap):
                    data.close()
    except FileNotFoundError:
        yield InputProblem(name, "there is no file of this name.")
    except PermissionError:
        yield InputProblem(name, "the file cannot be opened: permission denied.")
    except (OSError, ValueError):
        yield InputProblem(name, "the file cannot be read.")


def _read(data: Buffer, name: str) -> Iterator[InputClaim | InputProblem]:
    at = start_of(data)
    if at >= len(data):
        yield InputProblem(name, "the file is empty.", help=_HELP)
        return
    head = bytes(data[at : at + 4])
    if head[:3] == b"ISA" or (head[:2] in (b"GS", b"ST") and not head[2:3].isalnum()):
        # Imported here: a run over JSON does not pay for the 837.
        from scrubber.claims.x12.reader import read_x12

        yield from read_x12(data, name)
    elif head[:1] in (b"{", b"["):
        yield from _read_json(data, name, at)
    else:
        what = next(((kind, help) for magic, kind, help in _KINDS if head.startswith(magic)), None)
        if what is not None:
            yield InputProblem(name, f"this is {what[0]}, not a claim file.", offset=at, help=what[1] or _HELP)
        else:
            yield InputProblem(name, "this is neither an 837 nor JSON.", offset=at, help=_HELP)


def _read_json(data: Buffer, name: str, at: int) -> Iterator[InputClaim | InputProblem]:
    # Imported here: a run over 837 files does not pay for JSON.
    from scrubber.claims.json_reader import ClaimDecoder

    decoder = ClaimDecoder()
    if _is_ndjson(data, name, at):
        yield from _read_ndjson(data, name, at, decoder)
        return
    document = bytes(data[at:]) if at or not isinstance(data, bytes) else data
    try:
        if document[:1] == b"[":
            items, base = msgspec.json.decode(document, type=list[msgspec.Raw]), "$"
        else:
            envelope = msgspec.json.decode(document, type=_Envelope)
            if isinstance(envelope.claims, msgspec.UnsetType):
                yield decoder.decode(document, name, 0, "$", at)
                return
            items, base = envelope.claims, "$.claims"
    except msgspec.ValidationError:
        yield InputProblem(name, "expected a list of claims.", offset=at, element="$.claims")
        return
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        from scrubber.claims.json_careful import syntax_problem

        yield syntax_problem(error, name, "$", at)
        return
    if not items:
        yield InputProblem(name, "the list of claims is empty.", offset=at, element=base)
    index = 0
    for position, item in enumerate(items):
        found = decoder.decode(item, name, index, f"{base}[{position}]")
        index += isinstance(found, InputClaim)
        yield found


def _is_ndjson(data: Buffer, name: str, at: int) -> bool:
    """Whether each line is a document: the name says so, or the first line is whole and another starts like it."""
    if data[at : at + 1] != b"{":
        return False
    if name.endswith((".ndjson", ".jsonl")):
        return True
    end = data.find(b"\n", at, at + LONGEST_NDJSON_LINE)
    if end < 0 or not bytes(data[at:end]).rstrip().endswith(b"}"):
        return False
    following = bytes(data[end : end + 4096]).lstrip()
    return following.startswith(b"{")


def _read_ndjson(data: Buffer, name: str, at: int, decoder: ClaimDecoder) -> Iterator[InputClaim | InputProblem]:
    index, size, row = 0, len(data), 0
    while at < size:
        end = data.find(b"\n", at)
        end = size if end < 0 else end
        row += 1
        if end - at > LONGEST_NDJSON_LINE:
            yield InputProblem(name, f"line {row} is longer than 16 MiB; it was not read.", offset=at)
        else:
            text = bytes(data[at:end]).strip().removeprefix(MARK)
            if text:
                found = decoder.decode(text, name, index, f"line {row}: $", at)
                index += isinstance(found, InputClaim)
                yield found
        at = end + 1
