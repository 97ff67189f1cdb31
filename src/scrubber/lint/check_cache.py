"""What a check of unchanged packs said, kept under a digest of all that went into it."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

import scrubber
from scrubber.core.diagnostics import Diagnostic
from scrubber.engine.compile.cache import cache_folder, program_key
from scrubber.packs.digest import pack_digest


class Kept(Struct, frozen=True):
    """The diagnostics of a check, and how many packs and rules it was of."""

    found: tuple[Diagnostic, ...]
    packs: int
    rules: int


def key_of(folders: Sequence[Path]) -> str | None:
    """The name of the entry for those folders; None where a file of theirs cannot be read."""
    try:
        digests = [pack_digest(folder) for folder in folders]
    except OSError:
        return None
    return hashlib.sha256(f"{program_key(digests, folders, {})} {_code()}".encode()).hexdigest()


def _code() -> str:
    """The state of our own files: a checkout changes without a new version."""
    root = Path(scrubber.__file__).parent
    digest = hashlib.sha256()
    for folder in ("core", "lang", "packs", "engine", "lint"):
        for path in sorted((root / folder).rglob("*.py")):
            stat = path.stat()
            digest.update(f"{path.relative_to(root)} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def read(key: str | None) -> Kept | None:
    """What was kept; None where there is nothing that can be used."""
    if key is None:
        return None
    try:
        data = Path(cache_folder(), f"{key}.check").read_bytes()
        if hashlib.sha256(data[32:]).digest() != data[:32]:
            return None
        return msgspec.msgpack.decode(data[32:], type=Kept)
    except (OSError, msgspec.DecodeError, msgspec.ValidationError):
        return None


def write(key: str | None, kept: Kept) -> None:
    """Keep a result. A folder that cannot be written is no error."""
    if key is None:
        return
    body = msgspec.msgpack.encode(kept)
    folder = Path(cache_folder())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
        with os.fdopen(handle, "wb") as stream:
            stream.write(hashlib.sha256(body).digest() + body)
        Path(name).replace(folder / f"{key}.check")
    except OSError:
        return
