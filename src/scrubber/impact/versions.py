"""One version of packs, with what it stands on, ready to run."""

from __future__ import annotations

from pathlib import Path

from scrubber.core.diagnostics import UsageError
from scrubber.core.resources import resource
from scrubber.engine.compile.load import load_program
from scrubber.engine.compile.program import Program
from scrubber.engine.scrub import Engine, Options
from scrubber.packs.bundled import bundled_packs, pack_folders
from scrubber.packs.payer_map import load_payer_map
from scrubber.packs.yaml_nodes import Scalar, parse_yaml
from scrubber.tables.store import TableStore


def program_of(folder: Path) -> Program:
    """The pack in ``folder``, or the packs below it, with the bundled packs whose ids they do not have.

    Raises:
        UsageError: there is no pack.
        RuleFileError: the packs have errors.
    """
    found = [Path(each) for each in pack_folders([folder])]
    ids = {pack_id(each) for each in found}
    others = [each for each in map(Path, bundled_packs()) if pack_id(each) not in ids]
    return load_program([*others, *found], {}, cached=False)


def pack_id(folder: Path) -> str:
    """The id a pack gives itself.

    Raises:
        RuleFileError: the file is no YAML.
    """
    path = folder / "pack.yaml"
    node = parse_yaml(path.read_bytes(), path.as_posix()).root.get("id")
    return node.value if isinstance(node, Scalar) else ""


def engine_of(program: Program, store: TableStore, payer_map: str | None = None) -> Engine:
    """An engine with the bundled payer map, and one that goes before it.

    Raises:
        UsageError: there is no such file.
    """
    if payer_map is not None and not Path(payer_map).is_file():
        raise UsageError(f"--payer-map: there is no file {payer_map}.")
    maps = [Path(payer_map)] if payer_map is not None else []
    payers = load_payer_map(*maps, resource("rules", "payers", "payer_map.csv"))
    return Engine(program, store, payers.resolve, Options())
