"""Conditions: syntax tree to typed IR."""

from __future__ import annotations

from scrubber.core.suggest import listed, suggestions
from scrubber.core.types import NUMBER
from scrubber.lang import ir
from scrubber.lang import syntax as s
from scrubber.lang.functions import FUNCTIONS
from scrubber.lang.meaning import check_meaning
from scrubber.lang.membership import Membership
from scrubber.lang.parse import parse
from scrubber.lang.problems import Problem
from scrubber.lang.scope import describe, type_of
from scrubber.lang.words import KEYWORDS

MAX_NESTING = 64
MAX_INLINED = 200


class Checker(Membership):
    """Checks one text. After a call, ``problems`` says what is wrong."""

    def condition(self, piece: s.Condition) -> ir.Condition | None:
        """The typed condition, or None where a problem stands in the way; every part is checked."""
        self.depth += 1
        try:
            if self.depth > MAX_NESTING:
                self.problem("SCR102", piece.span, "The condition is nested too deeply.",
                             "Split it into several rules or definitions.", "too deep")  # fmt: skip
                return None
            return self._condition(piece)
        finally:
            self.depth -= 1

    def _condition(self, piece: s.Condition) -> ir.Condition | None:
        if isinstance(piece, s.AllOf | s.AnyOf):
            return self._joined(piece)
        if isinstance(piece, s.Negation):
            item = self.condition(piece.item)
            return None if item is None else ir.Not(item, span=self.span(piece))
        if isinstance(piece, s.Flag):
            return self._flag(piece)
        if isinstance(piece, s.Comparison):
            return self.comparison(piece)
        if isinstance(piece, s.Between):
            return self.between(piece)
        if isinstance(piece, s.Membership):
            return self.membership(piece)
        if isinstance(piece, s.Holding):
            return self.holding(piece)
        if isinstance(piece, s.Presence):
            value = self.value(piece.value)
            return None if value is None else ir.Missing(value, piece.negated, span=self.span(piece))
        return self._quantified(piece)

    def _joined(self, piece: s.AllOf | s.AnyOf) -> ir.Condition | None:
        kind = ir.And if isinstance(piece, s.AllOf) else ir.Or
        items: list[ir.Condition] = []
        whole = True
        for part in piece.items:
            item = self.condition(part)
            whole = whole and item is not None
            if item is not None:
                items.extend(item.items if isinstance(item, kind) else [item])
        if self.inlined_at is None:
            check_meaning(self, isinstance(piece, s.AllOf), items)
        return kind(tuple(items), span=self.span(piece)) if whole else None

    # ---- flags and definitions

    def _flag(self, piece: s.Flag) -> ir.Condition | None:
        value = piece.value
        if isinstance(value, s.Reference) and len(value.parts) == 1 and self.variable(value.parts[0]) is None:
            return self._definition(value)
        typed = self.value(value)
        if typed is None:
            return None
        type_, text = type_of(typed), self.source_text(value)
        if type_.kind == "flag" and not type_.many:
            return ir.Flag(typed, span=self.span(piece))
        if type_.kind == "row":
            self._name_a_column(value, type_.of)
        elif type_.many:
            self.problem("SCR312", value.span, f"`{text}` is {describe(type_)}: it is neither true nor false.",
                         f"Write `{text} is present`, or `{text} has any of {{...}}`.", "says nothing yet",
                         edit=f"{text} is present")  # fmt: skip
        else:
            self.problem("SCR312", value.span, f"`{text}` is {describe(type_)}: it is neither true nor false.",
                         f"Compare it, or write `{text} is present`.", "says nothing yet",
                         edit=f"{text} is present")  # fmt: skip
        return None

    def _definition(self, piece: s.Reference) -> ir.Condition | None:
        name = piece.parts[0]
        text = None if name in KEYWORDS else self.environment.definition(name)
        if text is None:
            self._no_definition(name, piece)
            return None
        if name in self.inlining or self.inlined >= MAX_INLINED:
            chain = " -> ".join([*self.inlining, name])
            self.problem("SCR211", piece.span, f"The definition `{name}` needs itself: {chain}."
                         if name in self.inlining else "The condition uses too many definitions.",
                         "Take the circle apart.", "goes round")  # fmt: skip
            return None
        parsed = parse(text)
        if isinstance(parsed, Problem):
            self._does_not_fit(name, piece, parsed)
            return None
        outer = (self.text, self.problems, self.elements, self.inlined_at, self.inlining)
        self.text, self.problems, self.elements = text, [], []
        self.inlined_at = self.inlined_at or piece.span
        self.inlining = (*self.inlining, name)
        self.inlined += 1
        typed = self.condition(parsed)  # type: ignore[arg-type]
        found = self.problems
        self.text, self.problems, self.elements, self.inlined_at, self.inlining = outer
        for problem in found:
            if problem.severity == "error":
                self._does_not_fit(name, piece, problem)
        return typed

    def _does_not_fit(self, name: str, piece: s.Piece, problem: Problem) -> None:
        if problem.code in ("SCR211", "SCR212"):
            self.problem(problem.code, piece.span, problem.headline, problem.help, problem.label)
            return
        self.problem("SCR212", piece.span, f"The definition `{name}` does not fit here: {problem.headline}",
                     problem.help,
                     f"defined as {name}")  # fmt: skip

    def _no_definition(self, name: str, piece: s.Reference) -> None:
        if name == "it":
            self.unknown_variable(name, piece)
            return
        if name in KEYWORDS:
            self.problem("SCR122", piece.span, f"`{name}` is a word of the language and says nothing alone.",
                         "Write a condition, such as `line.units > 1`.", "reserved")  # fmt: skip
            return
        owners = [f"{v}.{name}" for v in self.variable_names() if name in self.fields_of(self.record_of(v))]
        if owners:
            self.problem("SCR201", piece.span, f"`{name}` does not say whose field it is.", f"Write {listed(owners)}.",
                         "whose?", edit=owners[0] if len(owners) == 1 else None, safe=len(owners) == 1)  # fmt: skip
            return
        if name in FUNCTIONS:
            self.problem("SCR208", piece.span, f"`{name}` is a function.", f"Write `{FUNCTIONS[name].signature}`.",
                         "without its arguments")  # fmt: skip
            return
        near = suggestions(name, self.environment.definition_names())
        self.problem("SCR208", piece.span, f"There is no definition `{name}`.",
                     f"Did you mean {listed(near)}?" if near else "Declare it under `definitions:` of the pack; "
                     "a field "
                     "names its owner, as in `line.procedure`.", "unknown", edit=near[0] if len(near) == 1 else None
                     )  # fmt: skip

    # ---- quantifiers

    def _quantified(self, piece: s.Quantified) -> ir.Condition | None:
        count = None
        if piece.count is not None:
            count = self.scalar(piece.count, NUMBER)
            if count is not None and type_of(count) != NUMBER:
                self.problem("SCR301", piece.count.span,
                             f"A count is a number, and this is {describe(type_of(count))}.",
                             "Write it as in `at least 2 lines`.", describe(type_of(count)))  # fmt: skip
                count = None
        source = self.source(piece.source)
        satisfy = None
        if piece.satisfy is not None and source is not None:
            self.elements.append(self.element_of(source))
            satisfy = self.condition(piece.satisfy)
            self.elements.pop()
        if source is None or (piece.count is not None and count is None) or (piece.satisfy and satisfy is None):
            return None
        return ir.Quantified(piece.mode, source, count, satisfy, span=self.span(piece))
