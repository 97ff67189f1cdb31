"""Writing table files so that a reader sees the old one or the new one, whole, and never a part."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from scrubber.core.diagnostics import InputError, InputProblem
from scrubber.core.files import shown
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
    """The table files of a folder, in order of name; empty where there is no such folder.

    Raises InputError where a folder is there and cannot be read: its tables would be left out unseen.
    """
    return sorted(_walk(os.fspath(folder), 3))


def _walk(folder: str, depth: int) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            kept = [entry for entry in entries if not entry.name.startswith(".")]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        said = f"The folder of tables cannot be read ({(error.strerror or 'input error').lower()})."
        raise InputError(
            InputProblem(shown(folder), said, help="Make it readable, or name another --tables folder.")
        ) from None
    # A link that leads nowhere and a pipe are among them: whoever reads them says that a table is missing there.
    # So is one in the folder itself: somebody named a folder that is too deep, and has to hear of it.
    named = [entry.path for entry in kept if entry.name.endswith(SUFFIX)]
    found = [path for path in named if not os.path.isdir(path)]
    for entry in kept if depth else ():
        if entry.is_dir(follow_symlinks=False):
            found.extend(_walk(entry.path, depth - 1))
    return found


def write_whole(path: Path, data: bytes) -> None:
    """:func:`write_together` for one file."""
    write_together([(path, data)])


def write_together(files: Sequence[tuple[Path, bytes]]) -> None:
    """Put each file in its place in one step: written and flushed to disk beside it, and renamed once all are written.

    Two writers cannot mix: each has its own file, and the last rename wins. Raises InputError where something cannot be
    written: then nothing has changed, and nothing half-written stays behind.
    """
    import tempfile  # costs more than the rest of this module, and only writers need it

    waiting: list[tuple[str, Path]] = []
    path = files[0][0] if files else None
    try:
        try:
            for path, data in files:
                path.parent.mkdir(parents=True, exist_ok=True)
                if path.is_dir():
                    raise IsADirectoryError(errno.EISDIR, "a folder has its name")
                handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".partial", dir=path.parent)
                waiting.append((name, path))
                with os.fdopen(handle, "wb") as stream:
                    stream.write(data)
                    stream.flush()
                    os.fsync(stream.fileno())
                os.chmod(name, 0o644)
            while waiting:
                name, path = waiting[0]
                os.replace(name, path)
                waiting.pop(0)
        finally:
            for name, _ in waiting:
                with suppress(OSError):
                    os.unlink(name)
        for folder in {path.parent for path, _ in files}:
            _flush_folder(folder)
    except OSError as error:
        problem = f"The table could not be written ({error.strerror or 'output error'})."
        advice = "Free space or choose another --tables folder. Nothing was imported."
        raise InputError(InputProblem(shown(path or ""), problem, help=advice)) from None


def _flush_folder(folder: Path) -> None:
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
