"""One claim through one plan: every rule on every subject it concerns, each outcome other than clear given back."""

from __future__ import annotations

from scrubber.engine.evaluate.world import World
from scrubber.engine.judge.found import Found, WithoutHistory, ask
from scrubber.engine.judge.groups import groups
from scrubber.engine.judge.lines import lines
from scrubber.engine.judge.pairs import pairs
from scrubber.engine.plan.plan import Plan


def run(plan: Plan, world: World) -> Found:
    """Every outcome that is not clear, in a fixed order: lines, pairs, groups, diagnoses, the claim."""
    found: Found = []
    own = world.claim.lines
    memory, setting = plan.remembered(len(own)), plan.setting_of(world)
    looked_at = lines(found, plan, memory, setting, world)
    of_pairs, of_groups = plan.kinds(memory, setting, world)
    if of_pairs and len(own) > 1:
        pairs(found, plan, memory, setting, world, looked_at, of_pairs)
    without = looked_at.without
    if of_groups:
        without = groups(found, plan, memory, setting, world, looked_at, of_groups)
    if without:
        found.append(WithoutHistory(without))
    _diagnoses(found, plan, world)
    if plan.rules["claim"]:
        for rule in plan.candidates_of_claim([line.procedure for line in own]):
            ask(found, rule, world, ())
    return found


def _diagnoses(found: Found, plan: Plan, world: World) -> None:
    diagnoses = world.claim.diagnoses if plan.rules["diagnosis"] or plan.rules["diagnosis_pair"] else ()
    for diagnosis in diagnoses:
        for rule in plan.candidates("diagnosis", diagnosis.code):
            ask(found, rule, world, (diagnosis,))
        for rule in plan.candidates("diagnosis_pair", diagnosis.code):
            for second in diagnoses:
                if second is not diagnosis and rule.concerns(second.code, "other"):
                    ask(found, rule, world, (diagnosis, second))
