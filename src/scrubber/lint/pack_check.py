"""Everything that is wrong with packs, in one run: YAML, shape, syntax, names and types."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct, structs

from scrubber.core.diagnostics import Diagnostic
from scrubber.engine.compile.compile import Compiler
from scrubber.engine.compile.program import Program
from scrubber.lint.switched_off import Used, without
from scrubber.packs.bundled import bundled_declaring, bundled_folders, lacking
from scrubber.packs.cross_checks import check_together
from scrubber.packs.load import read_pack
from scrubber.packs.model import Pack

OF_NAMES = frozenset({"SCR201", "SCR204", "SCR205", "SCR206", "SCR207", "SCR208", "SCR712", "SCR713"})
"""What is said of a name that nobody declares: left out where the declarations themselves could not be read."""

_DECLARED = {
    "SCR204": ("valuesets", r"`@([a-z0-9/_-]+)`"), "SCR205": ("tables", r"`([a-z0-9_]+)`"),
    "SCR207": ("parameters", r"`(?:policy\.)?([a-z0-9_]+)`"), "SCR208": ("definitions", r"`([a-z0-9_-]+)`"),
    "SCR713": ("parameters", r"policy\.([a-z0-9_]+) "),
}  # fmt: skip
"""Of what is said of an unknown name: the section of pack.yaml that would declare it, and where the name stands."""


class Checked(Struct, frozen=True):
    """``found`` in file order. ``packs`` and ``program`` are there where nothing is an error; bundled packs that are
    extended stand before the others. ``off`` are warnings that rules are let off."""

    found: tuple[Diagnostic, ...]
    packs: tuple[Pack, ...] = ()
    program: Program | None = None
    off: Used = frozenset()


def check_all(folders: Sequence[Path | str], texts: Mapping[Path, bytes] | None = None) -> Checked:
    """What is wrong with the packs of those folders, together.

    Rules and files that are sound are compiled even where others are not. ``texts`` stand in for files.

    Raises:
        UsageError: one of the folders does not exist.
    """
    read = [read_pack(folder, texts=texts) for folder in folders]
    while True:
        made = [pack for pack, _ in read if pack is not None]
        more = bundled_folders(lacking((pack.extends for pack in made), (pack.id for pack in made)))
        if not more:
            break
        read = [*(read_pack(folder) for folder in more), *read]
    problems = [problem for _, found in read for problem in found]
    packs = tuple(pack for pack, _ in read if pack is not None)
    whole = not any(problem.severity == "error" for problem in problems)
    if whole and len(packs) == len(read):
        problems += check_together(packs)
    compiler = Compiler(packs)
    program = compiler.program() if packs and _sound(packs) else None
    unsure = {Path(problem.place.path) for problem in problems if problem.severity == "error"}
    declares = unsure & {Path(folder) / "pack.yaml" for folder in folders} or len(packs) < len(read)
    problems = [_with_its_pack(item, packs) for item in problems] + [
        _with_its_pack(item, packs) for item in compiler.problems if not (declares and item.code in OF_NAMES)
    ]
    sound = program is not None and not any(problem.severity == "error" for problem in problems)
    problems, off = without(problems, packs)
    return Checked(in_order(problems), packs if sound else (), program if sound else None, off)


def _with_its_pack(item: Diagnostic, packs: Sequence[Pack]) -> Diagnostic:
    """What is said of an unknown name; where a bundled pack that is not loaded declares it, with that pack's name."""
    section, pattern = _DECLARED.get(item.code, ("", ""))
    named = re.search(pattern, item.headline) if section else None
    owner = bundled_declaring(section, named[1]) if named else ""
    if not owner or owner in {pack.id for pack in packs}:
        return item
    return structs.replace(item, help=f"It is of the pack {owner}: add {owner} to `extends:` in pack.yaml.", edit=None)


def _sound(packs: Sequence[Pack]) -> bool:
    """Whether the packs can be compiled at all: their ids differ."""
    return len({pack.id for pack in packs}) == len(packs)


def in_order(found: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """In file order, each once."""
    ordered = sorted(found, key=lambda d: (d.place.path, d.place.line, d.place.column, d.code, d.headline))
    return tuple(dict.fromkeys(ordered))
