"""Our row evaluator on the rules of the peer benchmark."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from canonical import as_claim
from peer_rules import Claim, PeerRule
from programs import program_of
from scrubber.claims.view import view
from scrubber.engine.evaluate.world import World
from scrubber.engine.judge.found import Found
from scrubber.engine.judge.hit import Hit
from scrubber.engine.judge.lines import lines
from scrubber.engine.judge.outcome import Fires
from scrubber.engine.plan.plan import Plan
from scrubber.engine.plan.who import Who

Hits = set[tuple[int, str, int]]
AS_OF = date(2024, 8, 15)


def our_hits(rules: Sequence[PeerRule], claims: Sequence[Claim]) -> Callable[[], Hits]:
    """The rules as one plan. Timed is what the engine does a claim: view (a peer too takes the claim into its own
    form each time), index, evaluate, collect."""
    program = program_of({rule.id: rule.ours for rule in rules})
    plan = Plan(program, Who("PAYER", "COMMERCIAL", None, None, "PROFESSIONAL"), {}, {})
    canonical = [(claim["number"], as_claim(claim)) for claim in claims]

    def run() -> Hits:
        hits: Hits = set()
        for number, source in canonical:
            world = World(view(source, sent_on=AS_OF, payer=None))
            found: Found = []
            lines(found, plan, plan.remembered(len(world.claim.lines)), plan.setting_of(world), world)
            for hit in found:
                if isinstance(hit, Hit) and isinstance(hit.outcome, Fires):
                    hits.add((number, hit.rule.rule.id, hit.subject[0].number or 0))
        return hits

    return run
