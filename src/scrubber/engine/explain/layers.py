"""What stands around a rule's condition: whom it is about, which packs had a say, and the tables it reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from scrubber.core.logic import Unknown
from scrubber.engine.compile.program import CompiledRule, Program
from scrubber.engine.evaluate.world import World
from scrubber.engine.explain.explanation import Criterion, Layer, ParameterInForce, TableInReach
from scrubber.engine.plan.bindings import PackBindings
from scrubber.engine.plan.plan import Plan
from scrubber.engine.scrub import Engine
from scrubber.engine.tell.coverage import rows_said
from scrubber.lang import ir
from scrubber.packs.model import Choice

_CRITERIA = ("claim_type", "payer", "payer_class", "product", "state")


def applies_of(rule: CompiledRule, plan: Plan) -> tuple[Criterion, ...]:
    """Every criterion that asks for something, with what the claim has."""
    found = []
    for criteria in rule.applies:
        for name in _CRITERIA:
            choice: Choice = getattr(criteria, name)
            if not choice.any_of and not choice.none_of:
                continue
            value = getattr(plan.who, name)
            met = (not choice.any_of or value in choice.any_of) and value not in choice.none_of
            truth = "unknown" if value is None else "true" if met else "false"
            found.append(Criterion(name, choice.any_of, choice.none_of, value, truth))
    return tuple(found)


def layers_of(rule: CompiledRule, program: Program, plan: Plan) -> tuple[Layer, ...]:
    """The pack the rule is from, and the packs in force that change it."""
    packs = {pack.id: pack for pack in program.packs}
    layers = [Layer(f"{rule.pack} {packs[rule.pack].version}", "holds the rule")]
    for pack in plan.layers:
        for override in pack.overrides:
            if override.rule == rule.id:
                did = {"disable": "disables it", "replace": f"replaces it by {override.replacement}"}.get(
                    override.action, f"sets its severity to {override.severity}" if override.severity else "retunes it"
                )
                layers.append(Layer(f"{pack.id} {pack.version}", did, override.reason))
    return tuple(layers)


def parameters_of(rule: CompiledRule, engine: Engine, plan: Plan) -> tuple[ParameterInForce, ...]:
    """The parameters the rule reads, directly or through a parameter's own list."""
    pack = next(item for item in engine.program.packs if item.id == rule.pack)
    names: dict[str, None] = {}
    for node in _nodes((rule.revisions, rule.same, rule.group_by)):
        if isinstance(node, ir.ParameterOf):
            names[node.name] = None
        elif isinstance(node, ir.Codes):
            names.update(dict.fromkeys(node.parameters))
        elif isinstance(node, ir.Key) and node.parameter:
            names[node.parameter] = None
    found = []
    for name in sorted(names):
        key = f"{pack.parameters[name]}:{name}"
        set_by = "default"
        for layer in plan.layers:
            if any(f"{layer.parameters[s.name]}:{s.name}" == key for s in layer.settings):
                set_by = layer.id
        if name in engine.options.parameters:
            set_by = "caller"
        found.append(ParameterInForce(name, plan.parameters[key], set_by))
    return tuple(found)


def tables_of(rule: CompiledRule, engine: Engine, world: World, bindings: PackBindings) -> tuple[TableInReach, ...]:
    """The tables the rule reads, each with the edition that answers for the claim's day."""
    names = {rule.pair_table: None} if rule.pair_table else {}
    names.update({node.table: None for node in _nodes(rule.revisions) if isinstance(node, ir.Lookup)})
    found = []
    for name in sorted(names):
        table, day = bindings.table(name), world.claim.date
        line = next(iter(world.claim.lines), None)
        if day is None:
            found.append(TableInReach(name, "", "the claim has no date of service"))
            continue
        edition = table.edition(world, day, line)
        if isinstance(edition, Unknown):
            found.append(TableInReach(name, "", f"no edition at hand for {day.isoformat()}"))
        else:
            notes = ["a slice: rows were left out on purpose"] if edition.edition.slice else []
            if left_out := edition.edition.left_out:
                notes.append(f"{rows_said(left_out)} could not be read at the import")
            found.append(TableInReach(name, table.edition_name(world, day, line), "; ".join(notes)))
    return tuple(found)


def _nodes(thing: Any) -> Iterator[Any]:
    """Every struct within ``thing``, itself first."""
    if isinstance(thing, msgspec.Struct):
        yield thing
        for name in thing.__struct_fields__:
            yield from _nodes(getattr(thing, name))
    elif isinstance(thing, tuple | list):
        for item in thing:
            yield from _nodes(item)
