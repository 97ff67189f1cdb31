"""The digest of a pack's folder. Imports neither yaml nor pydantic: a cached pack is recognised by it."""

from __future__ import annotations

import hashlib
from pathlib import Path

_KINDS = frozenset({".yaml", ".yml", ".csv"})
_APART = frozenset({"tests"})


def pack_files(folder: Path) -> list[Path]:
    """The files that make up a pack, in order of their names relative to the folder.

    YAML and CSV files of the folder and of its sub-folders, without ``tests`` and whatever starts with a dot.
    """
    found: dict[str, Path] = {}
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith(".") for part in parts) or parts[0] in _APART
        if path.suffix.lower() in _KINDS and not hidden and path.is_file():
            found["/".join(parts)] = path
    return [found[name] for name in sorted(found)]


def pack_digest(folder: Path) -> str:
    """SHA-256, in hexadecimal, over the relative names and the bytes of a pack's files, in order of name.

    Raises:
        OSError: a file cannot be read.
    """
    digest = hashlib.sha256()
    for path in pack_files(folder):
        data = path.read_bytes()
        name = path.relative_to(folder).as_posix().encode("utf-8", "surrogateescape")
        digest.update(b"%d:%s%d:" % (len(name), name, len(data)))
        digest.update(data)
    return digest.hexdigest()
