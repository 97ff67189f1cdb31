"""Conformance cases as worlds that an evaluator can be asked about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from tests.lang.conformance import Case, type_named

from scrubber.claims.model import Claim
from scrubber.claims.read import read_claims
from scrubber.claims.view import ClaimView, view
from scrubber.core.payers import ResolvedPayer
from scrubber.core.places import Place
from scrubber.engine.compile.members import members_of
from scrubber.engine.compile.program import CompiledSet, CompiledSetVersion, CompiledTable, Program, ProgramPack
from scrubber.engine.evaluate.each_row import EMPTY_ROW
from scrubber.engine.evaluate.world import World, group_type
from scrubber.engine.plan.bindings import PackBindings
from scrubber.engine.plan.tables import BoundTable
from scrubber.packs.model import Applies, Parameter, Window
from scrubber.tables.memory import memory_table
from scrubber.tables.schema import TableSchema

PLACE = Place("case", 1, 1, 1, 1)
DERIVED = ("payer", "payer_class", "product", "payer_state", "sent_on")
FLAGS = ("emergency", "epsdt", "family_planning", "patient_is_subscriber", "attachment")
NUMBERS = ("number", "units", "ndc_quantity")


class Editions:
    """A store of tables in memory, each with one edition."""

    def __init__(self, tables: Mapping[str, Any]) -> None:
        self.tables = tables

    def editions(self, name: str) -> Sequence[Any]:
        return [self.tables[name].edition] if name in self.tables else []

    def open(self, edition: Any) -> Any:
        return next(table for table in self.tables.values() if table.edition is edition)

    def edition_for(self, name: str, day: date, policy: str = "strict") -> Any:
        table = self.tables.get(name)
        return table if table is not None and table.edition.first <= day <= table.edition.last else None


def bindings_of(environment: Mapping[str, Any]) -> PackBindings:
    """The environment of a case, bound."""
    sets, tables, parameters, opened = {}, {}, {}, {}
    for name, raw in (environment.get("value_sets") or {}).items():
        versions = raw.get("versions") or [raw]
        compiled = tuple(
            CompiledSetVersion(_window(v.get("effective") or {}), members_of(v["members"], type_named(raw["of"])))
            for v in versions
        )
        sets[f"case:{name}"] = CompiledSet(name, "case", type_named(raw["of"]), compiled, "unfilled" not in raw)
    for name, raw in (environment.get("parameters") or {}).items():
        value = raw["value"]
        default = tuple(value) if isinstance(value, list) else (value,)
        parameters[f"case:{name}"] = Parameter(name, type_named(raw["type"]), default, "", PLACE)
    for name, raw in (environment.get("tables") or {}).items():
        keys = {key: type_named(kind) for key, kind in raw["keys"].items()}
        columns = {key: type_named(kind) for key, kind in raw["columns"].items()}
        effective = tuple(raw.get("effective") or ())
        schema = TableSchema(name, tuple(keys.items()), columns, bool(effective), raw.get("match", "exact"))
        covers = raw.get("covers")
        days = (
            (date.fromisoformat(covers["from"]), date.fromisoformat(covers["to"])) if covers else (date.min, date.max)
        )
        if raw.get("supplied") != "false":
            rows = [
                {k: " ".join(v) if isinstance(v, list) else v for k, v in row.items()} for row in raw.get("rows") or []
            ]
            opened[name] = memory_table(schema, rows, effective or None, days)
        tables[f"case:{name}"] = CompiledTable(
            name, "case", name, keys, columns, raw["absent"], raw.get("match", "exact"), "strict", "", ()
        )
    pack = ProgramPack(
        "case", "1.0.0", "", "", "", Applies(), (), (), (), {n.partition(":")[2]: "case" for n in sets},
        {n.partition(":")[2]: "case" for n in tables}, {n.partition(":")[2]: "case" for n in parameters},
    )  # fmt: skip
    program = Program((pack,), (), sets, tables, parameters)
    bound: dict[str, BoundTable] = {}
    bindings = PackBindings(program, pack, bound, {key: p.default for key, p in parameters.items()})
    store: Any = Editions(opened)
    bound.update({key: BoundTable(table, store, None, bindings) for key, table in tables.items()})
    return bindings


def _window(raw: Mapping[str, str]) -> Window:
    first, last = raw.get("from"), raw.get("to")
    return Window(date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None)


def claim_of(raw: Mapping[str, Any]) -> Claim:
    """A claim as a case writes it: every scalar is text."""
    plain = {key: value for key, value in raw.items() if key not in DERIVED}
    plain = {key: _typed(key, value) for key, value in plain.items()}
    (found,) = list(read_claims(msgspec.json.encode(plain), name="case"))
    assert not getattr(found, "problems", None), found
    return found.claim  # type: ignore[union-attr]


def _typed(key: str, value: Any) -> Any:
    if key in ("lines", "diagnoses", "other_payers"):
        return [{name: _typed(name, item) for name, item in record.items()} for record in value]
    if key == "diagnosis_pointers":
        return [int(item) for item in value]
    if key in FLAGS:
        return value == "true"
    if key in NUMBERS:
        number = Decimal(value)
        return int(number) if number == number.to_integral_value() else float(number)
    return value


def view_of(raw: Mapping[str, Any]) -> ClaimView:
    """The claim's view, with what the payer map would give as the case says it."""
    payer = None
    if "payer" in raw or "payer_class" in raw:
        payer = ResolvedPayer(
            raw.get("payer"), raw.get("payer_class"), raw.get("product", ""), raw.get("payer_state", "")
        )
    return view(claim_of(raw), sent_on=date.fromisoformat(raw.get("sent_on", "2024-08-15")), payer=payer)


def world_of(case: Case) -> tuple[World, dict[str, Any]]:
    """The world of a case and the variables of its subject."""
    claim = view_of(case.claim)
    prior = tuple(view_of(raw) for raw in case.history or ())
    world = World(claim, prior, case.history is not None)
    variables: dict[str, Any] = {}
    if case.scope in ("line", "pair"):
        variables["line"] = claim.lines[case.line - 1]
        world.day = variables["line"].date
    if case.scope == "pair":
        variables["other"] = claim.lines[case.other - 1]
    if case.scope == "group":
        lines = tuple(claim.lines[number - 1] for number in case.group)
        kind = group_type(tuple(key for key in case.group_by if key != "day"))
        variables["group"] = kind(lines, lines[0].date)
        world.day = variables["group"].day
    if case.scope.startswith("diagnosis"):
        variables["diagnosis"] = claim.diagnoses[case.diagnosis - 1]
        if case.scope == "diagnosis_pair":
            variables["other"] = claim.diagnoses[case.other - 1]
    if world.day is None and "line" not in variables:
        world.day = claim.date
    return world, {"claim": claim, "row": EMPTY_ROW, **variables}
