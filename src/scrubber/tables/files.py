"""Writing table files so that a reader sees the old one or the new one, whole, and never a part."""

from __future__ import annotations

import contextlib
import os
from datetime import date
from typing import TYPE_CHECKING

from scrubber.core.diagnostics import InputError, InputProblem
from scrubber.core.resources import AnyPath
from scrubber.tables.packed import SUFFIX

if TYPE_CHECKING:
    from pathlib import Path


def edition_id(first: date, last: date) -> str:
    """``2024-07-01..2024-09-30``."""
    return f"{first.isoformat()}..{last.isoformat()}"


def edition_path(folder: Path, table: str, first: date, last: date) -> Path:
    """Where an edition is kept: ``folder/ptp/practitioner/2024-07-01..2024-09-30.table``."""
    return folder.joinpath(*table.split("/")) / f"{edition_id(first, last)}{SUFFIX}"


def table_files(folder: AnyPath) -> list[str]:
    """The table files of a folder, in order of name; empty where there is no such folder."""
    return sorted(_walk(os.fspath(folder), 3))


def _walk(folder: str, depth: int) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            kept = [entry for entry in entries if not entry.name.startswith(".")]
    except OSError:
        return []
    found = [entry.path for entry in kept if depth < 3 and entry.name.endswith(SUFFIX) and entry.is_file()]
    for entry in kept if depth else ():
        if entry.is_dir(follow_symlinks=False):
            found.extend(_walk(entry.path, depth - 1))
    return found


def write_whole(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path`` in one step: a file of its own name beside it, flushed to disk, then renamed.

    Two writers cannot mix: each has its own file, and the last rename wins. Raises InputError where the folder cannot
    be written; nothing half-written stays behind.
    """
    import tempfile  # costs more than the rest of this module, and only writers need it

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".partial", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            os.chmod(name, 0o644)
            os.replace(name, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise
        _flush_folder(path.parent)
    except OSError as error:
        problem = f"The table could not be written ({error.strerror or 'output error'})."
        advice = "Free space or choose another --tables folder."
        raise InputError(InputProblem(str(path), problem, help=advice)) from None


def _flush_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
