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
