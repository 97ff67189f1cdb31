"""Folders of packs to a program, through the cache where it is warm."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress

from scrubber.core.resources import AnyPath
from scrubber.engine.compile.cache import key_of_packs, read_program, write_program
from scrubber.engine.compile.program import Program
from scrubber.packs.bundled import bundled_packs, pack_folders


def load_program(folders: Sequence[AnyPath], local: Mapping[str, Sequence[str]], cached: bool = True) -> Program:
    """The compiled packs of ``folders`` (packs, or folders of packs), in that order, behind the bundled packs that they
    extend; all bundled packs where no folder is named.

    Raises:
        UsageError: a folder does not exist, or there is no pack in it.
        RuleFileError: with every error of the packs.
    """
    bundled = bundled_packs()
    named = [os.path.realpath(folder) for folder in pack_folders(folders)] or bundled
    reached = [*named, *(folder for folder in bundled if folder not in named)]
    key = ""
    if cached:
        with suppress(OSError):  # reading the packs says which file cannot be read, and why
            key = key_of_packs(reached, named, local)
    program = read_program(key) if key else None
    if program is None:
        # Only here are YAML, pydantic and lark needed.
        from scrubber.engine.compile.compile import compile_packs
        from scrubber.packs.load import load_packs

        program, _ = compile_packs(load_packs(named, local=local))
        if key:
            write_program(key, program)
    return program
