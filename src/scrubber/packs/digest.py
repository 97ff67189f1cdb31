"""The digest of a pack's folder. Imports neither yaml nor pydantic: a cached pack is recognised by it."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator

from scrubber.core.files import MOST, beyond_measure, no_file, shown
from scrubber.core.resources import AnyPath

_KINDS = (".yaml", ".yml", ".csv")
_APART = "tests"


def pack_files(folder: AnyPath) -> list[str]:
    """The files that make up a pack, in order of their names relative to the folder.

    YAML and CSV files of the folder and of its sub-folders, without ``tests`` and whatever starts with a dot. A link
    that leads nowhere is among them: whoever reads it hears of it.

    Raises:
        OSError: a sub-folder or a file cannot be read, is a device or a pipe, or has a name that is not UTF-8.
        UsageError: there are more than :data:`scrubber.core.files.MOST`.
    """
    return [entry.path for _, entry in _entries(folder)]


def pack_digest(folder: AnyPath) -> str:
    """SHA-256, in hexadecimal, over the relative names and the bytes of a pack's files, in order of name.

    Raises:
        OSError: a file cannot be read.
    """
    import hashlib  # here because a pack that was not touched needs no digest

    digest = hashlib.sha256()
    for relative, entry in _entries(folder):
        with open(entry.path, "rb") as file:
            data = file.read()
        name = relative.encode()
        digest.update(b"%d:%s%d:" % (len(name), name, len(data)))
        digest.update(data)
    return digest.hexdigest()


def pack_stamps(folder: AnyPath) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Of each file of a pack, in order of name, what changes with its bytes: size, times of change, and which file it
    is. Reading these takes a tenth of the time of reading the files.

    Raises:
        OSError: a file has just been taken away.
    """
    for name, entry in _entries(folder):
        about = entry.stat()
        # The last time a program cannot set, so an older file that is put in place of another shows too.
        yield name, (about.st_size, about.st_ino, about.st_mtime_ns, about.st_ctime_ns)


def _entries(folder: AnyPath) -> list[tuple[str, os.DirEntry[str]]]:
    found: list[tuple[str, os.DirEntry[str]]] = []
    waiting, met = [("", os.fspath(folder))], 0
    while waiting:
        before, parent = waiting.pop()
        try:
            with os.scandir(parent) as entries:
                kept = [entry for entry in entries if not entry.name.startswith(".")]
        except OSError:
            if before:  # rules that nobody can see would be left out unseen
                raise
            return []
        met += len(kept)
        if met > MOST:
            raise beyond_measure(folder, "rules")
        for entry in kept:
            if not before and entry.name == _APART:
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append((f"{before}{entry.name}/", entry.path))
            elif entry.name.lower().endswith(_KINDS):
                _refuse(entry)
                found.append((f"{before}{entry.name}", entry))
    return sorted(found, key=lambda one: one[0])


def _refuse(entry: os.DirEntry[str]) -> None:
    """Raises OSError for what stands in the place of a file of rules, which would be left out unseen or never end, and
    for a name that no report could hold."""
    if shown(entry.path) != entry.path:
        raise OSError(errno.EILSEQ, "its name is not UTF-8: rename it", shown(entry.path))
    if not os.path.isfile(entry.path) and os.path.exists(entry.path):
        raise OSError(errno.EINVAL, f"it is {no_file(entry.stat().st_mode)}, not a file", entry.path)
