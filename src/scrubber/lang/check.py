"""Conditions: syntax tree to typed IR."""

from __future__ import annotations

from scrubber.core.code_systems import code_system
from scrubber.core.suggest import listed, suggestions
from scrubber.core.types import FLAG, NUMBER, Type
from scrubber.lang import ir
from scrubber.lang import syntax as s
from scrubber.lang.environment import Environment, Subject
from scrubber.lang.functions import FUNCTIONS
from scrubber.lang.meaning import check_meaning
from scrubber.lang.parse import parse
from scrubber.lang.problems import Edit, Problem
from scrubber.lang.scope import describe, element_code, type_of
from scrubber.lang.sources import Sources
from scrubber.lang.values import comparable
from scrubber.lang.words import KEYWORDS

MAX_NESTING = 64
MAX_INLINED = 200

_ORDER = {"<": "less", "<=": "less", ">": "more", ">=": "more"}


class Checker(Sources):
    """Checks one text. After a call, ``problems`` says what is wrong."""

    def __init__(self, text: str, subject: Subject, environment: Environment) -> None:
        super().__init__(text, subject, environment)

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
            return self._comparison(piece)
        if isinstance(piece, s.Between):
            return self._between(piece)
        if isinstance(piece, s.Membership):
            return self._membership(piece)
        if isinstance(piece, s.Holding):
            return self._holding(piece)
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

    # ---- comparisons

    def _comparison(self, piece: s.Comparison) -> ir.Condition | None:
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

    def _compared(self, piece: s.Value) -> ir.Value | None:
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
        return self._compared(piece) if not isinstance(piece, s.Literal | s.Arithmetic) else self.scalar(
            piece, type_of(other)
        )  # fmt: skip

    @staticmethod
    def _would_fit(name: str, type_: Type) -> bool:
        return code_system(type_.of).fits(name.upper())

    def _between(self, piece: s.Between) -> ir.Condition | None:
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

    # ---- membership

    def _membership(self, piece: s.Membership) -> ir.Condition | None:
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

    def _holding(self, piece: s.Holding) -> ir.Condition | None:
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

    @staticmethod
    def _whole(piece: s.Piece, text: str) -> Edit:
        return Edit(piece.span[0], piece.span[1], text, True)

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
