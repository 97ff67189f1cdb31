"""The reference evaluator: the meaning of the language, said as plainly as it can be. No index, no cleverness.

``truth`` gives True, False or :class:`Unknown`; ``value`` gives a value, ``ABSENT``, or :class:`Unknown`. The compiled
evaluator is held equal to this one by tests. With a ``trace``, every value read is kept as evidence.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrubber.core.logic import ABSENT, Reason, ReasonKind, Truth, Unknown, all_of, any_of, merge, negate
from scrubber.engine.evaluate.known import Known
from scrubber.engine.evaluate.lists import BoundCodes, code_of
from scrubber.engine.evaluate.operations import COMPARE, arithmetic, number, within
from scrubber.engine.evaluate.world import NO_HISTORY, Bindings, Group, World, first_and_last
from scrubber.lang import ir
from scrubber.lang.functions import FUNCTIONS

FROM_PAYER_MAP = frozenset({"payer", "payer_class", "product", "secondary_payer", "secondary_payer_class"})
IN_CLAIM = frozenset({"missing_field", "unmapped_payer"})


class Reference:
    """Evaluates conditions over one world and the variables of one subject."""

    def __init__(self, world: World, bindings: Bindings, variables: dict[str, Any], trace: Any = None) -> None:
        self.world = world
        self.bindings = bindings
        self.variables = variables
        self.trace = trace

    # ---- conditions ----

    def truth(self, node: ir.Condition) -> Truth:
        """The truth of a condition."""
        match node:
            case ir.And():
                return self.together(node.items)
            case ir.In():
                found = self.membership(self.value(node.value), node.codes)
                if found is ABSENT:
                    return False
                return negate(found) if node.negated else found
            case ir.Or():
                return any_of([self.truth(item) for item in node.items])
            case ir.Not():
                return negate(self.truth(node.item))
            case ir.Compare():
                return self.compare(node.op, self.value(node.left), self.value(node.right))
            case ir.Between():
                value, low, high = self.value(node.value), self.value(node.low), self.value(node.high)
                if value is ABSENT or low is ABSENT or high is ABSENT:
                    return False
                inside = all_of([self.compare(">=", value, low), self.compare("<=", value, high)])
                return negate(inside) if node.negated else inside
            case ir.Has():
                return self.has(node)
            case ir.Missing():
                value = self.value(node.value)
                if isinstance(value, Unknown) and isinstance(node.value, ir.Lookup) and no_key(node.value, value):
                    return value
                missing = self.missing(value)
                return negate(missing) if node.negated else missing
            case ir.Flag():
                value = self.value(node.value)
                return value if isinstance(value, Unknown) else value is True
            case Known():
                value = self.value(node.value)
                return value if isinstance(value, Unknown) else value is not ABSENT
            case ir.Quantified():
                return self.quantified(node)

    def together(self, items: tuple[ir.Condition, ...]) -> Truth:
        """Whether all hold. False settles it: what stands behind is looked at where everything is to be shown."""
        truths: list[Truth] = []
        for item in items:
            met = self.truth(item)
            if met is False and not self.thorough:
                return False
            truths.append(met)
        return all_of(truths)

    @property
    def thorough(self) -> bool:
        """Whether what decides nothing more is to be read all the same."""
        return self.trace is not None and self.trace.thorough

    def compare(self, op: str, left: Any, right: Any) -> Truth:
        if left is ABSENT or right is ABSENT:
            return False
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return merge([side for side in (left, right) if isinstance(side, Unknown)])
        return COMPARE[op](code_of(left), code_of(right))

    def membership(self, value: Any, codes: ir.Codes | ir.ListOf) -> Any:
        members = self.members(codes)
        if value is ABSENT or members is ABSENT:
            return ABSENT
        unknown = [side for side in (value, members) if isinstance(side, Unknown)]
        if unknown:
            return merge(unknown)
        if isinstance(members, BoundCodes):
            return members.holds(value, self.world.day)
        return any_of([self.same_code(value, member) for member in members])

    def members(self, codes: ir.Codes | ir.ListOf) -> Any:
        return self.value(codes.value) if isinstance(codes, ir.ListOf) else self.bindings.codes(codes)

    @staticmethod
    def same_code(left: Any, right: Any) -> Truth:
        left, right = code_of(left), code_of(right)
        return Unknown(Reason("missing_field", "code")) if left is None or right is None else left == right

    def has(self, node: ir.Has) -> Truth:
        items, members = self.value(node.items), self.members(node.codes)
        if items is ABSENT or members is ABSENT:
            return False
        unknown = [side for side in (items, members) if isinstance(side, Unknown)]
        if unknown:
            return merge(unknown)
        if isinstance(members, BoundCodes):
            if node.mode == "all":
                return members.all_met(items, self.world.day)
            found = any_of([members.holds(item, self.world.day) for item in items])
        elif node.mode == "all":
            return all_of([any_of([self.same_code(item, member) for item in items]) for member in members])
        else:
            found = any_of([self.same_code(item, member) for item in items for member in members])
        return negate(found) if node.mode == "none" else found

    @staticmethod
    def missing(value: Any) -> Truth:
        if isinstance(value, Unknown):
            return value if any(reason.kind not in IN_CLAIM for reason in value.reasons) else True
        return value is ABSENT or value == ()

    def quantified(self, node: ir.Quantified) -> Truth:
        truths: list[Truth] = []
        for item, met in self.elements(node.source):
            if self.trace is not None and node.mode == "any" and met is True:
                self.trace.witness(node.source, item)
            truths.append(met if node.satisfy is None else self.satisfied(node.source, item, met, node.satisfy))
        hidden: list[Truth] = [NO_HISTORY] if self.incomplete(node.source) else []
        match node.mode:
            case "any":
                return any_of(truths + hidden)
            case "no":
                return negate(any_of(truths + hidden))
            case "all":
                return all_of(truths + hidden)
        wanted = self.value(node.count) if node.count else 0
        if wanted is ABSENT:
            return False
        if isinstance(wanted, Unknown):
            return wanted
        sure = sum(truth is True for truth in truths)
        doubts = [truth for truth in truths + hidden if isinstance(truth, Unknown)]
        most = sure + len(doubts) if not hidden else float("inf")
        if node.mode == "at_least":
            decided = True if sure >= wanted else False if most < wanted else None
        elif node.mode == "at_most":
            decided = False if sure > wanted else True if most <= wanted else None
        else:
            decided = False if sure > wanted or most < wanted else True if not doubts else None
        return merge(doubts) if decided is None else decided

    def satisfied(self, source: ir.Source, item: Any, met: Truth, satisfy: ir.Condition) -> Truth:
        """Whether an element is what all that count must be; one that does not count is."""
        if met is False and not self.thorough:
            return True
        return negate(all_of([met, negate(self.inside(source, item, satisfy))]))

    # ---- sources ----

    def incomplete(self, source: ir.Source) -> bool:
        return source.reaches_history and not self.world.complete

    def elements(self, source: ir.Source) -> Iterator[tuple[Any, Truth]]:
        """Each element with the truth of its being counted."""
        excluded = self.variables.get(source.other_than) if source.kind.startswith("other") else None
        for item in self.collection(source):
            if item is excluded or (isinstance(excluded, Group) and item in excluded):
                continue
            truths: list[Truth] = []
            like = self.variables.get(source.like)
            for key in source.same:
                for name in [key.field] if key.field else self.bindings.parameter(key.parameter):
                    truths.append(self.share(name, item, like))
            if source.within:
                truths.append(self.near(source.within, item))
            if source.where and (self.thorough or not any(truth is False for truth in truths)):
                truths.append(self.inside(source, item, source.where))
            yield item, all_of(truths)

    def collection(self, source: ir.Source) -> Any:
        world = self.world
        match source.kind:
            case "lines" | "other_lines":
                return world.claim.lines
            case "lines_on_any_claim" | "other_lines_on_any_claim":
                return world.claim.lines + world.prior_lines
            case "prior_lines":
                return world.prior_lines
            case "prior_claims":
                return world.prior
            case "group_lines":
                return self.variables["group"].lines
        items = self.value(source.items) if source.items else ()
        return () if items is ABSENT or isinstance(items, Unknown) else items

    def inside(self, source: ir.Source, item: Any, condition: ir.Condition) -> Truth:
        """A condition in which the source's variable names ``item``."""
        outer = self.variables
        self.variables = {**outer, source.variable: item}
        try:
            return self.truth(condition)
        finally:
            self.variables = outer

    def share(self, key: str, item: Any, like: Any) -> Truth:
        """Whether two elements have the same key. Of the key ``day``: whether there is a day that both cover, so that
        each begins no later than the other ends."""
        if key != "day":
            return self.compare("=", self.field(item, key), self.field(like, key))
        days = [[self.field(each, name) for name in first_and_last(each.record)] for each in (item, like)]
        (first, last), (their_first, their_last) = days
        return all_of([self.compare("<=", first, their_last), self.compare("<=", their_first, last)])

    def near(self, clause: ir.Within, item: Any) -> Truth:
        day, duration, anchor = self.field(item, "date"), self.value(clause.duration), self.value(clause.anchor)
        if ABSENT in (duration, anchor):
            return False
        unknown = [part for part in (day, duration, anchor) if isinstance(part, Unknown)]
        return merge(unknown) if unknown else within(day, duration, clause.direction, anchor)

    # ---- values ----

    def value(self, node: ir.Value) -> Any:
        """The value of an operand."""
        match node:
            case ir.FieldOf():
                return self.field(self.variables[node.variable], node.name)
            case ir.CodeConst() | ir.TextConst() | ir.DateConst():
                return node.value
            case ir.NumberConst():
                return number(node.text)
            case ir.MoneyConst():
                return node.cents
            case ir.DurationConst():
                return (node.count, node.unit)
            case ir.Element():
                return self.variables[node.variable]
            case ir.ParameterOf():
                return self.bindings.parameter(node.name)
            case ir.Arithmetic():
                return self.applied(arithmetic(node.op, node.type), [self.value(node.left), self.value(node.right)])
            case ir.Call():
                return self.applied(FUNCTIONS[node.function].implementation, [self.value(a) for a in node.arguments])
            case ir.Lookup():
                return self.lookup(node)
            case ir.Aggregate():
                return self.aggregate(node)

    def field(self, owner: Any, name: str) -> Any:
        """A field; missing is Unknown with the field's name and its line's number."""
        found = getattr(owner, name)
        if self.trace is not None:
            self.trace.read(owner, name, found)
        if found is not None:
            return found
        record = owner.record
        kind: ReasonKind = (
            "unmapped_payer" if record in ("claim", "payer") and name in FROM_PAYER_MAP else "missing_field"
        )
        return Unknown(Reason(kind, f"{record}.{name}", owner.number if record == "line" else None))

    @staticmethod
    def applied(function: Any, arguments: list[Any]) -> Any:
        if any(argument is ABSENT for argument in arguments):
            return ABSENT
        unknown = [argument for argument in arguments if isinstance(argument, Unknown)]
        if unknown:
            return merge(unknown)
        result = function(*arguments)
        return Unknown(Reason("missing_field", "the result of a calculation")) if result is None else result

    def lookup(self, node: ir.Lookup) -> Any:
        keys = [self.value(key) for key in node.keys]
        variable = lookup_variable(node)
        subject = self.variables.get(variable) if variable else None
        day = self.value(node.at) if node.at else lookup_day(subject, self.world)
        if ABSENT in (*keys, day):
            return ABSENT
        unknown = [part for part in (*keys, day) if isinstance(part, Unknown)]
        if unknown:
            return merge(unknown)
        keys = [code_of(key) for key in keys]
        table = self.bindings.table(node.table)
        found = table.value(self.world, tuple(keys), node.column, day, subject)
        if self.trace is not None:
            self.trace.looked_up(node, keys, found, table.edition_name(self.world, day, subject))
        return found

    def aggregate(self, node: ir.Aggregate) -> Any:
        values: list[Any] = []
        doubts: list[Unknown] = [NO_HISTORY] if self.incomplete(node.source) else []
        for item, met in self.elements(node.source):
            if isinstance(met, Unknown):
                doubts.append(met)
            elif met:
                found = self.measured(node, item)
                if isinstance(found, Unknown):
                    doubts.append(found)
                elif found is not ABSENT:
                    values.append(found)
        if doubts:
            return merge(doubts)
        if node.mode == "count":
            return len(values)
        if node.mode == "count_distinct":
            return len({code_of(value) for value in values})
        if node.mode == "sum":
            return sum(values)
        if not values:
            return Unknown(Reason("missing_field", "the result of a calculation"))
        return min(values) if node.mode == "least" else max(values)

    def measured(self, node: ir.Aggregate, item: Any) -> Any:
        if node.value is None:
            return item
        outer = self.variables
        self.variables = {**outer, node.source.variable: item}
        try:
            return self.value(node.value)
        finally:
            self.variables = outer


def lookup_variable(node: ir.Lookup) -> str:
    """The variable whose record decides a look-up's day and setting: that of the first key that names a line."""
    for key in node.keys:
        if isinstance(key, ir.FieldOf) and key.record in ("line", "claim", "group"):
            return key.variable
    return ""


def no_key(node: ir.Lookup, found: Unknown) -> bool:
    """Whether a look-up is unknown for lack of a key, a day or what its setting goes by, so that nobody knows whether
    there is a row.

    An empty cell of a row that was found is another matter: it is missing.
    """
    return not node.column or found.reasons != empty_cell(node)


def empty_cell(node: ir.Lookup) -> frozenset[Reason]:
    """Why the cell that a look-up asks for is unknown where it is empty; nothing where it asks for none."""
    return frozenset([Reason("missing_field", f"{node.table}.{node.column}")] if node.column else ())


def lookup_day(subject: Any, world: World) -> Any:
    """The date of a look-up that says none: the line's, the group's day, else the day of the rule's subject.

    A line without a date has none: another line's day would choose a row of another time.
    """
    day = world.day if subject is None else subject.day if isinstance(subject, Group) else subject.date
    return day if day is not None else Unknown(Reason("missing_field", "line.date"))
