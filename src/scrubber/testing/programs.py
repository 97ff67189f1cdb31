"""The packs that golden files test, compiled once for a run of tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from scrubber.core.diagnostics import Diagnostic, RuleFileError, UsageError
from scrubber.core.resources import AnyPath, resource
from scrubber.engine.compile.load import load_program
from scrubber.engine.compile.program import CompiledRule, Program
from scrubber.packs.bundled import bundled_packs, pack_folders
from scrubber.packs.payer_map import PayerMap, load_payer_map
from scrubber.testing.read import GoldenFile, unknown_name


class Loaded(NamedTuple):
    """A program, its rules by id, and the bundled payer map."""

    program: Program
    rules: dict[str, CompiledRule]
    payers: PayerMap


class Programs:
    """Programs by the folders they are made of: files that test the same packs share one."""

    def __init__(self, packs: Sequence[Path] = ()) -> None:
        """``packs`` are tested beside the bundled ones by every file."""
        self.packs = tuple(pack.resolve() for pack in packs)
        self._made: dict[tuple[Any, ...], Loaded] = {}

    def of(self, golden: GoldenFile) -> Loaded:
        """The program for a file: the bundled packs, the packs of the run, and those the file names.

        Raises:
            RuleFileError: a pack that the file names is not there, no pack has a set it fills, or a pack has errors.
        """
        folders: list[AnyPath] = [*bundled_packs(), *self.packs]
        for at, name in enumerate(golden.values.get("packs") or ()):
            try:
                folders += pack_folders([(golden.path.parent / name).resolve()])
            except UsageError:
                place, help_ = golden.place_of("packs", at), "a path is taken from the folder of this file"
                raise RuleFileError(
                    [Diagnostic("SCR808", "there is no pack in this folder", place, help=help_)]
                ) from None
        local = {
            name.removeprefix("local/"): (codes,) if isinstance(codes, str) else tuple(codes)
            for name, codes in (golden.values.get("local") or {}).items()
        }
        loaded = self.made_of(folders, local)
        known = {key.partition(":local/")[2] for key in loaded.program.sets if ":local/" in key}
        for name in golden.values.get("local") or ():
            if name.removeprefix("local/") not in known:
                raise RuleFileError(
                    [unknown_name("SCR807", "local set", name, sorted(known), golden.place_of("local", name))]
                )
        return loaded

    def made_of(self, folders: Sequence[AnyPath], local: Mapping[str, tuple[str, ...]] | None = None) -> Loaded:
        """The program of those folders, each once; ``local`` fills their ``@local/…`` sets."""
        paths = tuple(dict.fromkeys(Path(folder).resolve() for folder in folders))
        key = (paths, *sorted((local or {}).items()))
        found = self._made.get(key)
        if found is None:
            program = load_program(paths, local or {}, cached=False)
            rules = {rule.id: rule for rule in program.rules}
            found = Loaded(program, rules, load_payer_map(resource("rules", "payers", "payer_map.csv")))
            self._made[key] = found
        return found


def rule_of(golden: GoldenFile, loaded: Loaded) -> CompiledRule:
    """The rule that a file tests.

    Raises:
        RuleFileError: no loaded pack has it.
    """
    rule = loaded.rules.get(golden.rule)
    if rule is None:
        place = golden.place_of("rule")
        raise RuleFileError([unknown_name("SCR801", "rule", golden.rule, sorted(loaded.rules), place)])
    return rule
