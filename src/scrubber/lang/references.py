"""Names of values: fields, parameters, bare elements, calendars; and what is said of a name that is not there."""

from __future__ import annotations

from scrubber.core.dates import CALENDARS
from scrubber.core.suggest import did_you_mean, listed, suggestions
from scrubber.core.types import Type
from scrubber.lang import ir
from scrubber.lang import syntax as s
from scrubber.lang.literals import Literals
from scrubber.lang.scope import describe
from scrubber.lang.words import SCOPES_OF

_NUMBER_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


class References(Literals):
    """Finds what names stand for."""

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
