"""`in` and `has`: one value against a set, and a list against a set."""

from __future__ import annotations

from scrubber.core.types import Type
from scrubber.lang import ir
from scrubber.lang import syntax as s
from scrubber.lang.comparisons import Comparisons
from scrubber.lang.scope import comparable, describe, element_code, type_of


class Membership(Comparisons):
    """Types membership."""

    def membership(self, piece: s.Membership) -> ir.Condition | None:
        if isinstance(piece.value, s.Literal):
            text, list_ = self.source_text(piece.value), self.source_text(piece.codes)
            better = f"{list_} has none of {{{text}}}" if piece.negated else f"{list_} has {text}"
            listed_ = isinstance(piece.codes, s.Reference)
            self.problem("SCR317", piece.value.span, f"`{text}` is a constant: ask the list instead.",
                         f"Write `{better}`." if listed_ else "Name a field on the left, as in `line.procedure in`.",
                         "nothing of the claim", edit=self._whole(piece, better) if listed_ else None)  # fmt: skip
            return None
        value = self.value(piece.value)
        if value is None:
            return None
        type_ = type_of(value)
        if type_.many:
            text = self.source_text(piece.value)
            word = "has none of" if piece.negated else "has any of"
            self.problem("SCR305", piece.span, f"`{text}` is {describe(type_)}, and `in` asks about one value.",
                         f"Write `{text} {word} {self.source_text(piece.codes)}`.", "a list",
                         edit=f"{text} {word} {self.source_text(piece.codes)}", safe=not piece.negated)  # fmt: skip
            return None
        value = self.scalar(piece.value)
        if value is None:
            return None
        if type_.kind in ("flag", "duration"):
            self.problem("SCR314", piece.value.span, f"There are no sets of {describe(type_)}.",
                         "A yes-or-no value stands alone." if type_.kind == "flag" else "Compare dates.")  # fmt: skip
            return None
        codes = self.code_set(piece.codes, type_)
        return None if codes is None else ir.In(value, codes, piece.negated, span=self.span(piece))

    def holding(self, piece: s.Holding) -> ir.Condition | None:
        items = self.value(piece.items)
        if items is None:
            return None
        type_, text = type_of(items), self.source_text(piece.items)
        if not type_.many:
            self._not_held(piece, type_, text)
            return None
        element = type_.one
        if element.kind == "record":
            field = element_code(element.of)
            if not field:
                self.problem("SCR314", piece.items.span, f"`{text}` is {describe(type_)}, which have no code.",
                             f"Ask `any {text} as x where (...)`.", "no code")  # fmt: skip
                return None
            element = self.fields_of(element.of)[field]
        span = self.span(piece)
        if piece.mode != "one":
            codes = self.code_set(piece.codes, element)  # type: ignore[arg-type]
            return None if codes is None else ir.Has(items, codes, piece.mode, span=span)
        one = piece.codes
        if isinstance(one, s.Literal | s.Range | s.Pattern):
            codes = self.code_set(one, element)
            return None if codes is None else ir.Has(items, codes, "any", span=span)
        return self._has_value(piece, one, items, element)  # type: ignore[arg-type]

    def _has_value(self, piece: s.Holding, one: s.Value, items: ir.Value, element: Type) -> ir.Condition | None:
        """``list has value`` says ``value in list``."""
        if isinstance(one, s.Reference) and len(one.parts) == 1 and self.variable(one.parts[0]) is None:
            value = self._against(one, ir.CodeConst("", element)) if element.kind == "code" else self.scalar(one)
            if value is None:
                return None
        value = self.value(one, element)
        if value is None:
            return None
        type_ = type_of(value)
        if type_.many:
            self.problem("SCR117", one.span, f"`{self.source_text(one)}` is {describe(type_)}: say how many of them.",
                         f"Write `has any of`, `has all of` or `has none of {self.source_text(one)}`.", "a list",
                         edit=f"any of {self.source_text(one)}")  # fmt: skip
            return None
        value = self.scalar(one, element)
        if value is None:
            return None
        if not comparable(type_, element):
            self.problem("SCR301", one.span,
                         f"The list holds {describe(Type(element.kind, element.of, True))[10:]}, and "
                         f"this is {describe(type_)}.", "Compare values of one kind.", describe(type_))  # fmt: skip
            return None
        return ir.In(value, ir.ListOf(items, span=self.span(piece.items)), span=self.span(piece))

    def _not_held(self, piece: s.Holding, type_: Type, text: str) -> None:
        codes = self.source_text(piece.codes)
        if piece.mode == "one" and isinstance(piece.codes, s.Literal):
            better = f"{text} = {codes}"
        elif piece.mode == "none":
            better = f"{text} not in {codes}"
        else:
            better = f"{text} in {codes}"
        plural = f"{piece.items.parts[-1]}s"
        owner = piece.items.parts[0]
        lists = plural in self.fields_of(self.record_of(owner))
        self.problem("SCR305", piece.items.span, f"`{text}` is {describe(type_)}, not a list: it holds one value.",
                     f"Write `{better}`{f', or ask `{owner}.{plural}`' if lists else ''}.", "one value",
                     edit=self._whole(piece, better))  # fmt: skip
