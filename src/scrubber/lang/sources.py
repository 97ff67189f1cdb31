"""Sources: what quantifiers and aggregates range over, with their clauses."""

from __future__ import annotations

from scrubber.core.suggest import listed, suggestions
from scrubber.core.types import DATE, DURATION, Type
from scrubber.lang import ir
from scrubber.lang import syntax as s
from scrubber.lang.scope import Variable, describe, type_of
from scrubber.lang.sets import Sets
from scrubber.lang.words import KEYWORDS


class Sources(Sets):
    """Types sources."""

    def source(self, piece: s.Source) -> ir.Source | None:
        """The source, or None after a problem was recorded. Its element is in scope only inside its ``where``."""
        before = len(self.problems)
        items, record, type_ = self._collection(piece)
        clauses = self._clauses(piece)
        variable = self._name(piece, record)
        nearest = self.nearest_line()
        same, within, where = clauses.get(s.Same), clauses.get(s.Within), clauses.get(s.Where)
        other_than = ""
        if piece.kind.startswith("other_lines"):
            other_than = nearest
            if not nearest:
                self.problem("SCR213", piece.kind_span,
                             "`other line` needs a line to be other than, and there is none here.",
                             "Write `line`, or name a line around it: `any line as first where (any other line ...)`.",
                             "other than which?")  # fmt: skip
        self._same_names(piece, variable, record, nearest if same or other_than else "")
        if len(self.problems) > before:
            return None
        keys, like = self._same(same, record, nearest) if isinstance(same, s.Same) else ((), "")
        span_limit = self._within(within, record) if isinstance(within, s.Within) else None
        condition = None
        if isinstance(where, s.Where):
            self.elements.append(Variable(variable, record, type_))
            condition = self.condition(where.condition)
            self.elements.pop()
        if any(p.severity == "error" for p in self.problems[before:]):
            return None
        return ir.Source(piece.kind, variable, record, items, keys, like, other_than, span_limit, condition,
                         span=self.span(piece))  # fmt: skip

    def element_of(self, source: ir.Source) -> Variable:
        """The variable a source binds."""
        if source.record:
            return Variable(source.variable, source.record, Type("record", source.record))
        return Variable(source.variable, "", type_of(source.items).one if source.items is not None else Type("code"))

    def _collection(self, piece: s.Source) -> tuple[ir.Value | None, str, Type]:
        if piece.items is None:
            record = "claim" if piece.kind == "prior_claims" else "line"
            if piece.kind == "group_lines" and "group" not in self.subject.variables:
                self.problem("SCR202", piece.kind_span, "`group lines` belongs to group scope.",
                             "Set the rule's scope to group, or write `lines`.", "no group here",
                             edit="lines")  # fmt: skip
            return None, record, Type("record", record)
        value = self.reference(piece.items)
        if value is None:
            return None, "", Type("code")
        type_, text = type_of(value), self.source_text(piece.items)
        if not type_.many:
            self.problem("SCR315", piece.items.span, f"`{text}` is {describe(type_)}, not a list.",
                         "Range over `lines`, `other lines`, `prior lines`, or a list such as `line.modifiers`.",
                         "one value")  # fmt: skip
        return value, type_.of if type_.kind == "record" else "", type_.one

    def _clauses(self, piece: s.Source) -> dict[type, s.Piece]:
        found: dict[type, s.Piece] = {}
        names = {s.Same: "with same", s.Within: "within", s.Where: "where"}
        for clause in piece.clauses:
            name = names[type(clause)]
            if type(clause) in found:
                first = found[type(clause)]
                self.problem("SCR123", clause.span, f"`{name}` is given twice.",
                             {"where": "Join the two with `and` in one `where (...)`.",
                              "with same": "Write the keys in one `with same (...)`."}.get(name, "Keep one of them."),
                             "again", labels=((*first.span, "first here"),))  # fmt: skip
            found.setdefault(type(clause), clause)
        if piece.kind == "list":
            for kind in (s.Same, s.Within):
                if kind in found:
                    self.problem("SCR316", found[kind].span, f"A list field takes no `{names[kind]}`.",
                                 "Say it in `where (...)`.", "does not fit")  # fmt: skip
        return found

    def _name(self, piece: s.Source, record: str) -> str:
        if piece.alias is None:
            return "it"
        name = piece.alias.name
        if name in KEYWORDS:
            self.problem("SCR122", piece.alias.span, f"`{name}` is a word of the language and cannot name an element.",
                         "Choose another name, such as `first` or `surgery`.", "reserved")  # fmt: skip
        elif self.variable(name) is not None:
            self.problem("SCR210", piece.alias.span, f"`{name}` already means something here.",
                         "Choose another name for this element.", "taken")  # fmt: skip
        return name

    def _same_names(self, piece: s.Source, variable: str, record: str, compared: str) -> None:
        """Two elements called ``it`` where that would be read wrongly."""
        outer = self.variable("it") if variable == "it" else None
        if outer is not None and piece.clauses and (compared == "it" or (record and outer.record == record)):
            self.problem("SCR210", piece.kind_span, "Two elements are called `it` here.",
                         "Name the outer one with `as`, as in `any line as first where (...)`.", "which `it`?"
                         )  # fmt: skip

    # ---- with same

    def _same(self, piece: s.Same, record: str, nearest: str) -> tuple[tuple[ir.Key, ...], str]:
        like = piece.like.name if piece.like else ("claim" if record == "claim" else nearest)
        if not like:
            self.problem("SCR213", piece.span, "`with same` needs a line to compare with, and there is none here.",
                         "Name one: `any line as first where (any other line with same date ...)`, or write "
                         "`with same ... as claim`.", "the same as which?")  # fmt: skip
            return (), ""
        other = self.variable(like)
        if other is None and piece.like is not None:
            self.unknown_variable(like, piece.like)
            return (), ""
        mine, theirs = self.fields_of(record), self.fields_of(other.record if other else "")
        keys = [self._key(key, mine, theirs, like) for key in piece.keys]
        return tuple(dict.fromkeys(key for key in keys if key is not None)), like

    def _key(self, piece: s.Reference, mine: dict[str, Type], theirs: dict[str, Type], like: str) -> ir.Key | None:
        key = self.key(piece)
        if key is None or key.parameter:
            return key
        name = key.field
        if name == "day" and "date" in mine and ("date" in theirs or "day" in theirs):
            return key
        if name in mine and name in theirs:
            if not mine[name].many and mine[name].kind != "record":
                return key
            self.problem("SCR214", piece.span, f"`{name}` is {describe(mine[name])}: lists are not compared as keys.",
                         "Say it in `where (...)`.", "a list")  # fmt: skip
            return None
        shared = [f for f in mine if f in theirs and not mine[f].many]
        if "date" in mine and ("date" in theirs or "day" in theirs):
            shared.append("day")
        near = suggestions(name, shared)
        missing = "the source" if name not in mine else f"`{like}`"
        self.problem("SCR214", piece.span, f"{missing[:1].upper()}{missing[1:]} has no field `{name}` to compare.",
                     f"Did you mean {listed(near)}?" if near else f"Both have {listed(shared[:12], 'and')}.",
                     "unknown key", edit=near[0] if len(near) == 1 else None)  # fmt: skip
        return None

    def single_key(self, piece: s.Reference, fields: dict[str, Type]) -> ir.Key | None:
        """A key of ``group_by`` or ``pair: same``, whose two sides have the same fields."""
        return self._key(piece, fields, fields, "the other")

    def key(self, piece: s.Reference) -> ir.Key | None:
        """``date`` or ``policy.same_provider``; the field's existence is for the caller to check."""
        if len(piece.parts) == 1:
            return ir.Key(field=piece.parts[0])
        if piece.parts[0] != "policy":
            name = piece.parts[-1]
            self.problem("SCR214", piece.span, "A join key is a field's name alone: both sides have it.",
                         f"Write `{name}`.", "without its owner", edit=name, safe=True)  # fmt: skip
            return None
        value = self._parameter(piece, piece.parts[1])
        if value is None:
            return None
        if type_of(value).kind != "fields":
            self.problem("SCR214", piece.span, f"`{piece.text}` is {describe(type_of(value))}, not a list of fields.",
                         "Use a parameter that lists fields, such as `policy.same_provider`.", "not fields"
                         )  # fmt: skip
            return None
        return ir.Key(parameter=piece.parts[1])

    # ---- within

    def _within(self, piece: s.Within, record: str) -> ir.Within | None:
        duration = self.value(piece.duration)
        anchor = self.value(piece.anchor, DATE)
        if record and "date" not in self.fields_of(record):
            self.problem("SCR316", piece.span,
                         f"`within` needs elements with a date, and {describe(Type('record', record))} "
                         "has none.", "Say it in `where (...)`.", "no date")  # fmt: skip
        if duration is None or anchor is None:
            return None
        if type_of(duration) != DURATION:
            self.problem("SCR301", piece.duration.span, f"`within` takes a duration, and this is "
                         f"{describe(type_of(duration))}.", "Write it as in `within 3 years before`.",
                         describe(type_of(duration)))  # fmt: skip
            return None
        if type_of(anchor) != DATE:
            self.problem("SCR301", piece.anchor.span, f"`within` counts from a date, and this is "
                         f"{describe(type_of(anchor))}.", "Name a date, as in `before line.date`.",
                         describe(type_of(anchor)))  # fmt: skip
            return None
        return ir.Within(duration, piece.direction, anchor, span=self.span(piece))
