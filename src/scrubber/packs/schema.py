"""The published JSON Schema of packs, and the check of plain data against the shape it describes."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.json_schema import models_json_schema

from scrubber.core.diagnostics import Diagnostic
from scrubber.packs.schema_errors import diagnostics_of
from scrubber.packs.schema_pack import PackFile
from scrubber.packs.schema_rule import Rule, RuleFile
from scrubber.packs.yaml_nodes import Mapping, Node, Sequence, plain

Located = tuple[tuple[Any, ...], Diagnostic]
"""A diagnostic and the path of keys and positions to what it is about."""


def check_pack_file(root: Mapping) -> list[Located]:
    """What is wrong with the shape of a pack.yaml."""
    return _check(PackFile, root, ())


def check_rule_file(root: Mapping) -> list[Located]:
    """What is wrong with the shape of a rule file. Rules are checked one by one, so that a good one is kept."""
    rules = root.get("rules")
    if not isinstance(rules, Sequence) or not rules.items or len(root.entries) > 1:
        shallow = Mapping(
            tuple((key, value) for key, value in root.entries if key.value != "rules" or not _items(value)),
            root.place,
            root.flow,
        )
        found = [item for item in _check(RuleFile, shallow, ()) if item[1].code != "SCR611" or rules is None]
    else:
        found = []
    for number, rule in enumerate(_items(rules)):
        found.extend(_check(Rule, rule, ("rules", number)))
    return found


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, Sequence) else ()


def _check(model: type[BaseModel], node: Node, prefix: tuple[Any, ...]) -> list[Located]:
    try:
        model.model_validate(plain(node))
    except ValidationError as error:
        return diagnostics_of(error, model, node, prefix)
    return []


def pack_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a file of a pack: a pack.yaml, or a rule file where it has ``rules``."""
    models, schema = models_json_schema([(PackFile, "validation"), (RuleFile, "validation")], by_alias=True)
    del models
    definitions = _tidy(schema["$defs"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A file of a claim scrubber pack",
        "description": "pack.yaml, or a rule file: every other *.yaml of the folder.",
        "type": "object",
        "if": {"required": ["rules"]},
        "then": {"$ref": "#/$defs/RuleFile"},
        "else": {"$ref": "#/$defs/PackFile"},
        "$defs": definitions,
    }


def _tidy(schema: Any) -> Any:
    """Without the null defaults and the made-up titles that pydantic adds."""
    if isinstance(schema, list):
        return [_tidy(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made_up = "title" in schema and isinstance(schema["title"], str)
    return {
        key: _tidy(value)
        for key, value in schema.items()
        if not (key == "default" and value is None) and not (key == "title" and made_up)
    }


def schema_text() -> str:
    """The schema as it is published in ``docs/schema/pack.schema.json``."""
    return json.dumps(pack_schema(), indent=2, ensure_ascii=False) + "\n"
