"""What lints look at: each rule as written beside the rule as compiled, with every clause in its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from scrubber.core.places import Place, Text
from scrubber.core.types import DATE, code
from scrubber.engine.compile.program import CompiledRevision, CompiledRule, Program
from scrubber.engine.evaluate.lists import BoundCodes
from scrubber.engine.evaluate.world import SCOPE_VARIABLES
from scrubber.engine.plan.bindings import PackBindings
from scrubber.engine.plan.triggers import Triggers, necessary, necessary_on_claim
from scrubber.lang import ir
from scrubber.packs.model import Applies, Choice, Pack, Revision, Rule, Tree
from scrubber.tables.store import TableStore

ASKED = (("claim_type", "type"), ("payer", "payer"), ("payer_class", "payer_class"), ("product", "product"),
         ("state", "payer_state"))  # fmt: skip
SYSTEMS = {"type": "claim_type", "payer_class": "payer_class", "payer_state": "state"}


class Clause:
    """One condition as written: its text with places, and what it means."""

    __slots__ = ("condition", "text")

    def __init__(self, text: Text, condition: ir.Condition) -> None:
        self.text, self.condition = text, condition

    def place(self, node: ir.Node) -> Place:
        """Where a part of the condition stands."""
        start, end = node.span
        return self.text.at(start, end) if end > start else self.text.place


class RevisionView:
    """One revision: ``source`` as written, ``compiled`` as it runs."""

    def __init__(self, rule: RuleView, source: Revision, compiled: CompiledRevision) -> None:
        self.rule, self.source, self.compiled = rule, source, compiled

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """Every condition of ``when``, in order."""
        when, tree = self.compiled.when, self.source.when
        return tuple(_clauses(tree, when)) if when is not None and tree is not None else ()

    @cached_property
    def required(self) -> tuple[Clause, ...]:
        """The conditions of ``when`` that all have to hold: those of its outermost list."""
        tree, when = self.source.when, self.compiled.when
        if tree is None or when is None or tree.mode not in ("text", "all"):
            return ()
        if tree.mode == "text" or len(tree.items) == 1:
            return self.clauses if len(self.clauses) == 1 else ()
        parts = when.items if isinstance(when, ir.And) else ()
        return tuple(
            Clause(item.text, part) for item, part in zip(tree.items, parts, strict=False) if item.text is not None
        )

    @cached_property
    def exceptions(self) -> tuple[Clause, ...]:
        """The conditions of ``unless``, in order."""
        pairs = zip(self.source.unless, self.compiled.unless, strict=False)
        return tuple(Clause(text.condition, item.condition) for text, item in pairs)

    @property
    def place(self) -> Place:
        """Where to point when the whole condition is meant: its first line, else the rule's."""
        return self.clauses[0].text.place if self.clauses else self.rule.source.place

    @cached_property
    def reach(self) -> ir.Condition:
        """Whom and when the revision is about, said as a condition."""
        parts = [part for criteria in self.rule.compiled.applies for part in _criteria(criteria)]
        window, first, last = self.compiled.window, self.compiled.window.first, self.compiled.window.last
        if window.first or window.last:
            line = SCOPE_VARIABLES[self.rule.compiled.scope][:1] in (("line",),) and self.rule.compiled.basis == "from"
            day = ir.FieldOf(variable="line" if line else "rule", record="line", name="date" if line else "day",
                             type=DATE)  # fmt: skip
            parts += [ir.Compare(op=">=", left=day, right=ir.DateConst(value=first))] if first else []
            parts += [ir.Compare(op="<=", left=day, right=ir.DateConst(value=last))] if last else []
        return ir.And(items=tuple(parts))

    @cached_property
    def lifted(self) -> ir.Condition:
        """True where an exception holds."""
        return ir.Or(items=tuple(item.condition for item in self.compiled.unless))

    @cached_property
    def when(self) -> ir.Condition:
        """The condition; true where there is none."""
        return self.compiled.when if self.compiled.when is not None else ir.And(items=())

    @cached_property
    def fires(self) -> ir.Condition:
        """True where a finding comes of it."""
        return ir.And(items=(self.reach, self.when, ir.Not(item=self.lifted)))

    @cached_property
    def triggers(self) -> Triggers:
        """The codes without which it cannot fire."""
        scope = self.rule.compiled.scope
        if scope == "claim":
            return necessary_on_claim(self.compiled.when)
        return necessary(self.compiled.when, SCOPE_VARIABLES[scope][0])


class RuleView:
    """A rule as written, as compiled, and with the names it may use bound."""

    def __init__(self, pack: Pack, source: Rule, compiled: CompiledRule, bindings: PackBindings) -> None:
        self.pack, self.source, self.compiled, self.bindings = pack, source, compiled, bindings
        pairs = zip(source.revisions, compiled.revisions, strict=True)
        self.revisions = tuple(RevisionView(self, written, made) for written, made in pairs)

    @property
    def id(self) -> str:
        """The rule's id."""
        return self.source.id

    def codes(self, codes: ir.Codes) -> BoundCodes:
        """A code set of this rule, bound."""
        return self.bindings.codes(codes)


class Context:
    """The packs under lint. ``store`` has the tables at hand; None where there are none."""

    def __init__(self, packs: Sequence[Pack], program: Program, store: TableStore | None = None) -> None:
        self.packs, self.program, self.store = tuple(packs), program, store
        self.program_packs = {pack.id: pack for pack in program.packs}
        defaults = {key: parameter.default for key, parameter in program.parameters.items()}
        self.bindings: Mapping[str, PackBindings] = {
            pack.id: PackBindings(program, pack, {}, defaults) for pack in program.packs
        }
        compiled = iter(program.rules)
        self.rules = tuple(
            RuleView(pack, rule, next(compiled), self.bindings[pack.id]) for pack in packs for rule in pack.rules
        )

    def revisions(self) -> Iterator[RevisionView]:
        """Every revision of every rule that is not retired."""
        for rule in self.rules:
            if rule.source.status != "retired":
                yield from rule.revisions


def _clauses(tree: Tree, condition: ir.Condition) -> Iterator[Clause]:
    if tree.text is not None:
        yield Clause(tree.text, condition)
        return
    inner = condition.item if tree.mode == "none" and isinstance(condition, ir.Not) else condition
    if len(tree.items) == 1:
        yield from _clauses(tree.items[0], inner)
    elif isinstance(inner, ir.And | ir.Or):
        for item, part in zip(tree.items, inner.items, strict=False):
            yield from _clauses(item, part)


def _criteria(criteria: Applies) -> Iterator[ir.Condition]:
    for asked, name in ASKED:
        choice: Choice = getattr(criteria, asked)
        owner = ir.FieldOf(variable="claim", record="claim", name=name, type=code(SYSTEMS.get(name, "")))
        if choice.any_of:
            yield ir.In(value=owner, codes=ir.Codes(exact=choice.any_of, system=owner.type.of))
        if choice.none_of:
            yield ir.In(value=owner, codes=ir.Codes(exact=choice.none_of, system=owner.type.of), negated=True)


def walk(node: ir.Condition) -> Iterator[ir.Condition]:
    """A condition and every condition inside it, those of sources too."""
    yield node
    match node:
        case ir.And() | ir.Or():
            for item in node.items:
                yield from walk(item)
        case ir.Not():
            yield from walk(node.item)
        case ir.Quantified():
            if node.source.where is not None:
                yield from walk(node.source.where)
            if node.satisfy is not None:
                yield from walk(node.satisfy)
