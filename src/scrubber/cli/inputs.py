"""From the files, folders and ``-`` of a command line to claims."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence

from scrubber.claims.inputs import InputClaim
from scrubber.claims.read import read_claims
from scrubber.core.diagnostics import InputProblem, UsageError
from scrubber.core.files import files_below, shown

STDIN = "<stdin>"


def _standard_input() -> bytes:
    """All of standard input.

    Raises:
        UsageError: the program was started without one.
    """
    if sys.stdin is None:
        raise UsageError("standard input is closed. Open it, or name a file.")
    return sys.stdin.buffer.read()


class ClaimFiles:
    """The claim files of a command line; they can be read several times, and standard input is kept for that.

    A folder stands for all files in it and below, hidden ones apart, in order of name; links to folders are followed.
    What of it cannot be looked into is an :class:`InputProblem`: a file that is passed over would not be checked.
    ``names`` are the files as messages call them. Raises UsageError where a folder is beyond measure.
    """

    def __init__(self, given: Sequence[str]) -> None:
        self._sources: list[tuple[str, str | bytes | InputProblem]] = []
        for name in given:
            if name == "-":
                self._sources.append((STDIN, _standard_input()))
            elif os.path.isdir(name):
                found = files_below(name)
                empty = InputProblem(shown(name), "this folder holds no files.",
                                     help="Name a folder with claim files in it.")  # fmt: skip
                self._sources += [(shown(path), problem or path) for path, problem in found] or [(shown(name), empty)]
            else:
                self._sources.append((shown(name), name))

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
