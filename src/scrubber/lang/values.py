"""Values: fields, parameters, arithmetic, aggregates, look-ups and functions, with their types."""

from __future__ import annotations

from scrubber.core.dates import CALENDARS
from scrubber.core.suggest import did_you_mean, listed, suggestions
from scrubber.core.types import CALENDAR, DATE, MONEY, NUMBER, Type
from scrubber.lang import ir
from scrubber.lang import syntax as s
from scrubber.lang.functions import FUNCTIONS
from scrubber.lang.literals import Literals
from scrubber.lang.scope import describe, element_code, type_of
from scrubber.lang.words import KEYWORDS, SCOPES_OF

_NUMBER_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_COUNTED = ("number", "money", "date")


def comparable(a: Type, b: Type) -> bool:
    """Whether two values can be held against one another."""
    if a.kind != b.kind:
        return False
    return a.kind != "code" or a.of == b.of or not a.of or not b.of


class Values(Literals):
    """Types values."""

    def value(self, piece: s.Value, wanted: Type | None = None) -> ir.Value | None:
        """The typed value, or None after a problem was recorded. ``wanted`` types a bare literal."""
        if isinstance(piece, s.Literal):
            return self.literal(piece, wanted)
        if isinstance(piece, s.Duration):
            return self._duration(piece)
        if isinstance(piece, s.Reference):
            return self.reference(piece, wanted)
        if isinstance(piece, s.Arithmetic):
            return self._arithmetic(piece, wanted)
        if isinstance(piece, s.Call):
            return self.call(piece)
        return self._aggregate(piece)

    def scalar(self, piece: s.Value, wanted: Type | None = None) -> ir.Value | None:
        """A single value that can be compared: not a list, a record, a row or a flag."""
        value = self.value(piece, wanted)
        if value is None:
            return None
        type_, text = type_of(value), self.source_text(piece)
        if type_.many:
            self.problem("SCR305", piece.span, f"`{text}` is {describe(type_)}, and one value is needed here.",
                         "Ask `has X`, `has any of {...}`, or `count of ...`." if type_.kind in ("code", "record")
                         else "Ask `has X` or `count of ...`.", "a list")  # fmt: skip
        elif type_.kind == "record":
            field = element_code(type_.of)
            self.problem("SCR305", piece.span, f"`{text}` is {describe(type_)}, and one value is needed here.",
                         f"Name one of its fields, as in `{text}.{field or 'date'}`.", "a record",
                         edit=f"{text}.{field}" if field else None, safe=bool(field))  # fmt: skip
        elif type_.kind == "row":
            self._name_a_column(piece, type_.of)
        elif type_.kind in ("fields", "calendar"):
            self.problem("SCR301", piece.span, f"`{text}` is {describe(type_)}: it cannot be compared.",
                         "A list of fields stands in `with same (...)`, a calendar in `next_workday(...)`."
                         )  # fmt: skip
        else:
            return value
        return None

    def _name_a_column(self, piece: s.Piece, table: str) -> None:
        names = self.environment.table(table)
        columns = list(names.columns) if names else []
        text = self.source_text(piece)
        self.problem("SCR310", piece.span, f"`{text}` is a whole row, and one value is needed here.",
                     f"Name a column: {listed(f'.{column}' for column in columns[:8])}." if columns
                     else "The table has no columns: ask `is present` or `is missing`.", "which column?",
                     edit=f"{text}.{columns[0]}" if len(columns) == 1 else None)  # fmt: skip

    # ---- names

    def reference(self, piece: s.Reference, wanted: Type | None = None) -> ir.Value | None:
        """``owner.field``, ``policy.name``, a bare element, or a calendar where one is wanted."""
        if len(piece.parts) == 1:
            return self._bare(piece, wanted)
        owner, name = piece.parts[0], piece.parts[1]
        if owner == "policy":
            return self._parameter(piece, name)
        variable = self.variable(owner)
        if variable is None:
            self.unknown_variable(owner, piece)
            return None
        if not variable.record:
            self.problem("SCR203", piece.span, f"`{owner}` is {describe(variable.type)}, which has no fields.",
                         f"Write `{owner}` alone.", "no fields", edit=owner, safe=True)  # fmt: skip
            return None
        fields = self.fields_of(variable.record)
        type_ = fields.get(name)
        if type_ is None:
            self._unknown_field(piece, owner, name, fields)
            return None
        if len(piece.parts) > 2:
            self._too_deep(piece, type_)
            return None
        return ir.FieldOf(owner, variable.record, name, type_, span=self.span(piece))

    def _bare(self, piece: s.Reference, wanted: Type | None) -> ir.Value | None:
        name = piece.parts[0]
        if wanted is not None and wanted.kind == "calendar" and name in CALENDARS:
            return self.calendar(name, piece)
        variable = self.variable(name)
        if variable is not None:
            if variable.record in ("group", "row"):
                self.problem(
                    "SCR201",
                    piece.span,
                    f"`{name}` alone is not a value.",
                    f"Name a field: {listed(f'{name}.{f}' for f in self.fields_of(variable.record))}.",
                )
                return None
            return ir.Element(name, variable.type, span=self.span(piece))
        if name == "it":
            self.unknown_variable(name, piece)
            return None
        if wanted is not None and wanted.kind == "calendar":
            near = suggestions(name, CALENDARS)
            self.problem("SCR201", piece.span, f"There is no calendar `{name}`.",
                         f"Did you mean {listed(near)}?" if near else f"There is {listed(CALENDARS, 'and')}.",
                         "unknown", edit=near[0] if len(near) == 1 else None)  # fmt: skip
            return None
        owners = [f"{v}.{name}" for v in self.variable_names() if name in self.fields_of(self.record_of(v))]
        if owners:
            self.problem("SCR201", piece.span, f"`{name}` does not say whose field it is.",
                         f"Write {listed(owners)}.", "whose?", edit=owners[0] if len(owners) == 1 else None,
                         safe=len(owners) == 1)  # fmt: skip
        elif name in self.environment.parameter_names():
            self.problem("SCR201", piece.span, f"`{name}` is a parameter.", f"Write `policy.{name}`.",
                         "whose?", edit=f"policy.{name}", safe=True)  # fmt: skip
        elif name in self.environment.definition_names():
            self.problem("SCR201", piece.span, f"`{name}` is a named condition, not a value.",
                         "It stands alone, as a flag does.", "a condition")  # fmt: skip
        elif name in _NUMBER_WORDS:
            number = str(_NUMBER_WORDS.index(name))
            self.problem("SCR201", piece.span, f"`{name}` is a word, not a number.", f"Write `{number}`.", "digits",
                         edit=number, safe=True)  # fmt: skip
        else:
            known = [f for v in self.variable_names() for f in self.fields_of(self.record_of(v))]
            near = suggestions(name, known)
            self.problem("SCR201", piece.span, f"There is no `{name}`.",
                         f"Did you mean {listed(f'{self._owner(n)}.{n}' for n in near)}?" if near else
                         "Codes are upper case or digits; a field names its owner, as in `line.procedure`.",
                         "unknown")  # fmt: skip
        return None

    def _owner(self, field: str) -> str:
        return next((v for v in self.variable_names() if field in self.fields_of(self.record_of(v))), "line")

    def record_of(self, variable: str) -> str:
        """The record of a variable in scope; empty where it has none."""
        found = self.variable(variable)
        return found.record if found else ""

    def unknown_variable(self, name: str, piece: s.Piece) -> None:
        """Records that nothing in scope has this name."""
        span = (piece.span[0], piece.span[0] + len(name))
        known = self.variable_names()
        if name == "it":
            self.problem("SCR209", span, "`it` is the element of a source, and there is none around this.",
                         "Use it in `where (...)` or after `sum of`. Here, write "
                         f"{listed([n for n in known if n not in ('row', 'group')][:3])}.", "which element?"
                         )  # fmt: skip
        elif name in SCOPES_OF:
            lines = "group lines" if "group" in known else "line"
            remedy = f"Ask `any {lines} where (it...)`, or set the rule's scope." if name == "line" else (
                f"Set the rule's scope, or use {listed(known)}.")  # fmt: skip
            self.problem("SCR202", span, f"`{name}` is not there in this rule's scope: it belongs to "
                         f"{SCOPES_OF[name]}.",
                         remedy, "not in this scope")  # fmt: skip
        else:
            near = did_you_mean(name, [*known, "policy"])
            self.problem("SCR201", span, f"Nothing here is called `{name}`.",
                         near or f"There is {listed(known, 'and')}. A source names its element with `as {name}`.",
                         "unknown", edit=self._only(name, [*known, "policy"]))  # fmt: skip

    @staticmethod
    def _only(name: str, known: list[str]) -> str | None:
        near = suggestions(name, known)
        return near[0] if len(near) == 1 else None

    def _unknown_field(self, piece: s.Reference, owner: str, name: str, fields: dict[str, Type]) -> None:
        start = piece.span[0] + len(owner) + 1
        near = suggestions(name, fields)
        others = [f"{v}.{name}" for v in self.variable_names() if name in self.fields_of(self.record_of(v))]
        if near:
            help_ = f"Did you mean {listed(f'{owner}.{field}' for field in near)}?"
        elif others:
            help_ = f"Did you mean {listed(others)}?"
        else:
            help_ = f"`{owner}` has {listed(list(fields)[:12], 'and')}{' and more' if len(fields) > 12 else ''}."
        one = near[0] if len(near) == 1 or (near and near[0].startswith(name)) else None
        self.problem("SCR203", (start, start + len(name)), f"`{owner}` has no field `{name}`.", help_, "unknown field",
                     edit=one)  # fmt: skip

    def _too_deep(self, piece: s.Reference, type_: Type) -> None:
        first = ".".join(piece.parts[:2])
        if type_.kind == "record" and type_.many:
            help_ = f"Ask for one with `any {first} as d where (d.{piece.parts[2]} ...)`, or `{first} has X`."
        else:
            help_ = f"Write `{first}`."
        self.problem("SCR203", piece.span, f"`{first}` is {describe(type_)}: it has no field of its own.", help_,
                     "one dot too many")  # fmt: skip

    def _parameter(self, piece: s.Reference, name: str) -> ir.Value | None:
        type_ = self.environment.parameter(name)
        if type_ is None or len(piece.parts) > 2:
            names = list(self.environment.parameter_names())
            near = suggestions(name, names)
            self.problem("SCR207", (piece.span[0] + 7, piece.span[1]), f"There is no parameter "
                         f"`{'.'.join(piece.parts[1:])}`.",
                         f"Did you mean {listed(f'policy.{n}' for n in near)}?" if near else
                         "Declare it under `parameters:` of the pack.", "unknown parameter",
                         edit=near[0] if len(near) == 1 else None)  # fmt: skip
            return None
        return ir.ParameterOf(name, type_, span=self.span(piece))

    # ---- arithmetic

    def _duration(self, piece: s.Duration) -> ir.Value | None:
        if not piece.count.isdigit() or len(piece.count) > 6:
            self.problem("SCR115", piece.span, f"`{piece.count}` is not a whole count of {piece.unit}s.",
                         f"Write it as in `90 {piece.unit}s`.", "a whole number")  # fmt: skip
            return None
        return ir.DurationConst(int(piece.count), piece.unit, span=self.span(piece))

    def _arithmetic(self, piece: s.Arithmetic, wanted: Type | None) -> ir.Value | None:
        sides: list[ir.Value | None] = [None, None]
        pieces = (piece.left, piece.right)
        order = (1, 0) if isinstance(piece.left, s.Literal) and not isinstance(piece.right, s.Literal) else (0, 1)
        met: Type | None = None
        for side in order:
            literal = pieces[side]
            bare = isinstance(literal, s.Literal) and literal.kind == "literal"
            hint = self._hint(piece.op, met, wanted) if bare else None
            sides[side] = self.scalar(literal, hint)
            if sides[side] is None:
                return None
            met = type_of(sides[side])  # type: ignore[arg-type]
        left, right = sides
        if left is None or right is None:
            return None
        type_ = _result(piece.op, type_of(left), type_of(right))
        if type_ is None:
            self._no_arithmetic(piece, type_of(left), type_of(right))
            return None
        return ir.Arithmetic(piece.op, left, right, type_, span=self.span(piece))

    @staticmethod
    def _hint(op: str, met: Type | None, wanted: Type | None) -> Type | None:
        if met is None:
            return wanted if wanted is not None and wanted.kind in _COUNTED and op in "+-" else None
        if op in "*/":
            return NUMBER
        return Type("duration") if met.kind == "date" else met

    def _no_arithmetic(self, piece: s.Arithmetic, left: Type, right: Type) -> None:
        if left.kind == "date" and right.kind == "number":
            help_ = f"Write `{self.source_text(piece.right)} days`." if isinstance(piece.right, s.Literal) else (
                "A date takes days, months or years, as in `line.date + 95 days`.")  # fmt: skip
        elif right.kind == "date" and left.kind == "duration":
            help_ = f"Write the date first: `{self.source_text(piece.right)} + {self.source_text(piece.left)}`."
        else:
            help_ = "Dates take days, months or years; money takes money (+ -) or a number (* /)."
        self.problem("SCR308", piece.span,
                     f"`{piece.op}` does not work between {describe(left)} and {describe(right)}.",
                     help_, "these do not go together")  # fmt: skip

    # ---- aggregates

    def _aggregate(self, piece: s.Aggregate) -> ir.Value | None:
        source = self.source(piece.source)
        if source is None:
            return None
        if piece.value is None:
            return ir.Aggregate("count", source, None, NUMBER, span=self.span(piece))
        self.elements.append(self.element_of(source))
        value = self.scalar(piece.value)
        self.elements.pop()
        if value is None:
            return None
        type_ = type_of(value)
        if piece.mode == "sum" and type_.kind not in ("number", "money"):
            self.problem("SCR308", piece.value.span, f"`sum of` adds numbers or money, and this is {describe(type_)}.",
                         "Use `count of` or `count of distinct ... over` for codes.", describe(type_))  # fmt: skip
            return None
        if piece.mode in ("least", "greatest") and type_.kind not in _COUNTED:
            self.problem("SCR308", piece.value.span, f"`{piece.mode} of` needs numbers, money or dates, and this is "
                         f"{describe(type_)}.", "Codes have no order.", describe(type_))  # fmt: skip
            return None
        result = NUMBER if piece.mode == "count_distinct" else type_
        return ir.Aggregate(piece.mode, source, value, result, span=self.span(piece))

    # ---- look-ups and functions

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


def _result(op: str, left: Type, right: Type) -> Type | None:
    """The type of ``left op right``; None where it means nothing."""
    pair = (left.kind, right.kind)
    if op in "+-":
        if pair == ("date", "duration"):
            return DATE
        if pair == ("date", "date"):
            return NUMBER if op == "-" else None
        return left if pair in (("number", "number"), ("money", "money")) else None
    if pair == ("number", "number"):
        return NUMBER
    if pair == ("money", "number"):
        return MONEY
    if op == "*":
        return MONEY if pair == ("number", "money") else None
    return NUMBER if pair == ("money", "money") else None
