"""SCR920: rows of a pack's own list that give two answers to one question, or one answer twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations

from scrubber.core.diagnostics import Diagnostic, Label
from scrubber.core.places import Place
from scrubber.engine.compile.program import CompiledTable, TableRow
from scrubber.lint.context import Context
from scrubber.lint.model import Note, found
from scrubber.packs.model import Pack, TableSpec

CODE = "SCR920"
SHOWN = 20


def check(context: Context) -> Iterator[tuple[str, Diagnostic] | Note]:
    """Own tables by key and days; the rows of `for_each_row` by all their cells."""
    for pack in context.packs:
        for spec in pack.tables:
            made = context.program.tables.get(f"{pack.id}:{spec.name}")
            if made is not None and made.rows:
                yield from _table(pack, spec, made, made.rows)
    for rule in context.rules:
        seen: dict[tuple[tuple[str, str], ...], Place] = {}
        for row in rule.source.rows:
            first = seen.setdefault(tuple(sorted(row.values.items())), row.place)
            if first is not row.place:
                yield found(CODE, rule.id, "This row stands in the list twice.", row.place, "a second time",
                            "Remove one of the two: each row gives a finding.", (Label(first, "first here"),)
                            )  # fmt: skip


def _table(
    pack: Pack, spec: TableSpec, made: CompiledTable, rows: tuple[TableRow, ...]
) -> Iterator[tuple[str, Diagnostic]]:
    keyed: dict[tuple[str, ...], list[tuple[int, TableRow]]] = {}
    for number, row in enumerate(rows, 2):
        keyed.setdefault(tuple(row.values[name] for name in made.keys), []).append((number, row))
    told = 0
    for key, found_rows in keyed.items():
        for (first, one), (second, two) in combinations(found_rows, 2):
            if told == SHOWN or not _meet(one, two):
                continue
            told += 1
            path = f"{pack.path}/{spec.source}"
            same = all(one.values[name] == two.values[name] for name in made.columns)
            says = "the same answer twice" if same else "two answers"
            help_ = (
                "Remove one row."
                if same
                else ("End one row before the other begins: on days with two answers the table is not asked.")
            )
            yield found(CODE, "", f"Table {spec.name} gives {says} for {' '.join(key)}.",
                        Place(path, second, 1, second, 2), "again", help_,
                        (Label(Place(path, first, 1, first, 2), "first here"),))  # fmt: skip


def _meet(one: TableRow, two: TableRow) -> bool:
    starts = max(one.window.first or date.min, two.window.first or date.min)
    return starts <= min(one.window.last or date.max, two.window.last or date.max)
