"""The entry point. A plain ``scrubber check`` starts without click, which alone would cost as much as its work."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from types import ModuleType
from typing import Any, NoReturn


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


class _Later(ModuleType):
    """A module in the place of one that is loaded when something of it is first asked for."""

    def __getattr__(self, name: str) -> Any:
        from importlib import import_module  # here because a start need not wait for it

        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


def _import_msgspec() -> None:
    """Load msgspec without what it loads besides and a check never asks for: nearly a fifth of a start.

    It takes `typing_extensions` where that is installed, and does without elsewhere; that loads `inspect`, and with it
    what takes source text apart. `uuid` takes `_uuid` so too, and of `platform` only the name of the system. The rest
    is there for whoever asks for it.
    """
    platform = _Later("platform")
    platform.system = lambda: os.uname().sysname if hasattr(os, "uname") else sys.platform  # type: ignore[attr-defined]
    instead = {"typing_extensions": None, "_uuid": None, "platform": platform}
    instead |= {name: _Later(name) for name in ("msgspec.inspect", "msgspec.toml", "msgspec.yaml", "textwrap")}
    instead = {name: module for name, module in instead.items() if name not in sys.modules}
    sys.modules.update(instead)  # type: ignore[arg-type]  # None is how Python marks what cannot be imported
    try:
        with suppress(ImportError):
            import msgspec  # noqa: F401
    finally:
        for name in instead:
            sys.modules.pop(name, None)


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
