"""What to show of a golden case that failed: what was expected, what came, which clause decided, and the claim."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from scrubber.claims.inputs import InputClaim
from scrubber.claims.line_view import LineView
from scrubber.core.logic import Truth, Unknown
from scrubber.core.money import format_money
from scrubber.engine.evaluate.world import World
from scrubber.engine.judge.hit import subject_day
from scrubber.engine.judge.outcome import evaluator
from scrubber.engine.judge.subjects import groups_of, pairs_of
from scrubber.engine.plan.rule import BoundRevision, BoundRule
from scrubber.engine.scrub import Engine, rules_of
from scrubber.findings.model import Bypass, Entry, Fault
from scrubber.lang import ir
from scrubber.testing.read import GoldenCase

if TYPE_CHECKING:
    from scrubber.testing.golden import Suite

LINES_SHOWN = 3
"""Two lines about the claim, and three of its own: of more lines the third and later are only counted."""
Subject = tuple[str, dict[str, Any], Any]
"""What it is called, its variables, and the record whose day decides."""


def told(
    suite: Suite, case: GoldenCase, engine: Engine, world: World, source: InputClaim, seen: Sequence[str],
    came: Mapping[str, Sequence[Entry | Fault]], wrong: Sequence[str],
) -> str:  # fmt: skip
    """The text of a failed case."""
    parts = [f"{case.place}: {suite.rule.id}: {case.name}", *(f"  {each}" for each in wrong), *_entries(came)]
    if case.expect in ("fires", "bypassed") or "fires" in seen or set(seen) & {"undetermined", "not_evaluated"}:
        parts += _clauses(engine, world, suite.rule.id)
    return "\n".join([*parts, *_claim(world)])


def claim_lines(suite: Suite, case: GoldenCase) -> list[str]:
    """The claim of a case in at most five lines."""
    from scrubber.testing.golden import asked

    engine, source, earlier, batch = asked(suite, case)
    return list(_claim(engine.world(source.claim, case.as_of, earlier, batch)))


def _entries(came: Mapping[str, Sequence[Entry | Fault]]) -> Iterator[str]:
    for kind, entries in came.items():
        for entry in entries:
            at = f" on line {entry.line}" if isinstance(entry, Entry) and entry.line is not None else ""
            reason = f" ({entry.reason})" if isinstance(entry, Bypass) else ""
            yield f"  {kind}{at}: {entry.message}{reason}"


def _clauses(engine: Engine, world: World, rule: str) -> list[str]:
    """The clauses of the rule on the subject that comes nearest to firing, each with what it is."""
    bound = rules_of(engine.plan(world.claim)).get(rule)
    if bound is None:
        who = engine.plan(world.claim).who
        return [
            f"  the rule is not about this claim: payer {who.payer}, class {who.payer_class}, form {who.claim_type}"
        ]
    best: tuple[int, list[str]] | None = None
    for name, variables, record in subjects(bound, world):
        day = subject_day(bound, world, record)
        revision = bound.revision_on(day)
        if isinstance(revision, Unknown):
            told_ = [f"  {name}: the day is not known, and the rule holds from a day"]
            best = best or (-1, told_)
        elif revision is None:
            best = best or (-1, [f"  {name}: no version of the rule holds on {day}"])
        else:
            world.day = day
            truths = list(_truths(revision, world, variables))
            score = sum(truth is True for _, truth in truths)
            if best is None or score > best[0]:
                best = (score, [f"  {name}:", *(f"    {_word(truth):8} {text}" for text, truth in truths)])
    if best is not None:
        return best[1]
    if bound.rule.scope == "pair":
        table = f" and have a row in {bound.rule.pair_table}" if bound.rule.pair_table else ""
        return [f"  no two lines are a pair: they share the keys of `pair`{table}"]
    return [f"  the claim has no {bound.rule.scope} to look at"]


def subjects(bound: BoundRule, world: World) -> Iterator[Subject]:
    """Everything on the claim that the rule could be asked of, whatever its codes."""
    claim, scope = world.claim, bound.rule.scope
    if scope == "line":
        yield from ((_name(line), {"line": line}, line) for line in claim.lines)
    elif scope == "pair":
        for line, other, _ in pairs_of(bound, world):
            yield f"line {_name(line)}, other {_name(other)}", {"line": line, "other": other}, line
    elif scope == "group":
        for group, _ in groups_of(bound.group_keys, world):
            yield f"group of lines {', '.join(str(line.number) for line in group.lines)}", {"group": group}, group
    elif scope == "diagnosis":
        yield from ((f"diagnosis {d.position}", {"diagnosis": d}, d) for d in claim.diagnoses)
    elif scope == "diagnosis_pair":
        for d in claim.diagnoses:
            for second in claim.diagnoses:
                if second is not d:
                    yield f"diagnoses {d.position}, {second.position}", {"diagnosis": d, "other": second}, d
    else:
        yield "the claim", {}, None


def _truths(revision: BoundRevision, world: World, variables: dict[str, Any]) -> Iterator[tuple[str, Truth]]:
    evaluate = evaluator(revision, world, variables)
    clauses = revision.revision.clauses
    when = revision.when
    if when is not None:
        items = when.items if isinstance(when, ir.And) and len(when.items) == len(clauses) > 1 else (when,)
        texts = clauses if len(items) == len(clauses) else (" · ".join(clauses),)
        yield from ((text, evaluate.truth(item)) for text, item in zip(texts, items, strict=True))
    for item in revision.revision.unless:
        yield f"unless {item.text}", evaluate.truth(item.condition)


def _word(truth: Truth) -> str:
    return "unknown" if isinstance(truth, Unknown) else "true" if truth else "false"


def _name(line: LineView) -> str:
    return f"{line.number} {line.procedure or '(no code)'}"


def _claim(world: World) -> Iterator[str]:
    claim = world.claim
    yield (f"  claim: {claim.type}, payer {claim.payer or 'unknown'} ({claim.payer_class or '-'}), sent {claim.sent_on}"
           + (f", bill type {claim.bill_type}" if claim.bill_type else ""))  # fmt: skip
    codes = ", ".join(str(diagnosis.code) for diagnosis in claim.diagnoses)
    others = f"{'of' if world.complete else 'not given, with a batch of'} {len(world.prior)}"
    yield f"    diagnoses {codes or 'none'}; history {others if world.complete or world.prior else 'not given'}"
    shown = LINES_SHOWN if len(claim.lines) <= LINES_SHOWN else LINES_SHOWN - 1
    for line in claim.lines[:shown]:
        modifiers = "".join(f"-{modifier}" for modifier in line.modifiers)
        until = f"..{line.date_to}" if line.date_to != line.date else ""
        charge = "" if line.charge is None else f" ${format_money(line.charge)}"
        yield f"    {line.number}: {line.procedure}{modifiers} x{line.units} {line.date}{until}{charge}"
    if len(claim.lines) > shown:
        yield f"    and {len(claim.lines) - shown} more lines"
