"""From the files, folders and ``-`` of a command line to claims."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence

from scrubber.claims.inputs import InputClaim
from scrubber.claims.read import read_claims
from scrubber.core.diagnostics import InputProblem, UsageError

STDIN = "<stdin>"
MOST = 100_000
"""Files of one folder: far beyond a day's claims, and soon reached where somebody names a whole disk."""


class ClaimFiles:
    """The claim files of a command line; they can be read several times, and standard input is kept for that.

    A folder stands for all files in it and below, hidden ones apart, in order of name; links to folders are followed.
    What of it cannot be looked into is an :class:`InputProblem`: a file that is passed over would not be checked.
    ``names`` are the files as messages call them. Raises UsageError where a folder holds more than :data:`MOST`.
    """

    def __init__(self, given: Sequence[str]) -> None:
        self._sources: list[tuple[str, str | bytes | InputProblem]] = []
        for name in given:
            if name == "-":
                self._sources.append((STDIN, sys.stdin.buffer.read()))
            elif os.path.isdir(name):
                found = files_below(name)
                empty = InputProblem(_shown(name), "this folder holds no files.",
                                     help="Name a folder with claim files in it.")  # fmt: skip
                self._sources += [(_shown(path), problem or path) for path, problem in found] or [(_shown(name), empty)]
            else:
                self._sources.append((_shown(name), name))

    @property
    def names(self) -> list[str]:
        """The files, in the order they are read."""
        return [name for name, _ in self._sources]

    def read(self) -> Iterator[InputClaim | InputProblem]:
        """All claims of all files, and what could not be read."""
        for name, source in self._sources:
            if isinstance(source, InputProblem):
                yield source
                continue
            found = False
            for item in read_claims(source, name):
                found = True
                yield item
            if not found:
                yield InputProblem(name, "no claim was found in this file.")


def files_below(folder: str) -> list[tuple[str, InputProblem | None]]:
    """Every file in a folder and below, in order of path, without hidden files and folders; with a problem, what cannot
    be read as one. Raises UsageError where there are more than :data:`MOST`: somebody named a whole disk."""
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
                    if entry.is_dir():
                        waiting.append(entry.path)
                    else:
                        found.append((entry.path, _unreadable(entry)))
        except OSError as error:
            said = f"this folder cannot be read ({(error.strerror or 'input error').lower()})."
            found.append((parent, InputProblem(_shown(parent), said, help="Nothing in it was checked.")))
        if len(found) + len(waiting) > MOST:
            raise UsageError(f"{_shown(folder)} holds more than {MOST:,} files. Name the folder that the claims "
                             "are in, or check part of it at a time.")  # fmt: skip
    return sorted(found, key=lambda one: one[0].split(os.sep))


def _unreadable(entry: os.DirEntry[str]) -> InputProblem | None:
    """What keeps something in a folder from being read: a pipe or a device may have no end, a link may lead nowhere."""
    if entry.is_file():
        return None
    if entry.is_symlink() and not os.path.exists(entry.path):
        return InputProblem(_shown(entry.path), "this link leads nowhere.", help="Remove it, or mend it.")
    said = "this is a device or a pipe, and was not read."
    return InputProblem(_shown(entry.path), said, help="To check what comes out of it, name it itself.")


def _shown(path: str) -> str:
    """A path as text: a name of other bytes than UTF-8 could not be written into a report."""
    return path if path.isascii() else os.fsencode(path).decode("utf-8", "replace")
