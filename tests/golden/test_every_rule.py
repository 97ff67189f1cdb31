"""Every bundled rule has its golden file, and the files are what they should be."""

from pathlib import Path

import pytest

from scrubber.engine.compile.program import CompiledRule
from scrubber.testing.coverage import unnoticed
from scrubber.testing.golden import Suite, golden_files, load_suite
from scrubber.testing.programs import Programs, bundled_packs
from scrubber.testing.survivors import survivors_of

HERE = Path(__file__).resolve().parent
PROGRAMS = Programs()
RULES = {rule.id: rule for rule in PROGRAMS.made_of(bundled_packs()).program.rules if rule.status != "retired"}
FILES = {path.stem: path for path in golden_files(HERE)}


def suite(rule: str) -> Suite:
    assert rule in FILES, f"{rule} has no golden file: write tests/golden/…/{rule}.yaml"
    return load_suite(FILES[rule], PROGRAMS)


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_rule_has_a_case_that_fires_and_one_that_is_clear(rule: CompiledRule) -> None:
    """Drafts too: a draft runs nowhere but in its golden file, so nothing else would show that it works."""
    tested = suite(rule.id)
    expectations = {case.expect for case in tested.cases}
    assert tested.rule.id == rule.id == FILES[rule.id].stem
    assert {"fires", "clear"} <= expectations


@pytest.mark.parametrize("path", FILES.values(), ids=list(FILES))
def test_every_case_says_where_its_expectation_was_read(path: Path) -> None:
    tested = load_suite(path, PROGRAMS)
    silent = [case.name for case in tested.cases if not (case.values.get("source") or tested.golden.values["source"])]
    assert silent == []


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_no_part_of_a_rule_can_go_unnoticed(rule: CompiledRule) -> None:
    """Each clause, exception and window is taken away in turn; a case has to fail, or the file gives the reason."""
    tested = suite(rule.id)
    reasons = {item["change"] for item in tested.golden.values.get("survivors") or ()}
    assert [part for part in unnoticed(tested) if part.replace("when ", "when: without ", 1) not in reasons] == []


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_no_change_of_a_rule_can_go_unnoticed(rule: CompiledRule) -> None:
    """Each mutant fails a case or has its reason in the file, and no reason is of a mutant that a case notices."""
    (found,) = survivors_of([suite(rule.id)])
    assert (found.unexpected, found.stale) == ((), ())


def test_no_golden_file_is_of_a_rule_that_is_gone() -> None:
    assert set(FILES) <= set(RULES)


def test_every_golden_file_is_collected() -> None:
    """A YAML file here that is no golden file would be passed over without a word."""
    assert sorted(FILES.values()) == sorted(HERE.rglob("*.yaml"))


def test_rules_in_force_rest_on_sources_that_were_read() -> None:
    """payer-policies: a rule is active only where the policy text was read; otherwise it is a draft."""
    for rule in RULES.values():
        evidence = {authority.evidence for revision in rule.revisions for authority in revision.authority}
        assert evidence <= {"primary"} if rule.status == "active" else evidence == {"secondary"}, rule.id
