"""The same rules on the same claims: our row evaluator against zen-engine and rule-engine, with 20 rules and with 500.

An engine is a function ``(rules, claims) -> run`` that does everything that can be done once (parsing, compiling,
reading the claims into its own form) and gives back ``run() -> hits``, which is what is timed. Hits are compared: an
engine that finds anything else stops the benchmark. Ours is ``our_hits`` in ``ours.py`` beside this file.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

import rule_engine
import zen

import machine
from ours import our_hits
from peer_rules import RULES, Claim, PeerRule, five_hundred, made_up_claims

Hits = set[tuple[int, str, int]]
"""Claim number, rule and line number."""
Engine = Callable[[Sequence[PeerRule], Sequence[Claim]], Callable[[], Hits]]


def zen_hits(rules: Sequence[PeerRule], claims: Sequence[Claim]) -> Callable[[], Hits]:
    """All rules in one compiled expression, so that each claim crosses into Rust once: its fastest way."""
    parts = (f'"{rule.id}": map(filter(lines as l, {rule.zen}), #.number)' for rule in rules)
    compiled = zen.compile_expression("{" + ", ".join(parts) + "}")

    def run() -> Hits:
        return {
            (claim["number"], rule, int(line))
            for claim in claims
            for rule, lines in compiled.evaluate(claim).items()
            for line in lines
        }

    return run


def zen_hits_a_rule(rules: Sequence[PeerRule], claims: Sequence[Claim]) -> Callable[[], Hits]:
    """One compiled expression a rule, as rules are kept where each has an author, a date and a switch of its own."""
    compiled = [
        (rule.id, zen.compile_expression(f"map(filter(lines as l, {rule.zen}), #.number)").evaluate) for rule in rules
    ]

    def run() -> Hits:
        return {
            (claim["number"], id_, int(line)) for claim in claims for id_, lines in compiled for line in lines(claim)
        }

    return run


def rule_engine_hits(rules: Sequence[PeerRule], claims: Sequence[Claim]) -> Callable[[], Hits]:
    """One compiled rule each, run on every line with the claim's lines beside its fields."""
    context = rule_engine.Context(resolver=rule_engine.resolve_item)
    compiled = [(rule.id, rule_engine.Rule(rule.rule_engine, context=context)) for rule in rules]
    things = [(claim["number"], {**line, "lines": claim["lines"]}) for claim in claims for line in claim["lines"]]

    def run() -> Hits:
        return {
            (number, id_, thing["number"]) for number, thing in things for id_, rule in compiled if rule.matches(thing)
        }

    return run


class Contender(NamedTuple):
    """An engine, and of how many claims it is given one: the slow ones would take minutes for all."""

    name: str
    engine: Engine
    one_of: int


CONTENDERS = (
    Contender("zen-engine, all rules in one", zen_hits, 5),
    Contender("zen-engine, one a rule", zen_hits_a_rule, 20),
    Contender("rule-engine", rule_engine_hits, 250),
)


def fastest(run: Callable[[], Hits], repeats: int) -> tuple[float, Hits]:
    """The least of several times, because everything else on a machine only adds to it."""
    best, hits = float("inf"), set()
    for _ in range(repeats):
        start = time.perf_counter()
        hits = run()
        best = min(best, time.perf_counter() - start)
    return best, hits


def compare(rules: Sequence[PeerRule], claims: Sequence[Claim], repeats: int) -> str:
    """Runs every engine and says microseconds a claim and the ratio to ours.

    Raises:
        SystemExit: hits differ, so the times would mean nothing.
    """
    seconds, expected = fastest(our_hits(rules, claims), max(repeats, 5))
    base = seconds / len(claims)
    report = [
        f"rules      {len(rules)}; hits {len(expected)}, of {len({rule for _, rule, _ in expected})} rules",
        f"{'claim-scrubber':<30}{base * 1e6:>12.1f} µs a claim{'':27}({len(claims)} claims)",
    ]
    for name, engine, one_of in CONTENDERS:
        given = claims[: max(1, len(claims) // one_of)]
        seconds, hits = fastest(engine(rules, given), repeats)
        if hits != {hit for hit in expected if hit[0] < len(given)}:
            difference = sorted(hits ^ {hit for hit in expected if hit[0] < len(given)})[:10]
            raise SystemExit(f"{name} finds something else, for example (claim, rule, line): {difference}")
        each = seconds / len(given)
        report.append(
            f"{name:<30}{each * 1e6:>12.1f} µs a claim{each / base:>10.1f} times ours      ({len(given)} claims)"
        )
    return "\n".join(report)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=2500)
    parser.add_argument("--seed", type=int, default=20240815)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    claims = made_up_claims(options.claims, options.seed)
    print(machine.describe())
    print(
        f"claims     {len(claims)}, lines {sum(len(claim['lines']) for claim in claims)}, seed {options.seed}",
        flush=True,
    )
    for rules in (RULES, five_hundred(options.seed)):
        print(compare(rules, claims, options.repeats), flush=True)


if __name__ == "__main__":
    main()
