"""Edits of what a quantifier or an aggregate ranges over: lines, earlier claims, diagnoses, lists of codes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from typing import Any, Final

from scrubber.core.catalogue import RECORDS
from scrubber.core.dates import add_duration
from scrubber.core.logic import ABSENT
from scrubber.core.types import Type
from scrubber.engine.evaluate.lists import code_of
from scrubber.engine.evaluate.world import Group, first_and_last
from scrubber.lang import ir
from scrubber.testing.example_fields import SPARE, more_lines, ordinary
from scrubber.testing.example_state import Edit, Path, State, at
from scrubber.testing.example_values import Values
from scrubber.testing.neighbours import after

TURNED: Final = {"=": "=", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
NEGATED: Final = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
NUMBER = Type("number")
MANY = 60
"""Lists longer than this are not made up."""
_DAY = timedelta(days=1)


class Elements(Values, ABC):
    """Edits that let a source have more elements that are counted, or fewer."""

    @abstractmethod
    def truth(self, node: ir.Condition, want: bool) -> Iterator[Edit]:
        """Edits towards a condition's being true (or false)."""

    def counted(self, source: ir.Source, current: Any, relation: str, wanted: Any) -> Iterator[Edit]:
        """Edits that put elements in or take them out, towards a number of them."""
        if isinstance(source.items, ir.FieldOf) and self.known(wanted):
            yield from self._as_many(source.items, int(wanted) + (relation in (">", "!=")) - (relation == "<"))
        if not self.known(current):
            yield from self.more(source)
            yield from self.fewer(source)
        if relation in (">", ">=", "!=") or (relation == "=" and (not self.known(current) or current < wanted)):
            yield from self.more(source)
        if relation in ("<", "<=", "!=") or (relation == "=" and self.known(current) and current > wanted):
            yield from self.fewer(source)

    def _as_many(self, items: ir.FieldOf, count: int) -> Iterator[Edit]:
        """A list of so many codes, each different."""
        type_ = items.type
        system = "diagnosis" if type_.of == "diagnosis" else type_.of
        codes = [*SPARE.get(system, ())] or list(ordinary(type_.one, self.day))
        if type_.kind == "number":
            yield from self.make(items, tuple(range(1, count + 1)))
            return
        while len(codes) < count:
            codes.append(after(str(codes[-1])))
        if 0 < count <= MANY:
            yield from self.make(items, tuple(codes[:count]))

    def quantified(self, node: ir.Quantified, want: bool) -> Iterator[Edit]:
        """Edits of the elements, and of how many there are."""
        mode = node.mode
        if self.reference.incomplete(node.source):
            yield lambda state: state.setdefault("history", [])
        if mode in ("any", "no"):
            yield from self.more(node.source) if (mode == "any") == want else self.fewer(node.source)
        elif mode == "all" and node.satisfy is not None:
            yield from self._all(node, node.satisfy, want)
        elif node.count is not None:
            wanted = self.reference.value(node.count)
            relation = {"at_least": ">=", "at_most": "<=", "exactly": "="}[mode]
            current = sum(met is True for _, met in self.reference.elements(node.source))
            if self.known(wanted):
                yield from self.counted(node.source, current, relation if want else NEGATED[relation], wanted)

    def _all(self, node: ir.Quantified, satisfy: ir.Condition, want: bool) -> Iterator[Edit]:
        for item, met in self.reference.elements(node.source):
            if met is not False:
                yield from self.inside(node.source, item, lambda: list(self.truth(satisfy, want)))
        if want:
            yield from self.fewer(node.source)
        else:
            yield from self.more(node.source)

    def more(self, source: ir.Source) -> Iterator[Edit]:
        """Edits that let one more element be counted: one that is there is made to fit, or one is added."""
        for item, met in self.reference.elements(source):
            if met is not True:
                yield from self._fit(source, item)
        if source.record:
            yield from self._added(source)
        elif source.items is not None:
            kept = self.reference.value(source.items)
            kept = tuple(code_of(each) for each in kept) if self.known(kept) else ()
            type_ = getattr(source.items, "type", Type("code")).one
            for value in (*self._elements(source.where), *ordinary(type_, self.day)[:2]):
                yield from self.make(source.items, (value,))
                yield from self.make(source.items, (*kept, value))

    def fewer(self, source: ir.Source) -> Iterator[Edit]:
        """Edits that let one element less be counted."""
        for item, met in self.reference.elements(source):
            if met is False:
                continue
            if source.where is not None:
                where = source.where
                yield from self.inside(source, item, lambda w=where: list(self.truth(w, False)))
            if source.within is not None:
                yield from self.inside(source, item, lambda i=item: list(self._near(source.within, i, False)))
            path = self.paths.get(id(item))
            if path is not None:
                yield _removed(path)
        if source.items is not None and not source.record:
            yield from self.make(source.items, ())

    def _fit(self, source: ir.Source, item: Any) -> Iterator[Edit]:
        like: Any = self.reference.variables.get(source.like)
        for key in source.same:
            for name in [key.field] if key.field else self.bindings.parameter(key.parameter):
                mine, other = (first_and_last(each.record)[0] if name == "day" else name for each in (item, like))
                ours, theirs = getattr(item, mine, None), getattr(like, other, None)
                if theirs is None:
                    yield from self.join_key(like, other)
                elif ours != theirs:
                    yield from self.field(item, mine, theirs)
        if source.within is not None:
            yield from self.inside(source, item, lambda: list(self._near(source.within, item, True)))
        if source.where is not None:
            where = source.where
            yield from self.inside(source, item, lambda: list(self.truth(where, True)))

    def join_key(self, owner: Any, name: str) -> Iterator[Edit]:
        """A value for a join key that is missing."""
        found = RECORDS.get(owner.record, {}).get(name) or RECORDS["line"].get(name)
        if found is not None:
            for value in ordinary(found.type, self.day, name)[:1]:
                yield from self.field(owner, name, (value,) if found.type.many else value)

    def _near(self, clause: Any, item: Any, want: bool) -> Iterator[Edit]:
        """Edits of an element's day, towards or away from what `within` asks."""
        duration, anchor = self.reference.value(clause.duration), self.reference.value(clause.anchor)
        if duration is ABSENT or not self.known(duration) or not self.known(anchor):
            return
        first, last = add_duration(anchor, -duration[0], duration[1]), add_duration(anchor, *duration)
        inside = {"before": (anchor - _DAY, first), "after": (anchor + _DAY, last), "of": (anchor, first, last)}
        outside = {"before": (first and first - _DAY, anchor), "after": (last and last + _DAY, anchor),
                   "of": (first and first - _DAY, last and last + _DAY)}  # fmt: skip
        for day in (inside if want else outside)[clause.direction]:
            if day is not None:
                yield from self.field(item, "date", day)

    def _elements(self, where: Any) -> Iterator[Any]:
        """Values that the bare elements of a list are compared with."""
        for node in ir.nodes_of(where):
            if isinstance(node, ir.Compare):
                for side, op in ((node.right, node.op), (node.left, TURNED[node.op])):
                    value = self.reference.value(side) if not isinstance(side, ir.Element) else None
                    if self.known(value):
                        yield from self.targets(op, value, NUMBER)
            elif isinstance(node, ir.In):
                yield from self.members(node.codes, Type("code"))
                yield from self.strangers(node.codes, Type("code"))[:2]

    def _added(self, source: ir.Source) -> Iterator[Edit]:
        like = self.reference.variables.get(source.like) or self.reference.variables.get("line")
        lines = like.lines if isinstance(like, Group) else (like,) if like is not None and like.record == "line" else ()
        codes = [*(line.procedure for line in lines[:1] if line.procedure), SPARE["procedure"][2]]
        kind = source.kind
        if kind in ("lines", "other_lines") or kind.endswith("any_claim"):
            yield from (more_lines(("claim",), {"procedure": code}) for code in codes)
            yield from (_copied(self.paths[id(line)]) for line in lines[:1] if id(line) in self.paths)
        elif kind == "group_lines":
            group = self.reference.variables["group"]
            yield from (_copied(self.paths[id(line)]) for line in group.lines[:1] if id(line) in self.paths)
        if kind.startswith("prior") or kind.endswith("any_claim"):
            # Of the form of this claim: earlier claims of another form are seldom asked for.
            yield from (_earlier(code, self.reference.world.claim.type) for code in codes)
        if kind == "list" and isinstance(source.items, ir.FieldOf):
            yield from self._record_added(source.items)

    def _record_added(self, items: ir.FieldOf) -> Iterator[Edit]:
        owner = self.reference.variables[items.variable]
        kept = self.reference.value(items)
        kept = list(kept) if self.known(kept) else []
        kind = RECORDS[items.record][items.name].type.of
        if kind in ("diagnosis", "icd_procedure"):
            for spare in SPARE[kind]:
                yield from self.field(owner, items.name, tuple(dict.fromkeys((*map(code_of, kept), spare))))
        elif items.name in ("other_payers", "payers"):
            path = self.paths.get(id(owner), ("claim",))

            def edit(state: State) -> None:
                at(state, path).setdefault("other_payers", []).append({"name": "OTHER PAYER", "sequence": "S"})

            yield edit


def _copied(path: Path) -> Edit:
    return lambda state: at(state, path[:-1]).append(deepcopy(at(state, path)))


def _earlier(code: str, type_: str | None) -> Edit:
    form = {} if type_ in (None, "PROFESSIONAL") else {"type": type_}
    return lambda state: state.setdefault("history", []).append({**form, "lines": [{"procedure": code}]})


def _removed(path: Path) -> Edit:
    def edit(state: State) -> None:
        holder = at(state, path[:-1])
        if path[-1] == "claim" or (path[-2] == "lines" and len(holder) == 1 and path[0] == "claim"):
            return
        if path[-2] == "lines" and len(holder) == 1:
            del state["history"][path[1]]
        elif isinstance(path[-1], int) and path[-1] < len(holder):
            del holder[path[-1]]

    return edit
