"""Sets: braces, ranges, patterns, value sets, parameters, list fields and list columns."""

from __future__ import annotations

import re

from scrubber.core.code_ranges import CodeMatcher, normalise_pattern, range_problem
from scrubber.core.code_systems import normalise_code
from scrubber.core.suggest import listed, suggestions
from scrubber.core.types import Type
from scrubber.lang import ir
from scrubber.lang import syntax as s
from scrubber.lang.problems import Edit
from scrubber.lang.scope import comparable, describe, element_code, type_of
from scrubber.lang.values import Values

MAX_REMARKS = 20
"""Members of one set that are remarked on as given twice or covered."""


class Sets(Values):
    """Types sets against the elements they are held to."""

    def code_set(self, piece: s.Set | s.Literal, element: Type) -> ir.Codes | ir.ListOf | None:
        """The set, or None after a problem was recorded. ``element`` is the type of what is looked for."""
        if isinstance(piece, s.Reference | s.Call):
            return self._list(piece, element)
        members = piece.members if isinstance(piece, s.SetLiteral) else (piece,)
        found = [self._member(member, element) for member in members]
        if any(f is None for f in found):
            return None
        codes = _joined([f for f in found if f is not None], element, self.span(piece))
        if self.inlined_at is None and len(members) > 1:
            self._twice(members, element)
        return codes

    def _member(self, piece: s.Literal | s.Range | s.Pattern | s.SetName, element: Type) -> ir.Codes | None:
        if isinstance(piece, s.SetName):
            return self._value_set(piece, element)
        if isinstance(piece, s.Range):
            return self._range(piece, element)
        if isinstance(piece, s.Pattern):
            return self._pattern(piece, element)
        if element.kind == "code":
            code = self.code(piece, element)
            return None if code is None else ir.Codes(exact=(code,))
        value = self.literal(piece, element)
        if isinstance(value, ir.NumberConst):
            return ir.Codes(numbers=(value.text,))
        if isinstance(value, ir.DateConst):
            return ir.Codes(dates=(value.value,))
        if isinstance(value, ir.TextConst):
            return ir.Codes(exact=(value.value,))
        if value is not None:
            self.problem("SCR314", piece.span, f"There are no sets of {describe(element)}.", "Compare with `=`.")
        return None

    def _value_set(self, piece: s.SetName, element: Type) -> ir.Codes | None:
        type_ = self.environment.value_set(piece.name)
        if type_ is None:
            near = suggestions(piece.name, self.environment.value_set_names())
            self.problem("SCR204", piece.span, f"There is no value set `@{piece.name}`.",
                         f"Did you mean {listed(f'@{n}' for n in near)}?" if near else
                         "Declare it under `valuesets:` of the pack.", "unknown value set",
                         edit=f"@{near[0]}" if len(near) == 1 else None)  # fmt: skip
            return None
        if not comparable(type_.one, element):
            self.problem("SCR314", piece.span,
                         f"`@{piece.name}` holds {describe(Type(type_.kind, type_.of, True))[10:]}, "
                         f"and this is {describe(element)}.",
                         f"Use a set of {describe(Type(element.kind, element.of, True))[10:]}, or ask a field that "
                         "holds the others.")  # fmt: skip
            return None
        return ir.Codes(sets=(piece.name,))

    def _range(self, piece: s.Range, element: Type) -> ir.Codes | None:
        low_text, high_text = piece.text.split("-")
        if element.kind != "code":
            self.problem("SCR313", piece.span, f"Ranges are for codes, and this is {describe(element)}.",
                         f"Write `between {low_text} and {high_text}` instead of `in`.", "not codes")  # fmt: skip
            return None
        low, high = self.shaped(low_text, piece.span, element), self.shaped(high_text, piece.span, element)
        if low is None or high is None:
            return None
        wrong = range_problem(low, high)
        if wrong == "order":
            self.problem("SCR313", piece.span, f"The range `{piece.text}` runs backwards.",
                         f"Write `{high_text}-{low_text}`.", "backwards", edit=f"{high_text}-{low_text}", safe=True
                         )  # fmt: skip
            return None
        if wrong:
            self.problem("SCR313", piece.span, f"The ends of `{piece.text}` have different shapes.",
                         "Both ends need letters and digits in the same places, as in `J0120-J9999`.",
                         "two shapes", edit=f"{{{low_text}, {high_text}}}" if self._bare_range(piece) else None
                         )  # fmt: skip
            return None
        return ir.Codes(ranges=((low, high),))

    def _bare_range(self, piece: s.Range) -> bool:
        return not self.text[: piece.span[0]].rstrip().endswith(("{", ","))

    def _pattern(self, piece: s.Pattern, element: Type) -> ir.Codes | None:
        if element.kind != "code":
            self.problem("SCR314", piece.span, f"Patterns are for codes, and this is {describe(element)}.",
                         "Compare with `=`, `<` or `between`.", "not codes")  # fmt: skip
            return None
        pattern = normalise_pattern(piece.text)
        if element.of == "modifier" and re.fullmatch(r"[A-Z][*?]", pattern) and self.inlined_at is None:
            finger = {"F": "FA, F1-F9", "T": "TA, T1-T9", "E": "E1-E4"}.get(pattern[0])
            opening = "any of {" if re.search(r"\bhas\s*$", self.text[: piece.span[0]]) else "{"
            opening, closing = ("", "") if self._in_braces(piece) else (opening, "}")
            self.problem("SCR405", piece.span, f"`{piece.text}` matches every modifier that begins with {pattern[0]}.",
                         f"Name the ones that are meant, as in `{{{finger or 'LT, RT'}}}`.", "too wide",
                         edit=f"{opening}{finger}{closing}" if finger else None, severity="warning")  # fmt: skip
        return ir.Codes(patterns=(pattern,))

    def _in_braces(self, piece: s.Piece) -> bool:
        before = self.text[: piece.span[0]]
        return before.rfind("{") > before.rfind("}")

    def _list(self, piece: s.Reference | s.Call, element: Type) -> ir.Codes | ir.ListOf | None:
        value = self.value(piece)
        if value is None:
            return None
        type_, text = type_of(value), self.source_text(piece)
        if type_.kind == "row":
            self._name_a_column(piece, type_.of)
            return None
        if not type_.many:
            self.problem("SCR305", piece.span, f"`{text}` is {describe(type_)}, not a list or a set.",
                         f"Compare with `= {text}`.", "one value")  # fmt: skip
            return None
        member = type_.one
        if member.kind == "record" and element_code(member.of):
            member = self.fields_of(member.of)[element_code(member.of)]
        if not comparable(member, element):
            self.problem("SCR314", piece.span, f"`{text}` is {describe(type_)}, and this is {describe(element)}.",
                         "Use a list of the same kind.", describe(type_))  # fmt: skip
            return None
        if isinstance(value, ir.ParameterOf):
            return ir.Codes(parameters=(value.name,), system=element.of, span=self.span(piece))
        return ir.ListOf(value, span=self.span(piece))

    def _twice(self, members: tuple[s.Literal | s.Range | s.Pattern | s.SetName, ...], element: Type) -> None:
        """Warns of members given twice, and of codes that a range or pattern beside them covers."""
        seen: dict[str, s.Piece] = {}
        ranges = [tuple(normalise_code(e) for e in m.text.split("-")) for m in members if isinstance(m, s.Range)]
        patterns = [normalise_pattern(m.text) for m in members if isinstance(m, s.Pattern)]
        wide = CodeMatcher((), [(low, high) for low, high in ranges], patterns, element.of)
        remarks = len(self.problems) + MAX_REMARKS
        for member in members:
            if len(self.problems) >= remarks:
                return
            text = self.source_text(member)
            key = text if isinstance(member, s.SetName) or element.kind != "code" else normalise_pattern(text)
            if key in seen:
                self.problem("SCR403", member.span, f"`{text}` is given twice.", "Take one of them out.", "again",
                             labels=((*seen[key].span, "first here"),), edit=self._without(member), safe=True,
                             severity="warning")  # fmt: skip
            elif isinstance(member, s.Literal) and element.kind == "code" and key in wide:
                self.problem("SCR404", member.span, f"`{text}` is covered by a range or pattern of the same set.",
                             "Take it out.", "covered already", edit=self._without(member), safe=True,
                             severity="warning")  # fmt: skip
            seen.setdefault(key, member)

    def _without(self, member: s.Piece) -> Edit:
        start, end = member.span
        after = re.match(r"\s*,\s*", self.text[end:])
        if after:
            return Edit(start, end + after.end(), "", True)
        before = re.search(r"\s*,\s*$", self.text[:start])
        return Edit(before.start() if before else start, end, "", True)


def _joined(parts: list[ir.Codes], element: Type, span: s.Span) -> ir.Codes:
    def all_of(name: str) -> tuple:  # type: ignore[type-arg]
        return tuple(dict.fromkeys(member for part in parts for member in getattr(part, name)))

    system = element.of if element.kind == "code" else element.kind
    return ir.Codes(
        exact=all_of("exact"), ranges=all_of("ranges"), patterns=all_of("patterns"), sets=all_of("sets"),
        numbers=all_of("numbers"), dates=all_of("dates"), system=system, span=span,
    )  # fmt: skip
