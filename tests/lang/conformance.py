"""Loads the conformance cases of the language. The format is described in ``grammar/conformance/README.md``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from scrubber.core.types import DATE, Type, code
from scrubber.lang.environment import Subject, TableNames

FOLDER = Path(__file__).resolve().parents[2] / "grammar" / "conformance"
PLAIN_KINDS = ("text", "number", "money", "date", "duration", "flag", "calendar", "fields", "code")


def type_named(text: str) -> Type:
    """``procedure``, ``number``, ``list of modifier``, ``code``: a type as the case files write it."""
    many = text.startswith("list of ")
    name = text.removeprefix("list of ")
    return Type(name, "", many) if name in PLAIN_KINDS else Type("code", name, many)


@dataclass(frozen=True)
class CaseEnvironment:
    """The environment of a case file, as the checker asks for it. The evaluators read ``raw`` for rows and values."""

    raw: Mapping[str, Any]

    def _part(self, name: str) -> Mapping[str, Any]:
        return self.raw.get(name) or {}

    def value_set(self, name: str) -> Type | None:
        found = self._part("value_sets").get(name)
        return None if found is None else Type("code", found["of"], True)

    def value_set_members(self, name: str) -> Sequence[str] | None:
        members = self._part("value_sets").get(name, {}).get("members")
        if members is None or any("-" in m or "*" in m or m.startswith("@") for m in members):
            return None
        return [m.replace(".", "") for m in members]

    def value_set_names(self) -> Sequence[str]:
        return list(self._part("value_sets"))

    def table(self, name: str) -> TableNames | None:
        found = self._part("tables").get(name)
        if found is None:
            return None
        columns = {column: type_named(kind) for column, kind in found["columns"].items()}
        return TableNames(name, tuple(type_named(kind) for kind in found["keys"].values()), columns)

    def table_names(self) -> Sequence[str]:
        return list(self._part("tables"))

    def parameter(self, name: str) -> Type | None:
        found = self._part("parameters").get(name)
        return None if found is None else type_named(found["type"])

    def parameter_names(self) -> Sequence[str]:
        return list(self._part("parameters"))

    def definition(self, name: str) -> str | None:
        found: str | None = self._part("definitions").get(name)
        return found

    def definition_names(self) -> Sequence[str]:
        return list(self._part("definitions"))


KEYS = frozenset(
    [
        "name",
        "condition",
        "value",
        "subject",
        "claim",
        "line",
        "other",
        "diagnosis",
        "group",
        "group_by",
        "history",
        "environment",
        "expect",
    ]
)
GROUP_TYPES = {"day": DATE, "procedure": code("procedure"), "date": DATE, "rendering_npi": code("npi")}


def subject_named(scope: str, group_by: Sequence[str] = ("day", "procedure")) -> Subject:
    """The subject of a scope, as the engine makes it."""
    lines = {"claim": "claim", "line": "line"}
    if scope == "line":
        return Subject(lines, line="line", anchor="line")
    if scope == "pair":
        return Subject({**lines, "other": "line"}, line="line", anchor="line")
    if scope == "group":
        group = {key: GROUP_TYPES[key] for key in group_by}
        return Subject({"claim": "claim", "group": "group"}, line="group", anchor="group", group=group)
    if scope == "diagnosis":
        return Subject({"claim": "claim", "diagnosis": "diagnosis"})
    if scope == "diagnosis_pair":
        return Subject({"claim": "claim", "diagnosis": "diagnosis", "other": "diagnosis"})
    return Subject({"claim": "claim"})


@dataclass(frozen=True)
class Case:
    """One case. ``claim`` and ``history`` are plain data with named claims put in; every scalar is text."""

    file: str
    name: str
    text: str
    is_value: bool
    scope: str
    subject: Subject
    environment: CaseEnvironment
    claim: Mapping[str, Any]
    history: Sequence[Mapping[str, Any]] | None
    line: int
    other: int
    diagnosis: int
    group: Sequence[int]
    group_by: Sequence[str]
    expect: Any
    raw: Mapping[str, Any] = field(repr=False)

    @property
    def id(self) -> str:
        return f"{self.file}: {self.name}"

    @property
    def error(self) -> str:
        """The code of the checker's error that is expected; empty where none is."""
        return self.expect.get("error", "") if isinstance(self.expect, dict) else ""

    @property
    def warning(self) -> str:
        return self.expect.get("warning", "") if isinstance(self.expect, dict) else ""

    @property
    def truth(self) -> bool | None:
        """The expected truth, or None where something else is expected."""
        return {"true": True, "false": False}.get(self.expect) if isinstance(self.expect, str) else None

    @property
    def reasons(self) -> list[tuple[str, str]] | None:
        """Expected reasons of an unknown, kind and what (empty where the case does not say), or None."""
        if not isinstance(self.expect, dict) or "unknown" not in self.expect:
            return None
        return [(kind, what) for kind, _, what in (text.partition(" ") for text in self.expect["unknown"])]

    @property
    def value(self) -> str | None:
        """The expected value as text, ``missing`` for a missing one, or None."""
        return self.expect.get("value") if isinstance(self.expect, dict) else None


def load_cases() -> list[Case]:
    """Every case of every file, in order."""
    return [case for path in sorted(FOLDER.glob("*.yaml")) for case in _file(path)]


def _file(path: Path) -> list[Case]:
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    shared, claims = content.get("environment") or {}, content.get("claims") or {}

    def claim_of(written: Any) -> Mapping[str, Any]:
        return claims[written] if isinstance(written, str) else written

    cases = []
    for raw in content["cases"]:
        if not raw.keys() <= KEYS:
            raise ValueError(
                f"{path.name}: {raw.get('name')}: unknown {sorted(raw.keys() - KEYS)}; is a quote missing?"
            )
        environment = {**shared, **(raw.get("environment") or {})}
        scope, group_by = raw.get("subject", "line"), raw.get("group_by", ["day", "procedure"])
        history = raw.get("history")
        cases.append(
            Case(
                path.stem,
                raw["name"],
                raw.get("condition", raw.get("value", "")),
                "value" in raw,
                scope,
                subject_named(scope, group_by),
                CaseEnvironment(environment),
                claim_of(raw.get("claim") or {}),
                None if history is None else [claim_of(c) for c in history],
                int(raw.get("line", 1)),
                int(raw.get("other", 2)),
                int(raw.get("diagnosis", 1)),
                [int(n) for n in raw.get("group", [])],
                group_by,
                raw["expect"],
                raw,
            )
        )
    return cases
