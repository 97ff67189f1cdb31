"""SCR907: two rules of which every claim breaks one."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.core.diagnostics import Diagnostic, Label
from scrubber.lang import ir
from scrubber.lint.algebra import FALSE, TRUE, UNKNOWN, solve_across
from scrubber.lint.context import Context, RevisionView
from scrubber.lint.model import NOT_DECIDED, Note, found
from scrubber.lint.pairs import MOST_PAIRS, Pair, bound, pairs
from scrubber.lint.values import fields_of
from scrubber.lint.witness import Judge, said, witness

CODE = "SCR907"
FIELDS = ("procedure", "place_of_service", "code")


def check(context: Context) -> Iterator[tuple[str, Diagnostic] | Note]:
    """Two rules contradict each other where, of the claims both are about, each fires on some and together on all."""
    judge = Judge(context.program, context.store)
    for number, pair in enumerate(pairs(context)):
        if number == MOST_PAIRS:
            return
        one, two = pair
        asked = _shared(one, two)
        if asked is None:
            continue
        goals = [(asked[0], TRUE, bound(one)), (asked[1], TRUE, bound(two))]
        clear = [(one.fires, FALSE, bound(one)), (two.fires, FALSE, bound(two))]
        together = solve_across([*goals, *clear])
        if together.verdict is not False:
            continue
        # A rule that fires on all of them by itself is a prohibition, and contradicts nothing.
        if any(solve_across([*goals, part]).verdict is False for part in clear):
            continue
        yield from _told(pair, asked, judge)


def _shared(one: RevisionView, two: RevisionView) -> tuple[ir.Condition, ir.Condition] | None:
    """Whom each of the two is about: its payers and days, and the codes that trigger it. None without such codes."""
    made = []
    for revision in (one, two):
        variable = {"pair": "line", "diagnosis_pair": "diagnosis"}.get(
            revision.rule.compiled.scope, revision.rule.compiled.scope
        )
        codes = [
            ir.Or(items=tuple(ir.In(value=owner, codes=part) for part in revision.triggers[owner.name]))
            for owner in _owners(revision.when, variable)
            if owner.name in revision.triggers
        ]
        if not codes:
            return None
        made.append(ir.And(items=(revision.reach, codes[0])))
    return made[0], made[1]


def _owners(condition: ir.Condition, variable: str) -> list[ir.FieldOf]:
    return [owner for owner in fields_of(condition) if owner.variable == variable and owner.name in FIELDS]


def _told(
    pair: Pair, asked: tuple[ir.Condition, ir.Condition], judge: Judge
) -> Iterator[tuple[str, Diagnostic] | Note]:
    one, two = pair
    example = ""
    shown = solve_across([(asked[0], TRUE, bound(one)), (asked[1], TRUE, bound(two)),
                          (one.fires, TRUE | FALSE | UNKNOWN, bound(one)), (two.fires, TRUE, bound(two))])  # fmt: skip
    if shown.verdict is not False:
        made = witness(shown, two.rule.compiled.scope, two.rule.codes)
        fired = sorted({finding.rule for finding in judge.scrub(made, (one.rule.id, two.rule.id)).findings})
        if fired:
            example = f" For example {said(made)}: {' and '.join(fired)} fires."
        else:
            yield Note(CODE, NOT_DECIDED, two.rule.id, two.place, "no claim could be made that shows it")
            return
    yield found(CODE, two.rule.id, f"No claim satisfies both {one.rule.id} and {two.rule.id}.", two.rule.source.place,
                "every claim of both breaks one", "One of the two demands what the other forbids: compare their "
                f"sources, and end the one that is out of date.{example}",
                (Label(one.rule.source.place, f"{one.rule.id} demands the opposite"),))  # fmt: skip
