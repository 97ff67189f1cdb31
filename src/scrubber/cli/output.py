"""Where a command writes: standard output, or a file that appears whole or not at all."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

from scrubber.core.diagnostics import UsageError
from scrubber.core.files import shown
from scrubber.core.resources import AnyPath

NARROWEST, USUAL, WIDEST = 60, 80, 100


def _columns() -> int:
    """As :func:`shutil.get_terminal_size` has it, which would load every kind of archive."""
    try:
        found = int(os.environ.get("COLUMNS", ""))
    except ValueError:
        found = 0
    try:
        return found if found > 0 else os.get_terminal_size(sys.__stdout__.fileno()).columns or USUAL  # type: ignore[union-attr]
    except (AttributeError, ValueError, OSError):
        return USUAL


@contextmanager
def writing(path: AnyPath) -> Iterator[None]:
    """Around what writes files of the user's at or below ``path``.

    Raises:
        UsageError: a file cannot be written; names it and says why.
    """
    try:
        yield
    except OSError as error:
        reason = (error.strerror or "error").lower()
        raise UsageError(f"{shown(path)} cannot be written ({reason}).") from None


def _reads(given: str, path: str) -> bool:
    """Whether a file or folder that is read is, or holds, an existing file."""
    try:
        if os.path.isdir(given):
            return os.path.isfile(path) and path.startswith(os.path.join(os.path.realpath(given), ""))
        return os.path.isfile(given) and os.path.samefile(given, path)
    except (OSError, ValueError):
        return False


class Output:
    """Standard output, or the file of ``--output``. A file is written beside its place and renamed by :meth:`keep`;
    a device or a pipe is written to as it stands; a link stays, and what it leads to is replaced. ``said`` goes before
    the name where it cannot be written; ``inputs`` are the files and folders that are read: none is written over.

    Raises:
        UsageError: it cannot be written, or is one of ``inputs``.
    """

    def __init__(self, path: str | None, said: str = "--output: ", inputs: Iterable[str | None] = ()) -> None:
        self._path = path if path is None or not os.path.isfile(path) else os.path.realpath(path)
        self._part: str | None = None
        self.stream: BinaryIO
        if self._path is None:
            if sys.stdout is None:  # so Python has it where the descriptor was closed before the start
                raise UsageError("standard output is closed. Open it, or name a file with --output.")
            self.stream = sys.stdout.buffer
            return
        import tempfile  # here because a run that prints need not wait for it

        folder, name = os.path.split(self._path)
        if any(given and _reads(given, self._path) for given in inputs):
            raise UsageError(
                f"{said}{shown(self._path)} is read by this run: what it holds would be lost. Name another file."
            )
        try:
            if not self._path:
                raise FileNotFoundError(errno.ENOENT, "it has no name")
            if os.path.isdir(self._path):
                raise IsADirectoryError(21, "it is a folder")
            if os.path.exists(self._path) and not os.path.isfile(self._path):
                # A device or a pipe is written to. To rename a file to its place would take it away from everyone.
                self.stream = open(self._path, "wb")  # noqa: SIM115 - closed when it is kept or dropped
                return
            handle, self._part = tempfile.mkstemp(dir=folder or ".", prefix=f".{name}.", suffix=".part")
        except OSError as error:
            raise UsageError(
                f"{said}{shown(self._path)} cannot be written ({(error.strerror or 'error').lower()})."
            ) from None
        self.stream = os.fdopen(handle, "wb")

    @property
    def terminal(self) -> bool:
        """Whether a person is watching."""
        return self._path is None and sys.stdout.isatty()

    @property
    def colour(self) -> bool:
        """Whether to colour: on a terminal only, and not where NO_COLOR asks against it (no-color.org)."""
        return self.terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    @property
    def width(self) -> int:
        """Columns of text: those of the terminal within reason, 80 elsewhere."""
        return min(max(_columns(), NARROWEST), WIDEST)

    def keep(self) -> None:
        """Finish: what was written is now in its place."""
        self.stream.flush()
        if self._path is not None:
            self.stream.close()
        if self._part is not None and self._path is not None:
            mask = os.umask(0)
            os.umask(mask)
            os.chmod(self._part, 0o666 & ~mask)
            os.replace(self._part, self._path)
            self._part = None

    def drop(self) -> None:
        """Leave no half-written file."""
        if self._path is not None:
            with suppress(OSError):  # of a full device, what is left cannot be written either
                self.stream.close()
        if self._part is not None:
            with suppress(FileNotFoundError):
                os.unlink(self._part)
            self._part = None

    def write_with(self, write: Callable[[BinaryIO], None]) -> None:
        """Let ``write`` fill the output; keep it where that succeeds, and drop it where it does not."""
        try:
            write(self.stream)
            self.keep()
        except BaseException:
            self.drop()
            raise
