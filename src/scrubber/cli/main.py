"""The entry point. A plain ``scrubber check`` starts without click, which alone would cost as much as its work."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence


def main() -> None:
    """Run the command line and leave with its exit code: 0 to 4 as the contract says, 130 after Ctrl-C, 141 for a
    closed pipe."""
    # A start makes much and drops nothing, so looking for garbage finds none; `load` turns it on again.
    gc.disable()
    try:
        run(sys.argv[1:])
    finally:
        # What is left is given back by the end of the process, without being looked through first.
        gc.freeze()


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
