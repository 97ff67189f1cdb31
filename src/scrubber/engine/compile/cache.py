"""Compiled packs kept as data under the user's cache folder, so that a start need not read YAML again.

A cache entry is a MessagePack document of the program, named by a digest of all that went into it. It holds no code.
An entry that is damaged, foreign or of another version is ignored and written anew. Beside it a note says how the files
looked when the digest was taken, so that a start reads them only where one looks different.
"""

from __future__ import annotations

import os
import sys
import time
import zlib
from collections.abc import Mapping, Sequence

from msgspec import DecodeError

from scrubber import __version__
from scrubber.core.resources import AnyPath
from scrubber.core.sha256 import sha256
from scrubber.engine.compile import kept
from scrubber.engine.compile.program import Program
from scrubber.packs.digest import pack_digest, pack_stamps

FORMAT = 6
"""The number of what :mod:`kept` keeps. To be raised with each change of it: a rule is read so late that a program that
cannot be read can no longer be compiled anew."""
_CHECK = 4
YOUNG = 2_000_000_000
"""Nanoseconds. A file changed so lately may change again without looking different: its clock may tick in seconds."""


def cache_folder() -> str:
    """Where entries are kept: ``$SCRUBBER_CACHE``, else the user's cache folder."""
    named = os.environ.get("SCRUBBER_CACHE")
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return named or os.path.join(os.path.expanduser(base), "claim-scrubber")


def program_key(digests: Sequence[str], folders: Sequence[AnyPath], local: Mapping[str, Sequence[str]]) -> str:
    """The name of the entry: packs (contents, order and place), local lists, engine and Python version."""
    return _digest([*digests, *_about(folders, local)])


def key_of_packs(reached: Sequence[AnyPath], folders: Sequence[AnyPath], local: Mapping[str, Sequence[str]]) -> str:
    """:func:`program_key` of the packs of ``folders``, with ``reached`` all that may go into them.

    Their files are read only where one has changed since they were read last, by its size, its times or its place on
    the disk.
    """
    note = _entry(f"{_digest([*_about(folders, local), *map(str, reached)])}.seen")
    looks = _looks(reached)
    try:
        seen, _, key = _read(note).decode("ascii").partition(" ")
    except (OSError, UnicodeDecodeError):
        seen = key = ""
    if looks is not None and seen == looks and len(key) == len(looks) and key.isalnum():
        return key
    key = program_key([pack_digest(folder) for folder in reached], folders, local)
    if looks is not None and looks == _looks(reached):
        _write(note, f"{looks} {key}".encode("ascii"))
    return key


def read_program(key: str) -> Program | None:
    """The program kept under ``key``; None where there is none that can be used."""
    try:
        data = _read(_entry(f"{key}.program"))
        body = memoryview(data)[_CHECK:]
        if zlib.crc32(body).to_bytes(_CHECK, "big") != data[:_CHECK]:
            return None
        return kept.read(body)
    except (OSError, DecodeError):
        return None


def write_program(key: str, program: Program) -> None:
    """Keep a program. A folder that cannot be written is no error: the next start compiles again."""
    body = kept.written(program)
    _write(_entry(f"{key}.program"), zlib.crc32(body).to_bytes(_CHECK, "big") + body)


def _about(folders: Sequence[AnyPath], local: Mapping[str, Sequence[str]]) -> list[str]:
    lists = [f"{name}={','.join(codes)}" for name, codes in sorted(local.items())]
    return [str(FORMAT), __version__, sys.version, *map(str, folders), *lists]


def _digest(parts: Sequence[str]) -> str:
    return sha256("\x1f".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def _looks(folders: Sequence[AnyPath]) -> str | None:
    """A digest of how the files of packs look from outside; None where one is too young to go by that."""
    limit = time.time_ns() - YOUNG
    parts = []
    try:
        for folder in folders:
            for name, about in pack_stamps(folder):
                if max(about[2:]) > limit:
                    return None
                parts.append(f"{folder}/{name} {about}")
    except OSError:
        return None
    return _digest(parts)


def _entry(name: str) -> str:
    return os.path.join(cache_folder(), name)


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _write(path: str, data: bytes) -> None:
    """Put a file in place whole. A folder that cannot be written is no error."""
    import tempfile  # here because a start that finds its entry need not wait for it

    try:
        folder = os.path.dirname(path)
        os.makedirs(folder, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.replace(name, path)
        except OSError:
            os.unlink(name)
    except OSError:
        return
