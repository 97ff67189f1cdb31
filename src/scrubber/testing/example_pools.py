"""Values worth trying for the fields that a rule reads, and the table rows it needs: taken from the rule itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from scrubber.core.types import Type
from scrubber.engine.compile.program import CompiledRevision, CompiledTable, Program
from scrubber.lang import ir
from scrubber.testing.mutants import shifted
from scrubber.testing.neighbours import after, before

Pools = dict[tuple[str, str], dict[str, None]]
"""(record, field) to values as they are written in a claim, best first."""
SPARE = {"procedure": ("11055", "11720", "99213"), "diagnosis": ("E119", "I10"), "modifier": ("59", "25"),
         "revenue_code": ("0450",), "place_of_service": ("11", "22")}  # fmt: skip
"""Codes where the rule names none: any will do."""
_FIELDS = {"modifier_1": "modifiers", "first_diagnosis": "diagnoses", "units_per_day": "units"}
"""Fields that are worked out of another, which is the one to set."""
_FEW = 3
_DAY = timedelta(days=1)


class Needs:
    """What a revision of a rule asks for. ``rows`` are made-up rows by the name the table is imported under."""

    def __init__(self, program: Program, pack: str, revision: CompiledRevision, day: date) -> None:
        self.program = program
        self.names = next(each for each in program.packs if each.id == pack)
        self.day = day
        self.pools: Pools = {}
        self.missing: dict[tuple[str, str], None] = {}
        self.rows: dict[str, list[dict[str, str]]] = {}
        self.history = self.others = False
        columns: dict[tuple[str, tuple[str, ...]], dict[str, str]] = {}
        for node in ir.nodes_of((revision.when, tuple(item.condition for item in revision.unless))):
            self._look(node, columns)
        for (table, keys), values in columns.items():
            self._row(table, keys, values)

    def _look(self, node: Any, columns: dict[tuple[str, tuple[str, ...]], dict[str, str]]) -> None:
        match node:
            case ir.Compare():
                self._wanted(node.left, list(self.constants(node.right)), node.op)
                self._wanted(node.right, list(self.constants(node.left)), node.op)
            case ir.Between():
                self._wanted(node.value, [*self.constants(node.low), *self.constants(node.high)], "=")
            case ir.In() if isinstance(node.codes, ir.Codes):
                self._wanted(node.value, list(self.members(node.codes)), "=")
            case ir.Has() if isinstance(node.codes, ir.Codes):
                self._wanted(node.items, list(self.members(node.codes)), "=")
            case ir.Missing() if isinstance(node.value, ir.FieldOf):
                self.missing[node.value.record, node.value.name] = None
            case ir.Flag():
                self._wanted(node.value, ["true", "false"], "=")
            case ir.Source():
                self.history = self.history or "prior" in node.kind or "any_claim" in node.kind
                self.others = self.others or "line" in node.kind
        if isinstance(node, ir.Not) and isinstance(node.item, ir.Flag) and isinstance(node.item.value, ir.Lookup):
            lookup = node.item.value  # asked before the flag itself, and the first that is asked for stands
            columns.setdefault((lookup.table, self._keys(lookup)), {}).setdefault(lookup.column, "no")
        if isinstance(node, ir.Compare | ir.In | ir.Flag):
            self._columns(node, columns)
        if isinstance(node, ir.Lookup):
            columns.setdefault((node.table, self._keys(node)), {})

    def _wanted(self, value: Any, found: list[str], op: str) -> None:
        if isinstance(value, ir.Aggregate) and isinstance(value.value, ir.FieldOf):
            value = value.value
        if isinstance(value, ir.Lookup | ir.ParameterOf) or not isinstance(value, ir.FieldOf):
            return
        pool = self.pools.setdefault((value.record, _FIELDS.get(value.name, value.name)), {})
        for text in found or {"number": ("2", "1", "9"), "money": ("1.00", "900.00")}.get(value.type.kind, ()):
            near = [text, *_near(text, value.type)] if op != "=" else [text]
            pool.update(dict.fromkeys(near))

    def _columns(self, node: Any, columns: dict[tuple[str, tuple[str, ...]], dict[str, str]]) -> None:
        left, op, right = node.left if isinstance(node, ir.Compare) else node.value, "=", getattr(node, "right", None)
        if isinstance(node, ir.Compare):
            op = node.op
            if isinstance(right, ir.Lookup):
                left, right = right, left
        if not isinstance(left, ir.Lookup) or not left.column:
            return
        texts = (list(self.constants(right)) if right is not None
                 else list(self.members(node.codes)) if isinstance(node, ir.In) and isinstance(node.codes, ir.Codes)
                 else ["yes"])  # fmt: skip
        if texts:
            text = (
                texts[0] if op in ("=", "<=", ">=") else (_near(texts[0], left.type) or texts)[0 if op == ">" else -1]
            )
            columns.setdefault((left.table, self._keys(left)), {}).setdefault(left.column, text)

    def _keys(self, node: ir.Lookup) -> tuple[str, ...]:
        return tuple(f"{key.record}.{key.name}" if isinstance(key, ir.FieldOf) else next(iter(self.constants(key)), "")
                     for key in node.keys)  # fmt: skip

    def _row(self, name: str, keys: tuple[str, ...], values: dict[str, str]) -> None:
        """A row that the rule can meet, with the codes of its keys put where the rule looks them up."""
        table = self.program.tables.get(f"{self.names.tables.get(name, '')}:{name}")
        if table is None or table.rows is not None:
            return
        cells: dict[str, str] = {}
        for (column, type_), key in zip(table.keys.items(), keys, strict=False):
            record, _, field = key.partition(".")
            pool = self.pools.setdefault((record, field), {}) if field else {}
            taken = set(cells.values())
            code = (
                key
                if not field
                else next((each for each in (*pool, *SPARE.get(type_.of, ())) if each not in taken), "")
            )
            cells[column] = code
            if field and code:
                pool.setdefault(code)
        for column, type_ in table.columns.items():
            cells[column] = values.get(column, _default(type_))
        for stored in _stored(table):
            if cells not in self.rows.setdefault(stored, []):
                self.rows[stored].append(cells)

    def constants(self, node: Any) -> Iterator[str]:
        """The constants of one side of a comparison, as they are written in a claim."""
        match node:
            case ir.CodeConst() | ir.TextConst():
                yield node.value
            case ir.NumberConst():
                yield node.text
            case ir.MoneyConst():
                yield f"{node.cents // 100}.{node.cents % 100:02d}"
            case ir.DateConst():
                yield node.value.isoformat()
            case ir.ParameterOf():
                yield from self._default_of(node.name)

    def _default_of(self, name: str) -> tuple[str, ...]:
        values = self.program.parameters[f"{self.names.parameters[name]}:{name}"].default
        return next((each.value for each in self.names.settings if each.name == name), values)

    def members(self, codes: ir.Codes, deep: int = 3) -> Iterator[str]:
        """Some members of a set, and the code after the first where the set may be what has to be missed."""
        found: list[str] = [*codes.exact[:_FEW], *(low for low, _ in codes.ranges[:_FEW])]
        found += [pattern.replace("*", "").replace("?", "0") for pattern in codes.patterns[:_FEW]]
        found += [*codes.numbers[:_FEW], *(day.isoformat() for day in codes.dates[:_FEW])]
        for name in codes.sets:
            known = self.program.sets.get(f"{self.names.sets.get(name, '')}:{name}")
            for version in known.versions if known is not None and deep else ():
                if version.window.holds(self.day):
                    found += list(self.members(version.codes, deep - 1))[:_FEW]
        for name in codes.parameters:
            found += self._default_of(name)[:_FEW]
        yield from found
        if found:
            yield after(found[0])


def _near(text: str, type_: Type) -> list[str]:
    """One more and one less."""
    match type_.kind:
        case "number" | "money":
            return [shifted(text, 1), shifted(text, -1)]
        case "date":
            day = date.fromisoformat(text)
            return [(day + _DAY).isoformat(), (day - _DAY).isoformat()]
        case "code":
            return [after(text), before(text)]
    return []


def _default(type_: Type) -> str:
    return {"number": "1", "money": "1.00", "flag": "no", "date": "2024-01-01"}.get(type_.kind, "")


def _stored(table: CompiledTable) -> list[str]:
    return [f"{table.stored}/{setting.name}" for setting in table.settings] or [table.stored]
