"""The benchmarks measure what they say: the peers agree, and the made-up inputs are read whole."""

import sys
from collections.abc import Iterator

import pytest
from tree import ROOT

BENCHMARKS = ROOT / "benchmarks"


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield
    for name in set(sys.modules) - before:
        if (BENCHMARKS / f"{name}.py").is_file():
            del sys.modules[name]


def test_the_peers_agree_on_every_rule() -> None:
    pytest.importorskip("zen", reason="the bench extra is not installed")
    pytest.importorskip("rule_engine", reason="the bench extra is not installed")
    import peers

    claims = peers.made_up_claims(150, seed=3)
    found = peers.zen_hits(peers.RULES, claims)()
    assert found == peers.rule_engine_hits(peers.RULES, claims)()
    assert len({rule for _, rule, _ in found}) > len(peers.RULES) / 2


def test_every_rule_hits_some_claim() -> None:
    pytest.importorskip("zen", reason="the bench extra is not installed")
    pytest.importorskip("rule_engine", reason="the bench extra is not installed")
    import peers

    found = peers.zen_hits(peers.RULES, peers.made_up_claims(5000, seed=20240815))()
    assert {rule for _, rule, _ in found} == {rule.id for rule in peers.RULES}


def test_a_seed_gives_the_same_claims() -> None:
    from peer_rules import made_up_claims

    assert made_up_claims(20, seed=1) == made_up_claims(20, seed=1)
    assert made_up_claims(20, seed=1) != made_up_claims(20, seed=2)


def test_a_made_up_claim_keeps_its_values_in_the_canonical_model() -> None:
    from canonical import as_claim
    from peer_rules import made_up_claims

    for made_up in made_up_claims(50, seed=5):
        claim = as_claim(made_up)
        assert [line.procedure for line in claim.lines] == [line["procedure"] for line in made_up["lines"]]
        for line, source in zip(claim.lines, made_up["lines"], strict=True):
            assert [claim.diagnoses[at - 1].code for at in line.diagnosis_pointers] == source["diagnoses"]
            assert line.charge == source["charge_cents"]


def test_the_made_up_837_is_read_whole() -> None:
    from x12_reading import claims_by_ours, segments_by_pyx12
    from x12_text import made_up_837

    data, claims = made_up_837(60_000, seed=9)
    assert len(data) >= 60_000
    assert claims_by_ours(data) == claims
    pytest.importorskip("pyx12", reason="pyx12 is not installed")
    assert segments_by_pyx12(data) == data.count(b"~")


def test_five_hundred_rules_agree_with_a_peer_and_most_have_a_procedure() -> None:
    pytest.importorskip("zen", reason="the bench extra is not installed")
    import ours
    import peers

    rules = peers.five_hundred(seed=4)
    assert len({rule.id for rule in rules}) == len(rules) == 500
    assert sum("line.procedure in" not in rule.ours for rule in rules) == 20
    claims = peers.made_up_claims(60, seed=4)
    found = ours.our_hits(rules, claims)()
    assert found == peers.zen_hits(rules, claims)() == peers.zen_hits_a_rule(rules, claims)()
    assert len({rule for _, rule, _ in found}) > 20


def test_the_claims_of_a_practice_are_read_back_as_they_were() -> None:
    from office_claims import office_claims
    from scrubber.claims.inputs import InputClaim
    from scrubber.claims.json_reader import ClaimDecoder
    from scrubber.claims.write import to_json

    claims = office_claims(300, seed=6)
    assert claims == office_claims(300, seed=6)
    assert 3.5 < sum(len(claim.lines) for claim in claims) / len(claims) < 5
    assert {len(claim.lines) for claim in office_claims(20, seed=6, lines=5)} == {5}
    decode = ClaimDecoder().decode
    for claim in claims:
        assert decode(to_json(claim)) == InputClaim(claim, "", 0)


def test_latency_counts_each_claim_once() -> None:
    import pipeline
    from peer_rules import RULES
    from programs import whole_engine

    engine, program = whole_engine({rule.id: rule.ours for rule in RULES}, None)
    assert {rule.pack for rule in program.rules} == {"ncci", "benchmark"}
    rounds = [pipeline.mixed(engine, None, 40, seed, lines=5) for seed in (1, 2)]
    found = pipeline.latency(engine, rounds)
    assert 0 < found.median <= found.slow
    assert 0 < found.with_findings <= min(40, found.findings)
    assert pipeline.latency(engine, [pipeline.mixed(engine, 0.15, 40, 3, lines=5)] * 2).with_findings == 6
    assert pipeline.through(engine, [pipeline.to_json(claim) for claim in pipeline.office_claims(3, seed=1)]) > 1000


def test_a_crash_of_the_timed_command_is_no_result(tmp_path) -> None:  # type: ignore[no-untyped-def]
    import cold_start

    child = cold_start.environment(tmp_path)
    assert "PYTHONDONTWRITEBYTECODE" not in child
    bare = cold_start.once(cold_start.BARE, child)
    assert min(bare) > 0
    with pytest.raises(SystemExit, match="exit 1"):
        cold_start.once(("-c", "raise ValueError"), child)


def test_the_one_claim_of_a_cold_start_is_the_first_of_the_demo() -> None:
    import cold_start
    from scrubber.claims.inputs import InputClaim
    from scrubber.claims.read import read_claims

    (found,) = list(read_claims(cold_start.first_claim(cold_start.DEMO.read_text("ascii")).encode("ascii")))
    first = next(iter(read_claims(cold_start.DEMO)))
    assert isinstance(found, InputClaim)
    assert isinstance(first, InputClaim)
    assert found.claim == first.claim
