"""The published JSON Schema: what is committed is what the code makes, and it agrees with the loader."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest
from wrong_files import PACK, RULE, WRONG, rule

from scrubber.core.code_systems import PAYER_CLASSES, code_system
from scrubber.packs import schema_parts, schema_rule
from scrubber.packs.diagnostic_codes import TITLES
from scrubber.packs.model import BASES, SCOPES, SEVERITIES, STATUSES
from scrubber.packs.schema import pack_schema, schema_text
from scrubber.packs.yaml_nodes import parse_yaml, plain

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "docs" / "schema" / "pack.schema.json"


def wrongs(text: str) -> list[str]:
    """What the schema says of a file, its numbers and flags read as an editor reads them."""
    return [error.message for error in jsonschema.Draft202012Validator(pack_schema()).iter_errors(as_editor(text))]


def as_editor(text: str) -> Any:
    """Plain data as YAML 1.2 has it: 99213 a number, true a flag."""

    def typed(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: typed(item) for key, item in value.items()}
        if isinstance(value, list):
            return [typed(item) for item in value]
        if value in ("true", "false"):
            return value == "true"
        return int(value) if re.fullmatch(r"[1-9]\d*", value) else value

    return typed(plain(parse_yaml(text.encode(), "f").root))


def test_the_committed_schema_is_the_generated_one() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == schema_text()
    assert json.loads(schema_text()) == pack_schema()


def test_it_is_a_schema_of_its_draft() -> None:
    assert pack_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(pack_schema())


def test_every_key_is_described_and_every_mapping_closed() -> None:
    for name, part in pack_schema()["$defs"].items():
        assert part["additionalProperties"] is False, name
        for key, value in part["properties"].items():
            assert value.get("description"), f"{name}.{key}"


GOOD = [
    PACK,
    RULE,
    rule(when="\n      - line.units > 1\n      - none: [line.emergency]", needs="[history]", bypassable="modifier"),
    rule(denial="{carc: [236, B7], rarc: M80}", effective="{from: 2024-01-01}", scope="claim", status="shadow"),
    rule(message=None, revisions="\n      - {effective: {from: 2024-01-01}, message: x, severity: info}"),
    rule(fix="[{kind: set_units, value: 1, if: line.units > 1, because: x}]"),
    "# yaml-language-server: $schema=../../docs/schema/pack.schema.json\n" + PACK + "language: 1\nextends: ncci\n",
    PACK + "valuesets:\n  a: [99213, 25]\n  b: {type: procedure, members: [99213-99215]}\n"
    "  local/c: {type: list of modifier}\n",
    PACK
    + "parameters:\n  p: {type: number, default: 3, meaning: x}\n  q: {set: true, reason: x, authority: {title: y}}\n",
]


@pytest.mark.parametrize("text", GOOD)
def test_good_files_are_valid(text: str) -> None:
    assert wrongs(text) == []


@pytest.mark.parametrize(
    "name",
    [
        "rule-unknown-key",
        "rule-missing-title",
        "rule-bad-category",
        "rule-bad-severity",
        "rule-bad-id",
        "rule-bad-date",
        "rule-fix-kind",
        "rule-tree-two-keys",
        "rule-bad-class",
        "rule-bad-state",
        "rule-needs",
        "pack-unknown-key",
        "pack-language",
        "pack-set-type",
        "pack-table",
        "rule-no-message",
        "trap-braces-text",
    ],
)
def test_wrong_files_are_not(name: str) -> None:
    (text,) = (body for file, body in WRONG[name].items() if file.endswith(".yaml"))
    assert wrongs(text)


def test_closed_lists_are_the_models() -> None:
    for names, literal in (
        (SEVERITIES, schema_rule.Severity),
        (STATUSES, schema_rule.Status),
        (SCOPES, schema_rule.ScopeName),
        (BASES, schema_rule.Basis),
        (PAYER_CLASSES, schema_parts.PayerClass),
        (code_system("claim_type").values, schema_parts.ClaimType),
    ):
        assert get_args(literal) == tuple(names)


def test_categories_and_fix_kinds_are_closed() -> None:
    """Contract: 43 categories, 13 kinds of fix."""
    assert len(get_args(schema_rule.Category)) == len(set(get_args(schema_rule.Category))) == 43
    assert len(set(get_args(schema_rule.FixKind))) == 13


def test_every_code_used_is_registered_and_every_registered_one_is_used() -> None:
    used: set[str] = set()
    for path in (ROOT / "src" / "scrubber" / "packs").glob("*.py"):
        if path.name != "diagnostic_codes.py":
            used |= set(re.findall(r'"(SCR[5-7]\d\d)"', path.read_text(encoding="utf-8")))
    assert used == set(TITLES)
