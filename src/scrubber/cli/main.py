"""The entry point. A plain ``scrubber check`` starts without click, which alone would cost as much as its work."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from contextlib import suppress


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
            sys.exit(ended(lambda: check(files, options), debug))
    from scrubber.cli.program import cli

    cli.main(args)
