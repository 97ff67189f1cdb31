"""From the files, folders and ``-`` of a command line to claims."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence

from scrubber.claims.inputs import InputClaim
from scrubber.claims.read import read_claims
from scrubber.core.diagnostics import InputProblem

STDIN = "<stdin>"


class ClaimFiles:
    """The claim files of a command line; they can be read several times, and standard input is kept for that.

    A folder stands for all files in it and below, hidden ones apart, in order of name. ``names`` are the files as
    messages call them.
    """

    def __init__(self, given: Sequence[str]) -> None:
        self._sources: list[tuple[str, str | bytes | InputProblem]] = []
        for name in given:
            if name == "-":
                self._sources.append((STDIN, sys.stdin.buffer.read()))
            elif os.path.isdir(name):
                found = [(path, path) for path in files_below(name)]
                empty = InputProblem(name, "this folder holds no files.", help="Name a folder with claim files in it.")
                self._sources += found or [(name, empty)]
            else:
                self._sources.append((name, name))

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


def files_below(folder: str) -> list[str]:
    """Every file in a folder and below, in order of path, without hidden files and folders."""
    found: list[str] = []
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [os.path.join(parent, name) for name in files if not name.startswith(".")]
    return sorted(found, key=lambda path: path.split(os.sep))
