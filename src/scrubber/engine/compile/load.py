"""Folders of packs to a program, through the cache where it is warm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from scrubber.core.diagnostics import UsageError
from scrubber.engine.compile.cache import program_key, read_program, write_program
from scrubber.engine.compile.program import Program
from scrubber.packs.bundled import bundled_packs, not_a_pack
from scrubber.packs.digest import pack_digest


def load_program(folders: Sequence[Path], local: Mapping[str, Sequence[str]], cached: bool = True) -> Program:
    """The compiled packs of ``folders``, in that order, behind the bundled packs that they extend.

    Raises:
        UsageError: a folder does not exist or holds no pack.
        RuleFileError: with every error of the packs.
    """
    for folder in folders:
        if not (folder / "pack.yaml").is_file():
            raise UsageError(not_a_pack(folder))
    folders = [folder.resolve() for folder in folders]
    reached = [*folders, *(folder for folder in bundled_packs() if folder not in folders)]
    key = program_key([pack_digest(folder) for folder in reached], folders, local)
    program = read_program(key) if cached else None
    if program is None:
        # Only here are YAML, pydantic and lark needed.
        from scrubber.engine.compile.compile import compile_packs
        from scrubber.packs.load import load_packs

        program, _ = compile_packs(load_packs(folders, local=local))
        if cached:
            write_program(key, program)
    return program
