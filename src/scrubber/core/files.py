"""Files and folders that people name: nothing without an end is read, no disk is walked, every name can be shown."""

from __future__ import annotations

import errno
import os
import stat

from scrubber.core.diagnostics import InputProblem, UsageError
from scrubber.core.resources import AnyPath

MOST = 100_000
"""Files of one folder: far beyond a day's claims, and soon reached where somebody names a whole disk."""


def shown(path: AnyPath) -> str:
    """A path as text: a name of other bytes than UTF-8 could not be written into a report."""
    name = os.fspath(path)
    return name if name.isascii() else os.fsencode(name).decode("utf-8", "replace")


def refuse_no_text(path: AnyPath) -> None:
    """Refuse a path that could not be written into reports and caches.

    Raises:
        UsageError: a name in it is not UTF-8.
    """
    name = os.fspath(path)
    if shown(name) != name:
        raise UsageError(f"{shown(name)} has a name that is not UTF-8. Rename it.")


def refuse_no_name(path: AnyPath, what: str) -> None:
    """Refuse an empty name: it is that of a variable nobody set, and would stand for the folder one is in.

    Raises:
        UsageError: it is empty; says of ``what``.
    """
    if not os.fspath(path):
        raise UsageError(f"{what} has no name.")


def no_file(mode: int) -> str:
    """What stands in the place of an ordinary file, by its mode as ``os.stat`` has it; empty where it is one."""
    if stat.S_ISREG(mode):
        return ""
    return "a folder" if stat.S_ISDIR(mode) else "a device or a pipe"


def read_ordinary(path: AnyPath, most: int) -> bytes:
    """The first ``most`` bytes of an ordinary file.

    Raises:
        OSError: it is not there, or is a folder, a device or a pipe, which may have no end.
    """
    try:
        mode = os.stat(path).st_mode  # before it is opened: to open a pipe is to wait for who writes into it
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, f"it is {no_file(mode)}, not a file", os.fspath(path))
        with open(path, "rb") as file:
            return file.read(most)
    except ValueError:
        raise OSError(errno.EINVAL, "no file has such a name", os.fspath(path)) from None


def read_file(path: AnyPath, most: int) -> bytes:
    """The bytes of an ordinary file that an option names.

    Raises:
        UsageError: it is not there, is none (:func:`read_ordinary`), or holds more than ``most`` bytes.
    """
    try:
        data = read_ordinary(path, most + 1)
    except OSError as error:
        raise UsageError(f"{shown(path)} cannot be read ({(error.strerror or 'error').lower()}).") from None
    if len(data) > most:
        raise UsageError(f"{shown(path)} is larger than {most >> 20} MB, and was not read.")
    return data


def files_below(folder: str, wanted: str = "claims") -> list[tuple[str, InputProblem | None]]:
    """Every file in a folder and below, in order of path, without hidden files and folders; with a problem, what cannot
    be read as one. Links to folders are followed, each folder once.

    Raises:
        UsageError: there are more than :data:`MOST`: somebody named a whole disk. ``wanted`` is what they look for.
    """
    found: list[tuple[str, InputProblem | None]] = []
    seen: set[tuple[int, int]] = set()
    waiting = [folder]
    while waiting:
        parent = waiting.pop()
        try:
            about = os.stat(parent)
            if (about.st_dev, about.st_ino) in seen:  # a link that leads back
                continue
            seen.add((about.st_dev, about.st_ino))
            with os.scandir(parent) as entries:
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    if _is_folder(entry):
                        waiting.append(entry.path)
                    else:
                        found.append((entry.path, _unreadable(entry)))
        except OSError as error:
            said = f"this folder cannot be read ({(error.strerror or 'input error').lower()})."
            found.append((parent, InputProblem(shown(parent), said, help="Nothing in it was checked.")))
        if len(found) + len(waiting) > MOST:
            raise beyond_measure(folder, wanted)
    return sorted(found, key=lambda one: one[0].split(os.sep))


def beyond_measure(folder: AnyPath, wanted: str) -> UsageError:
    """The error for a folder of more than :data:`MOST` files."""
    return UsageError(f"{shown(folder)} holds more than {MOST:,} files. Name the folder that the {wanted} are in, or "
                      "check part of it at a time.")  # fmt: skip


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads back to itself; the others of its folder are read
        return False


def _unreadable(entry: os.DirEntry[str]) -> InputProblem | None:
    """What keeps something in a folder from being read: a pipe or a device may have no end, a link may lead nowhere."""
    if os.path.isfile(entry.path):
        return None
    if entry.is_symlink() and not os.path.exists(entry.path):
        return InputProblem(shown(entry.path), "this link leads nowhere.", help="Remove it, or mend it.")
    said = "this is a device or a pipe, and was not read."
    return InputProblem(shown(entry.path), said, help="To check what comes out of it, name it itself.")
