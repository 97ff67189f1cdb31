"""Each clause of a rule on one subject: its truth, what it read, and what it is made of."""

from __future__ import annotations

from typing import Any

from scrubber.core.logic import Truth, Unknown, all_of, in_order
from scrubber.engine.evaluate.reference import Reference
from scrubber.engine.evaluate.trace import Trace
from scrubber.engine.evaluate.world import World
from scrubber.engine.explain.explanation import Clause
from scrubber.engine.judge.outcome import evaluator
from scrubber.engine.plan.rule import BoundRevision
from scrubber.engine.tell.gaps import say_reason
from scrubber.lang import ir
from scrubber.lang.unparse import unparse, unparse_key

ELEMENTS_SHOWN = 20
DEEPEST = 6


def clauses_of(bound: BoundRevision, world: World, variables: dict[str, Any]) -> tuple[Clause, ...]:
    """The clauses of ``when``, in the author's words where each has its own."""
    if bound.when is None:
        return ()
    items = bound.when.items if isinstance(bound.when, ir.And) else (bound.when,)
    written = bound.revision.clauses
    texts = list(written) if len(written) == len(items) else [""] * len(items)
    return tuple(_clause(bound, world, variables, item, text) for item, text in zip(items, texts, strict=True))


def exceptions_of(bound: BoundRevision, world: World, variables: dict[str, Any]) -> tuple[Clause, ...]:
    """The exceptions, in order."""
    return tuple(_clause(bound, world, variables, item.condition, item.text) for item in bound.revision.unless)


def _clause(bound: BoundRevision, world: World, variables: dict[str, Any], node: ir.Condition, text: str) -> Clause:
    trace = Trace(thorough=True)
    evaluate = evaluator(bound, world, variables, trace)
    line = "line" if bound.scope in ("line", "pair") else ""
    return _told(evaluate, trace, node, " ".join(text.split()) or unparse(node, line), line, 0)


def _told(evaluate: Reference, trace: Trace, node: ir.Condition, text: str, line: str, depth: int) -> Clause:
    mine = Trace(thorough=True)
    evaluate.trace = mine
    truth = evaluate.truth(node)
    parts: list[Clause] = []
    if depth < DEEPEST:
        inner: tuple[ir.Condition, ...] = ()
        if isinstance(node, ir.And | ir.Or):
            inner = node.items
        elif isinstance(node, ir.Not) and isinstance(node.item, ir.And | ir.Or | ir.Quantified):
            inner = (node.item,)
        parts += [_told(evaluate, trace, item, unparse(item, line), line, depth + 1) for item in inner]
        if isinstance(node, ir.Quantified):
            parts += _elements(evaluate, node)
    return Clause(text, truth_said(truth), reasons_said(truth), mine.evidence() if not parts else (), tuple(parts))


def _elements(evaluate: Reference, node: ir.Quantified) -> list[Clause]:
    """The elements a quantifier looked at, each with the clauses that kept or dropped it."""
    source = node.source
    excluded = evaluate.variables.get(source.other_than) if source.kind.startswith("other") else None
    items = [item for item in evaluate.collection(source) if item is not excluded]
    found = [_element(evaluate, source, item, at) for at, item in enumerate(items[:ELEMENTS_SHOWN], 1)]
    if not items:
        what = source.kind.replace("prior", "earlier").replace("_", " ")
        found.append(Clause(f"there are no {what} to look at", "unknown" if evaluate.incomplete(source) else "false"))
    elif len(items) > ELEMENTS_SHOWN:
        found.append(Clause(f"and {len(items) - ELEMENTS_SHOWN} more", "unknown"))
    return found


def _element(evaluate: Reference, source: ir.Source, item: Any, at: int) -> Clause:
    number = getattr(item, "number", None) or getattr(item, "position", None) or at
    code = getattr(item, "procedure", None) or getattr(item, "code", None) or ""
    own = getattr(item, "claim", None) is evaluate.world.claim or source.record != "line"
    name = f"{'' if own else 'earlier '}{(source.record or 'item').replace('_', ' ')} {number}"
    name += f" ({code})" if code else ""
    parts: list[Clause] = []
    truths: list[Truth] = []
    like = evaluate.variables.get(source.like)
    for key in source.same:
        for field in [key.field] if key.field else evaluate.bindings.parameter(key.parameter):
            evaluate.trace = None
            truth = evaluate.share(field, item, like)
            truths.append(truth)
            by = f" ({unparse_key(key)})" if key.parameter else ""
            parts.append(Clause(f"same {field}{by}", truth_said(truth), reasons_said(truth)))
    if source.within is not None:
        truth = evaluate.near(source.within, item)
        truths.append(truth)
        parts.append(Clause(f"within the time ({source.within.direction})", truth_said(truth), reasons_said(truth)))
    if source.where is not None:
        trace = evaluate.trace = Trace(thorough=True)
        truth = evaluate.inside(source, item, source.where)
        truths.append(truth)
        text = unparse(source.where, source.variable)
        parts.append(Clause(text, truth_said(truth), reasons_said(truth), trace.evidence()))
    return Clause(name, truth_said(all_of(truths)), (), (), tuple(parts))


def truth_said(truth: Truth) -> str:
    """``true``, ``false`` or ``unknown``."""
    return "unknown" if isinstance(truth, Unknown) else "true" if truth else "false"


def reasons_said(truth: Truth) -> tuple[str, ...]:
    """What made a truth unknown."""
    if not isinstance(truth, Unknown):
        return ()
    return tuple(dict.fromkeys(say_reason(reason) for reason in in_order(truth.reasons)))
