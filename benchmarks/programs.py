"""Programs for benchmarks: bare conditions alone, or beside the NCCI pack and its tables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from scrubber.api import open_store
from scrubber.core.places import Place, Text
from scrubber.core.resources import resource
from scrubber.engine.compile.compile import compile_packs
from scrubber.engine.compile.program import Program
from scrubber.engine.scrub import Engine, Options
from scrubber.packs.load import load_packs
from scrubber.packs.model import Pack, Revision, Rule, Tree, Window
from scrubber.packs.payer_map import load_payer_map

PLACE = Place("benchmark", 1, 1, 1, 1)


def pack_of(conditions: Mapping[str, str]) -> Pack:
    """One pack with one active line rule a condition."""
    rules = tuple(
        Rule(
            id=id_, pack="benchmark", title=id_, category="procedure", status="active", scope="line", place=PLACE,
            revisions=(
                Revision(1, Window(), "review", Text("{line.procedure} was found", PLACE),
                         Tree("text", Text(condition, PLACE))),
            ),
        )
        for id_, condition in conditions.items()
    )  # fmt: skip
    return Pack("benchmark", "1.0.0", "Benchmark", ".", "", rules=rules)


def program_of(conditions: Mapping[str, str]) -> Program:
    """A program of nothing but these conditions."""
    program, _ = compile_packs([pack_of(conditions)])
    return program


def whole_engine(conditions: Mapping[str, str], tables: Path | None) -> tuple[Engine, Program]:
    """The NCCI pack with ``tables`` (None: the bundled slice), and these conditions beside it, behind the payer map."""
    program, _ = compile_packs([*load_packs([resource("rules", "ncci")]), pack_of(conditions)])
    payers = load_payer_map(resource("rules", "payers", "payer_map.csv"))
    return Engine(program, open_store(tables), payers.resolve, Options()), program
