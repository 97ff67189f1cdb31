"""Golden test files to plain data, with a place for everything that is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from scrubber.core.diagnostics import Diagnostic, RuleFileError
from scrubber.core.files import read_file
from scrubber.core.places import Place
from scrubber.packs.suggest import nearest
from scrubber.packs.type_names import iso_date
from scrubber.packs.yaml_nodes import MAX_RULE_FILE_BYTES, Node, YamlFile, parse_yaml
from scrubber.packs.yaml_nodes import Mapping as MappingNode
from scrubber.packs.yaml_nodes import Sequence as ListNode

TITLES: Final[dict[str, str]] = {
    "SCR801": "golden file tests a rule that no loaded pack has",
    "SCR802": "two cases of one name",
    "SCR803": "claim of a golden case cannot be read",
    "SCR804": "payer that the payer map does not know",
    "SCR805": "table that no pack declares",
    "SCR806": "row that does not fit its table",
    "SCR807": "parameter or local set that no pack declares",
    "SCR808": "pack of a golden file cannot be found",
    "SCR809": "expectation that does not fit the outcome",
}
"""Code to title of what can be wrong with a golden file, beside the codes of YAML and of shape."""

_ONLY_WITH = {
    "message": ("fires", "bypassed", "undetermined", "not_evaluated"), "missing": ("undetermined", "not_evaluated"),
    "reason": ("bypassed", "undetermined", "not_evaluated"), "choices": ("fires",), "fixes": ("fires",),
    "unchecked": ("fires",), "line": ("fires", "bypassed", "undetermined", "not_evaluated"),
    "lines": ("fires", "bypassed", "undetermined", "not_evaluated"), "related": ("fires", "bypassed"),
    "diagnosis": ("fires", "bypassed", "undetermined", "not_evaluated"),
    "severity": ("fires", "bypassed", "undetermined", "not_evaluated"),
}  # fmt: skip


class GoldenCase(Struct, frozen=True):
    """One case. ``values`` are the keys of the case as written; ``place`` is where it starts."""

    name: str
    expect: str
    as_of: date
    values: Mapping[str, Any]
    place: Place
    node: MappingNode

    @property
    def id(self) -> str:
        """``fires: both on one day``: the name a test runner shows."""
        return f"{self.expect}: {self.name}"


class GoldenFile(Struct, frozen=True):
    """The tests of one rule, read and checked for shape. Mappings are plain data; ``root`` has the places."""

    path: Path
    rule: str
    as_of: date
    values: Mapping[str, Any]
    cases: tuple[GoldenCase, ...]
    root: MappingNode
    text: str

    def place_of(self, *keys: str | int) -> Place:
        """Where the value of those keys stands, or the nearest there is above it."""
        return node_at(self.root, keys).place


def read_golden(path: Path) -> GoldenFile:
    """A golden file.

    Raises:
        RuleFileError: with everything that is wrong with the file itself.
        UsageError: it cannot be read.
    """
    # Imported here: pydantic costs time, and a test run without golden files does not need it.
    from pydantic import ValidationError

    from scrubber.packs.schema_errors import diagnostics_of
    from scrubber.packs.yaml_nodes import plain
    from scrubber.testing import schema

    file: YamlFile = parse_yaml(read_file(path, MAX_RULE_FILE_BYTES), path.as_posix())
    values = plain(file.root)
    try:
        schema.GoldenFile.model_validate(values)
    except ValidationError as error:
        found = diagnostics_of(error, schema.GoldenFile, file.root)
        raise RuleFileError([diagnostic for _, diagnostic in found]) from None
    as_of = iso_date(values["as_of"])
    assert as_of is not None
    nodes = file.root.get("cases")
    assert isinstance(nodes, ListNode)
    cases = tuple(
        _case(case, node, as_of) for case, node in zip(values["cases"], nodes.items, strict=True)
        if isinstance(node, MappingNode)
    )  # fmt: skip
    problems = [*_same_names(cases), *(problem for case in cases for problem in _misplaced(case))]
    if problems:
        raise RuleFileError(problems)
    return GoldenFile(path, values["rule"], as_of, values, cases, file.root, file.source.text)


def _case(values: Mapping[str, Any], node: MappingNode, as_of: date) -> GoldenCase:
    day = iso_date(values["as_of"]) if "as_of" in values else None
    return GoldenCase(values["name"].strip(), values["expect"], day or as_of, values, node.place, node)


def _same_names(cases: tuple[GoldenCase, ...]) -> list[Diagnostic]:
    seen: set[str] = set()
    problems = []
    for case in cases:
        if case.id in seen:
            problems.append(Diagnostic("SCR802", "two cases of this file have one name", case.place,
                                       help="say in the name what sets this case apart"))  # fmt: skip
        seen.add(case.id)
    return problems


def _misplaced(case: GoldenCase) -> list[Diagnostic]:
    return [
        Diagnostic("SCR809", f"`{key}` says something of an entry, and `{case.expect}` gives none of that kind",
                   node_at(case.node, (key,)).place, help=f"it goes with {', '.join(kinds)}")
        for key, kinds in _ONLY_WITH.items()
        if key in case.values and not fits(key, {case.expect, *case.values.get("also", ())})
    ]  # fmt: skip


def fits(key: str, expected: set[str]) -> bool:
    """Whether a case that expects these outcomes may compare ``key``."""
    return key not in _ONLY_WITH or bool(expected & set(_ONLY_WITH[key]))


def node_at(root: Node, keys: tuple[str | int, ...]) -> Node:
    """The node those keys and positions lead to, or the last there is on the way."""
    here = root
    for key in keys:
        step: Node | None = None
        if isinstance(here, MappingNode):
            step = here.get(str(key))
        elif isinstance(here, ListNode) and isinstance(key, int) and key < len(here.items):
            step = here.items[key]
        if step is None:
            break
        here = step
    return here


def unknown_name(code: str, noun: str, name: str, known: list[str], place: Place) -> Diagnostic:
    """A diagnostic for a name that nobody declares, with the nearest that somebody does."""
    near = nearest(name, known)
    help_ = f"did you mean {near}?" if near else f"known: {', '.join(known[:12])}" if known else "there are none"
    return Diagnostic(code, f"no loaded pack has a {noun} named {name}", place, help=help_)
