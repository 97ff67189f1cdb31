"""Values of every kind, arithmetic and aggregates, with their types."""

from __future__ import annotations

from scrubber.core.types import DATE, MONEY, NUMBER, Type
from scrubber.lang import ir
from scrubber.lang import syntax as s
from scrubber.lang.lookups import Lookups
from scrubber.lang.scope import describe, element_code, type_of

_NUMBER_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_COUNTED = ("number", "money", "date")


class Values(Lookups):
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
