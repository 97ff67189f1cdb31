"""What to change so that a condition becomes true, or false: edits of the claim, told from the condition itself.

Each edit mends one clause; the search makes one after another. Nothing here decides whether a condition holds: the
evaluators do.
"""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.core.types import Type
from scrubber.engine.evaluate.lists import code_of
from scrubber.engine.evaluate.reference import lookup_variable
from scrubber.lang import ir
from scrubber.testing.example_elements import NEGATED, NUMBER, TURNED, Elements
from scrubber.testing.example_fields import ordinary
from scrubber.testing.example_state import Edit

_NAMED_BY = frozenset({"procedure", "code"})
"""The field that says what a record is of."""


class Repairs(Elements):
    """Edits for the conditions of one subject."""

    def truth(self, node: ir.Condition, want: bool) -> Iterator[Edit]:
        """Edits towards a condition's being true (or false). Nothing where it is so already."""
        if self.reference.truth(node) is want:
            return
        match node:
            case ir.And() | ir.Or():
                for item in node.items if want else sorted(node.items, key=rank):
                    yield from self.truth(item, want)
            case ir.Not():
                yield from self.truth(node.item, not want)
            case ir.Compare():
                yield from self.compare(node.op if want else NEGATED[node.op], node.left, node.right)
            case ir.Between():
                yield from self.between(node, want != node.negated)
            case ir.In():
                yield from self.membership(node, want != node.negated)
            case ir.Has():
                yield from self.has(node, want)
            case ir.Missing():
                yield from self.missing(node.value, want != node.negated)
            case ir.Flag():
                yield from self.make(node.value, want)
                yield from self.known_at_all(node.value)
            case ir.Quantified():
                yield from self.quantified(node, want)

    def compare(self, op: str, left: ir.Value, right: ir.Value) -> Iterator[Edit]:
        """Edits of either side towards the other's value."""
        sides = [(left, right, op), (right, left, TURNED[op])]
        # The day of sending is moved last: a claim is about its services.
        for mine, other, relation in sorted(sides, key=lambda side: getattr(side[0], "name", "") == "sent_on"):
            if isinstance(mine, ir.CodeConst | ir.NumberConst | ir.MoneyConst | ir.DateConst | ir.TextConst):
                continue
            value = self.reference.value(other)
            type_ = getattr(mine, "type", NUMBER)
            if self.known(value):
                for target in self.targets(relation, value, type_):
                    yield from self.make(mine, target)
                if isinstance(mine, ir.Aggregate):
                    yield from self.counted(mine.source, self.reference.value(mine), relation, value)
                if relation == "!=":
                    for target in ordinary(type_, self.day):
                        yield from self.make(mine, target)
            yield from self.known_at_all(mine)

    def between(self, node: ir.Between, want: bool) -> Iterator[Edit]:
        """Edits of the value, and of the ends where they are fields."""
        low, high = self.reference.value(node.low), self.reference.value(node.high)
        for op, end in ((">=", low), ("<=", high)) if want else (("<", low), (">", high)):
            if self.known(end):
                for target in self.targets(op, end, getattr(node.value, "type", NUMBER)):
                    yield from self.make(node.value, target)
        for op, end in ((">=", node.low), ("<=", node.high)) if want else (("<", node.low), (">", node.high)):
            yield from self.compare(op, node.value, end)

    def membership(self, node: ir.In, want: bool) -> Iterator[Edit]:
        """Edits of the value: a member, or none."""
        type_ = getattr(node.value, "type", NUMBER)
        found = self.members(node.codes, type_) if want else self.strangers(node.codes, type_)
        for each in found:
            yield from self.make(node.value, each)
        if isinstance(node.codes, ir.ListOf):
            mine, listed = self.reference.value(node.value), self.reference.value(node.codes.value)
            if self.known(mine):
                kept = [code_of(each) for each in listed] if self.known(listed) else []
                changed = [*kept, code_of(mine)] if want else [each for each in kept if each != code_of(mine)]
                yield from self.make(node.codes.value, tuple(changed))
        yield from self.known_at_all(node.value)

    def has(self, node: ir.Has, want: bool) -> Iterator[Edit]:
        """Edits of the list: a member added, or taken out."""
        items = self.reference.value(node.items)
        type_ = getattr(node.items, "type", Type("code"))
        kept = [code_of(each) for each in items] if self.known(items) else []
        if (node.mode == "none") == want:
            left = [each for each in kept if self.reference.membership(each, node.codes) is not True]
            yield from self.make(node.items, tuple(left))
            for stranger in self.strangers(node.codes, type_.one)[:2]:
                yield from self.make(node.items, (*left, stranger))
        else:
            found = self.members(node.codes, type_.one)
            for member in found:
                if member not in kept:
                    yield from self.make(node.items, (*kept, member))
                    yield from self.make(node.items, (member,))
            if node.mode == "all" and len(found) > 1:
                yield from self.make(node.items, tuple(dict.fromkeys((*kept, *found))))
        if isinstance(node.codes, ir.ListOf) and kept:
            yield from self.make(node.codes.value, tuple(kept) if (node.mode != "none") == want else ())
            yield from self.known_at_all(node.codes.value)
        yield from self.known_at_all(node.items)

    def missing(self, value: ir.Value, want: bool) -> Iterator[Edit]:
        """Edits that take a value away, or give some."""
        if want:
            yield from self.make(value, None)
            if isinstance(value, ir.Lookup):
                for key in value.keys:
                    for spare in self.ordinary(key):
                        yield from self.make(key, spare)
                    yield from self.known_at_all(key)
                yield from self._read(value)
        elif isinstance(value, ir.Lookup):
            type_ = value.type if value.column else Type("flag")
            for each in ordinary(type_.one, self.day):
                yield from self.make(value, (each,) if type_.many else each)
        else:
            yield from self.known_at_all(value)

    def _read(self, value: ir.Lookup) -> Iterator[Edit]:
        """An edition without rows, where there is no edition."""
        table = self.bindings.table(value.table)
        stored = table.stored_name(self.reference.world, self.reference.variables.get(lookup_variable(value)))
        if table.table.rows is None and isinstance(stored, str):
            yield lambda state: state["tables"].setdefault(stored, [])


def rank(item: ir.Condition) -> int:
    """Where a condition stands among those that may be made false: the smaller, the nearer it leaves the claim.

    Numbers and dates first, which have a boundary; what is given before what is taken away; another procedure, or none,
    late, because any rule is clear of it; another form of claim last, because hardly a rule asks anything of that.
    """
    match item:
        case ir.Compare() | ir.Between():
            left = item.left if isinstance(item, ir.Compare) else item.value
            kind = getattr(left, "type", None)
            first = 0 if kind is None or kind.kind in ("number", "money", "date") else 2
        case ir.Missing(negated=False):
            first = 1
        case ir.In() | ir.Missing():
            first = 3 if isinstance(item.value, ir.FieldOf) and item.value.name in _NAMED_BY else 2
        case _:
            first = 1
    form = any(isinstance(node, ir.FieldOf) and (node.record, node.name) == ("claim", "type")
               for node in ir.nodes_of(item))  # fmt: skip
    return 4 if form else first
