"""The entry point. A plain ``scrubber check`` starts without click, which alone would cost as much as its work."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn


def main() -> None:
    """Run the command line and leave with its exit code: 0 to 4 as the contract says, 130 after Ctrl-C, 141 for a
    closed pipe."""
    # A start makes much and drops nothing, so looking for garbage finds none; `load` turns it on again.
    gc.disable()
    _import_msgspec()
    try:
        run(sys.argv[1:])
    finally:
        # What is left is given back by the end of the process, without being looked through first.
        gc.freeze()


def _import_msgspec() -> None:
    """Load msgspec without ``typing_extensions``, which it takes where it is installed and does without elsewhere.

    Loading that is a tenth of a whole start, because it loads `inspect` and with it what takes source text apart.
    """
    if "typing_extensions" in sys.modules:
        return
    sys.modules["typing_extensions"] = None  # type: ignore[assignment]  # as if it were not installed
    try:
        with suppress(ImportError):
            import msgspec  # noqa: F401
    finally:
        del sys.modules["typing_extensions"]


def _leave(code: int) -> NoReturn:
    """End the process as `sys.exit` does, but without giving back object by object what the system takes back at once.

    Only where nothing else runs or waits: a plain check starts no thread. Under a profiler or a debugger, whose own
    work comes last, the process ends the usual way.
    """
    if sys.getprofile() is not None or sys.gettrace() is not None:
        sys.exit(code)
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, AttributeError):  # a full disk, or a stream that was closed from outside: told already
            stream.flush()
    os._exit(code)


def run(args: Sequence[str]) -> None:
    """Run a command, given without the name of the program, and leave with its exit code."""
    from scrubber.cli.ending import debug_asked, ended

    words, debug = debug_asked(args)
    if words[:1] == ["check"]:
        from scrubber.cli.checking import OPTIONS, check
        from scrubber.cli.plain import plain_arguments

        plain = plain_arguments(words[1:], OPTIONS)
        if plain is not None:
            files, options = plain
            _leave(ended(lambda: check(files, options), debug))
    from scrubber.cli.program import cli

    cli.main(args)
