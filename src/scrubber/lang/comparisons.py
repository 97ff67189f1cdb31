"""Comparisons and `between`: both sides of one kind, and a bare literal typed by the other side."""

from __future__ import annotations

from scrubber.core.code_systems import code_system
from scrubber.core.types import FLAG, Type
from scrubber.lang import ir
from scrubber.lang import syntax as s
from scrubber.lang.problems import Edit
from scrubber.lang.scope import comparable, describe, type_of
from scrubber.lang.sources import Sources

_ORDER = {"<": "less", "<=": "less", ">": "more", ">=": "more"}


class Comparisons(Sources):
    """Types comparisons."""

    def comparison(self, piece: s.Comparison) -> ir.Condition | None:
        pair = (
            None
            if self._list_compared(piece) or self._flag_compared(piece)
            else self._sides(piece.left, piece.right, piece)
        )
        if pair is None:
            return None
        left, right = pair
        kind = type_of(left).kind
        if piece.op in _ORDER and kind in ("code", "text"):
            self.problem("SCR306", piece.op_span,
                         f"{describe(type_of(left)).capitalize()} is not {_ORDER[piece.op]} than "
                         "another: codes and texts are only equal or not.", "Write a range, as in `in 99202-99215`.",
                         "no order")  # fmt: skip
            return None
        if left == right or (type(left) is type(right) and self._alike(piece)):
            self.problem("SCR407", piece.span, f"`{self.source_text(piece.left)}` is compared with itself.",
                         "Name the other value that is meant.", "always the same", severity="warning")  # fmt: skip
        if self.inlined_at is None:
            self._after_the_first(piece, left, right)
        return ir.Compare(piece.op, left, right, span=self.span(piece))

    def _list_compared(self, piece: s.Comparison) -> bool:
        """Records ``line.modifiers = 25``, the commonest slip about lists, with what to write."""
        if piece.op not in ("=", "!=") or not isinstance(piece.left, s.Reference) or len(piece.left.parts) != 2:
            return False
        if not isinstance(piece.right, s.Literal) or piece.left.parts[0] == "policy":
            return False
        owner, name = piece.left.parts
        type_ = self.fields_of(self.record_of(owner)).get(name)
        if type_ is None or not type_.many:
            return False
        path, code = piece.left.text, self.source_text(piece.right)
        better = f"{path} has {code}" if piece.op == "=" else f"{path} has none of {{{code}}}"
        self.problem("SCR305", piece.span, f"`{path}` is {describe(type_)}, and `{piece.op}` compares one value.",
                     f"Write `{better}`.", "a list", edit=better, safe=True)  # fmt: skip
        return True

    def _flag_compared(self, piece: s.Comparison) -> bool:
        """Records ``line.emergency = Y`` and ``= true`` with what to write."""
        left, right = piece.left, piece.right
        if not isinstance(left, s.Reference) or len(left.parts) != 2 or piece.op not in ("=", "!="):
            return False
        type_ = self.fields_of(self.record_of(left.parts[0])).get(left.parts[1])
        if type_ != FLAG:
            return False
        answer = self.source_text(right).strip('"').lower()
        yes = {"y": True, "yes": True, "true": True, "1": True, "n": False, "no": False, "false": False, "0": False}
        holds = yes.get(answer) if piece.op == "=" else None
        better = left.text if holds else f"not {left.text}"
        self.problem("SCR312", left.span, f"`{left.text}` is a yes-or-no value: it stands alone and is not compared.",
                     f"Write `{left.text}` or `not {left.text}`.", "yes or no",
                     edit=None if holds is None else self._whole(piece, better))  # fmt: skip
        return True

    def _after_the_first(self, piece: s.Comparison, left: ir.Value, right: ir.Value) -> None:
        """Warns of ``line.date > 2025-01-01``: a policy that starts on the first holds on the first."""
        if (
            piece.op == ">"
            and isinstance(left, ir.FieldOf)
            and isinstance(right, ir.DateConst)
            and right.value.day == 1
        ):
            self.problem("SCR406", piece.span, f"This leaves out {right.value} itself, the first day of a month.",
                         f"If the policy starts that day, write `>= {right.value}`, or give the rule "
                         f"`effective: {{from: {right.value}}}`.", "the first is not in it",
                         edit=Edit(*piece.op_span, ">="), severity="warning")  # fmt: skip

    def _alike(self, piece: s.Comparison) -> bool:
        return self.inlined_at is None and self.source_text(piece.left) == self.source_text(piece.right)

    def _sides(self, left: s.Value, right: s.Value, piece: s.Piece) -> tuple[ir.Value, ir.Value] | None:
        """Both values, held to be of one kind; a bare literal takes its type from the other."""
        if isinstance(left, s.Literal) and isinstance(right, s.Literal):
            self.problem("SCR317", piece.span, "Both sides are constants.",
                         "Name the field that is compared, as in `line.units > 1`.", "nothing of the claim"
                         )  # fmt: skip
            return None
        if isinstance(left, s.Literal):
            second = self._compared(right)
            first = self._against(left, second)
        else:
            first = self._compared(left)
            second = self._against(right, first)
        if first is None or second is None:
            return None
        a, b = type_of(first), type_of(second)
        if comparable(a, b):
            return first, second
        money = {a.kind, b.kind} == {"money", "number"}
        self.problem("SCR304" if money else "SCR301", piece.span,
                     f"The two sides differ: one is {describe(a)}, the other {describe(b)}.",
                     "Money meets only money." if money else "Compare values of one kind.",
                     labels=((*left.span, describe(a)), (*right.span, describe(b))))  # fmt: skip
        return None

    def _compared(self, piece: s.Value, other: ir.Value | None = None) -> ir.Value | None:
        value = self.scalar(piece)
        if value is None:
            return None
        type_ = type_of(value)
        if type_.kind == "flag":
            text = self.source_text(piece)
            self.problem("SCR312", piece.span, f"`{text}` is a yes-or-no value: it stands alone and is not compared.",
                         f"Write `{text}` or `not {text}`.", "yes or no")  # fmt: skip
            return None
        if type_.kind == "duration":
            if isinstance(piece, s.Duration) and _counted_in(other) == piece.unit.removesuffix("s"):
                self.problem("SCR301", piece.span, "The other side is a number, and this is a duration.",
                             f"Write the number alone: `{piece.count}`.", "a duration", edit=piece.count)  # fmt: skip
                return None
            self.problem("SCR301", piece.span, "Durations are not compared.",
                         "Compare dates, as in `claim.sent_on > line.date + 95 days`.", "a duration")  # fmt: skip
            return None
        return value

    def _against(self, piece: s.Value, other: ir.Value | None) -> ir.Value | None:
        """The other side; where the first failed, what can still be said without it."""
        if other is None:
            if not isinstance(piece, s.Literal | s.Arithmetic) and not (
                isinstance(piece, s.Reference) and len(piece.parts) == 1
            ):
                self._compared(piece)
            return None
        if isinstance(piece, s.Reference) and len(piece.parts) == 1 and self.variable(piece.parts[0]) is None:
            type_, name = type_of(other), piece.parts[0]
            if name in ("null", "nil", "empty", "blank", "missing"):
                self.problem("SCR113", piece.span, f"The language has no `{name}` to compare with.",
                             "Write `... is missing` or `... is present`.", "not a value")  # fmt: skip
                return None
            if type_.kind == "code" and name not in self.environment.parameter_names():
                self.problem("SCR121", piece.span, f"`{name}` is in lower case: codes are written in upper case.",
                             f"Write `{name.upper()}`.", "lower case", edit=name.upper(),
                             safe=self._would_fit(name, type_))  # fmt: skip
                return None
        return self._compared(piece, other) if not isinstance(piece, s.Literal | s.Arithmetic) else self.scalar(
            piece, type_of(other)
        )  # fmt: skip

    @staticmethod
    def _would_fit(name: str, type_: Type) -> bool:
        return code_system(type_.of).fits(name.upper())

    def between(self, piece: s.Between) -> ir.Condition | None:
        value = self._compared(piece.value) if not isinstance(piece.value, s.Literal) else None
        if isinstance(piece.value, s.Literal):
            low = self._compared(piece.low) if not isinstance(piece.low, s.Literal) else None
            wanted = type_of(low) if low is not None else None
            value = self.scalar(piece.value, wanted)
        if value is None:
            return None
        type_ = type_of(value)
        if type_.kind in ("code", "text"):
            low_text, high_text = self.source_text(piece.low), self.source_text(piece.high)
            self.problem("SCR306", piece.span,
                         f"{describe(type_).capitalize()} has no order: `between` is for numbers, "
                         "money and dates.", f"Write a range: `in {low_text}-{high_text}`.", "no order",
                         edit=f"{self.source_text(piece.value)} {'not ' * piece.negated}in {low_text}-{high_text}"
                         if isinstance(piece.low, s.Literal) and isinstance(piece.high, s.Literal) else None
                         )  # fmt: skip
            return None
        ends = []
        for end in (piece.low, piece.high):
            typed = self.scalar(end, type_)
            if typed is not None and not comparable(type_of(typed), type_):
                money = {type_of(typed).kind, type_.kind} == {"money", "number"}
                self.problem("SCR304" if money else "SCR301", end.span,
                             f"This is {describe(type_of(typed))}, and what is compared is {describe(type_)}.",
                             "Compare values of one kind.", describe(type_of(typed)))  # fmt: skip
                typed = None
            ends.append(typed)
        low_, high_ = ends
        if low_ is None or high_ is None:
            return None
        return ir.Between(value, low_, high_, piece.negated, span=self.span(piece))

    @staticmethod
    def _whole(piece: s.Piece, text: str) -> Edit:
        return Edit(piece.span[0], piece.span[1], text, True)


def _counted_in(value: ir.Value | None) -> str:
    """The unit in which a number counts time: ages, days of a line, and one date less another; empty of any other."""
    if isinstance(value, ir.FieldOf):
        return {"patient_age": "year", "patient_age_months": "month", "patient_age_days": "day", "days": "day"}.get(
            value.name, ""
        )
    dates = isinstance(value, ir.Arithmetic) and type_of(value.left).kind == type_of(value.right).kind == "date"
    return "day" if dates else ""
