"""Calls: rows and columns of tables, and functions of the closed registry."""

from __future__ import annotations

from scrubber.core.dates import CALENDARS
from scrubber.core.suggest import listed, suggestions
from scrubber.core.types import CALENDAR, DATE, Type
from scrubber.lang import ir
from scrubber.lang import syntax as s
from scrubber.lang.functions import FUNCTIONS
from scrubber.lang.references import References
from scrubber.lang.scope import comparable, describe, type_of
from scrubber.lang.words import KEYWORDS


class Lookups(References):
    """Types calls."""

    def _name_a_column(self, piece: s.Piece, table: str) -> None:
        names = self.environment.table(table)
        columns = list(names.columns) if names else []
        text = self.source_text(piece)
        self.problem("SCR310", piece.span, f"`{text}` is a whole row, and one value is needed here.",
                     f"Name a column: {listed(f'.{column}' for column in columns[:8])}." if columns
                     else "The table has no columns: ask `is present` or `is missing`.", "which column?",
                     edit=f"{text}.{columns[0]}" if len(columns) == 1 else None)  # fmt: skip

    def call(self, piece: s.Call) -> ir.Value | None:
        """A function, or a row or column of a table."""
        if piece.name in FUNCTIONS:
            return self._function(piece)
        table = self.environment.table(piece.name)
        if table is None:
            known = [*FUNCTIONS, *self.environment.table_names()]
            near = suggestions(piece.name, known)
            reserved = piece.name in KEYWORDS
            self.problem("SCR205", piece.name_span, f"There is no table or function `{piece.name}`.",
                         f"Did you mean {listed(near)}?" if near and not reserved else
                         "Declare a table under `tables:` of the pack, or use "
                         f"{listed(list(known)[:8])}.", "unknown", edit=near[0] if len(near) == 1 else None
                         )  # fmt: skip
            return None
        if len(piece.arguments) != len(table.keys):
            keys = ", ".join(describe(key) for key in table.keys)
            self.problem("SCR309", piece.span, f"`{piece.name}` is looked up by {len(table.keys)} "
                         f"key{'s' * (len(table.keys) != 1)}, and {len(piece.arguments)} "
                         f"{'is' if len(piece.arguments) == 1 else 'are'} given.",
                         f"Give {keys}." if keys else "Give no key.", "keys")  # fmt: skip
            return None
        arguments = [self._argument(a, key, piece.name) for a, key in zip(piece.arguments, table.keys, strict=True)]
        at = self._argument(piece.at, DATE, piece.name) if piece.at is not None else None
        if any(a is None for a in arguments) or (piece.at is not None and at is None):
            return None
        type_ = Type("row", piece.name)
        if piece.column:
            column = table.columns.get(piece.column)
            if column is None:
                near = suggestions(piece.column, table.columns)
                self.problem("SCR206", piece.column_span, f"The table `{piece.name}` has no column `{piece.column}`.",
                             f"Did you mean {listed(near)}?" if near else f"It has {listed(table.columns, 'and')}.",
                             "unknown column", edit=near[0] if len(near) == 1 else None)  # fmt: skip
                return None
            type_ = column
        keys_ = tuple(a for a in arguments if a is not None)
        return ir.Lookup(piece.name, keys_, piece.column, at, type_, span=self.span(piece))

    def _argument(self, piece: s.Value, wanted: Type, name: str) -> ir.Value | None:
        value = self.value(piece, wanted) if wanted.kind == "calendar" else self.scalar(piece, wanted)
        if value is None:
            return None
        if not comparable(type_of(value), wanted):
            self.problem("SCR311", piece.span, f"`{name}` takes {describe(wanted)} here, and this is "
                         f"{describe(type_of(value))}.", f"Give {describe(wanted)}."
                         + (f" Calendars: {listed(CALENDARS)}." if wanted == CALENDAR else ""),
                         describe(type_of(value)))  # fmt: skip
            return None
        return value

    def _function(self, piece: s.Call) -> ir.Value | None:
        function = FUNCTIONS[piece.name]
        if len(piece.arguments) != len(function.parameters):
            self.problem("SCR311", piece.span, f"`{piece.name}` takes {len(function.parameters)} "
                         f"value{'s' * (len(function.parameters) != 1)}, and {len(piece.arguments)} "
                         f"{'is' if len(piece.arguments) == 1 else 'are'} given.", f"Write `{function.signature}`.",
                         "values")  # fmt: skip
            return None
        if piece.at is not None or piece.column:
            self.problem("SCR311", piece.span, f"`{piece.name}` is a function: it has no columns and no date.",
                         f"Write `{function.signature}`.", "not a table")  # fmt: skip
            return None
        arguments = [self._argument(a, type_, piece.name)
                     for a, (_, type_) in zip(piece.arguments, function.parameters, strict=True)]  # fmt: skip
        values = tuple(a for a in arguments if a is not None)
        if len(values) < len(arguments):
            return None
        return ir.Call(piece.name, values, function.result, span=self.span(piece))
