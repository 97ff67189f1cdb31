"""The same twenty rules on the same claims: our row evaluator against zen-engine and rule-engine.

An engine is a function ``(rules, claims) -> run`` that does everything that can be done once (parsing, compiling,
reading the claims into its own form) and gives back ``run() -> hits``, which is what is timed. Hits are compared: an
engine that finds anything else stops the benchmark. Ours is ``our_hits`` in ``ours.py`` beside this file.
"""

from __future__ import annotations

import argparse
import importlib.util
import time
from collections.abc import Callable, Sequence

import rule_engine
import zen

import machine
from peer_rules import RULES, Claim, PeerRule, made_up_claims

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


def engines() -> dict[str, tuple[Engine, float]]:
    """Engines by name, each with the share of the claims it is given: the slow ones would take minutes for all."""
    found: dict[str, tuple[Engine, float]] = {}
    if importlib.util.find_spec("ours") is not None:
        found["claim-scrubber"] = (importlib.import_module("ours").our_hits, 1.0)
    return {**found, "zen-engine": (zen_hits, 1.0), "rule-engine": (rule_engine_hits, 0.1)}


def fastest(run: Callable[[], Hits], repeats: int) -> tuple[float, Hits]:
    """The least of several times, because everything else on a machine only adds to it."""
    best, hits = float("inf"), set()
    for _ in range(repeats):
        start = time.perf_counter()
        hits = run()
        best = min(best, time.perf_counter() - start)
    return best, hits


def compare(number: int, seed: int, repeats: int) -> str:
    """Runs every engine and says microseconds a claim and the ratio to the first; raises where hits differ."""
    claims = made_up_claims(number, seed)
    expected: Hits | None = None
    base = 0.0
    report = [
        f"claims     {number}, lines {sum(len(claim['lines']) for claim in claims)}, rules {len(RULES)}, seed {seed}"
    ]
    for name, (engine, share) in engines().items():
        given = claims[: max(1, int(number * share))]
        seconds, hits = fastest(engine(RULES, given), repeats)
        if expected is None:
            expected, base = hits, seconds / len(given)
            report.append(f"hits       {len(hits)}, of {len({rule for _, rule, _ in hits})} rules")
        wanted = {hit for hit in expected if hit[0] < len(given)}
        if hits != wanted:
            difference = sorted(hits ^ wanted)[:10]
            raise SystemExit(f"{name} finds something else, for example (claim, rule, line): {difference}")
        each = seconds / len(given)
        report.append(
            f"{name:<16}{each * 1e6:>12.1f} µs a claim{each / base:>10.1f} times the first   ({len(given)} claims)"
        )
    return "\n".join(report)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=20240815)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    print(machine.describe())
    print(compare(options.claims, options.seed, options.repeats))


if __name__ == "__main__":
    main()
