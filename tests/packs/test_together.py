"""Packs side by side: names used twice, packs and rules that are not there, parameters of others."""

from __future__ import annotations

from pathlib import Path

import pytest
from wrong_files import PACK, rule, write

from scrubber.core.diagnostics import Diagnostic, RuleFileError
from scrubber.packs.load import check_packs, load_packs

BASE = PACK.replace("trial", "base").replace("id: trial", "id: base")
AUTHORITY = "reason: theirs differs, authority: {title: Their manual}"
PARAMETER = "parameters:\n  filing_limit: {type: duration, default: 1 year, meaning: how long}\n"


def said(
    folder: Path, base: str = "", upper: str = "", upper_rules: str = "", base_rules: str = ""
) -> list[Diagnostic]:
    """What is said of two packs, ``base`` and ``upper``."""
    first = write(folder / "base", {"pack.yaml": BASE + base, "r.yaml": base_rules or rule(id="BASE-01")})
    second = write(
        folder / "upper",
        {"pack.yaml": PACK.replace("trial", "upper") + upper, "r.yaml": upper_rules or rule(id="UPPER-01")},
    )
    return check_packs([first, second])[1]


def codes(found: list[Diagnostic]) -> list[str]:
    return [problem.code for problem in found]


def test_good_layers_say_nothing(tmp_path: Path) -> None:
    upper = (
        "extends: [base]\n"
        f"overrides:\n  - {{rule: BASE-01, action: retune, severity: review, {AUTHORITY}}}\n"
        f"parameters:\n  filing_limit: {{set: 95 days, {AUTHORITY}}}\n"
        'valuesets:\n  more: ["@visits"]\n'
    )
    assert said(tmp_path, PARAMETER + "valuesets:\n  visits: [99213]\n", upper) == []


@pytest.mark.parametrize(
    ("upper", "code", "words"),
    [
        ("extends: [bass]\n", "SCR702", "did you mean `base`"),
        (f"overrides:\n  - {{rule: BASE-1, action: disable, {AUTHORITY}}}\n", "SCR704", "did you mean `BASE-01`"),
        (f"overrides:\n  - {{rule: UPPER-01, action: disable, {AUTHORITY}}}\n", "SCR704", "change the rule itself"),
        (
            f"overrides:\n  - {{rule: BASE-01, action: replace, replacement: UPPER-02, {AUTHORITY}}}\n",
            "SCR704",
            "UPPER-01",
        ),
        (f"parameters:\n  filing_limits: {{set: 95 days, {AUTHORITY}}}\n", "SCR707", "did you mean `filing_limit`"),
        (f"parameters:\n  filing_limit: {{set: soon, {AUTHORITY}}}\n", "SCR709", "correct"),
        ('extends: [base]\nvaluesets:\n  more: ["@visit"]\n', "SCR706", "did you mean `@visits`"),
        ("valuesets:\n  visits: [99214]\n", "SCR708", "rename"),
        (PARAMETER, "SCR708", "rename"),
    ],
)
def test_one_thing_wrong_between_packs(tmp_path: Path, upper: str, code: str, words: str) -> None:
    (problem,) = said(tmp_path, PARAMETER + "valuesets:\n  visits: [99213]\n", upper)
    assert problem.code == code
    assert words in problem.help
    assert "upper" in problem.place.path


def test_a_rule_id_in_two_packs_names_both(tmp_path: Path) -> None:
    (problem,) = said(tmp_path, base_rules=rule(id="SAME-01"), upper_rules=rule(id="SAME-01"))
    assert problem.code == "SCR701"
    assert "base" in problem.headline
    assert "upper" in problem.headline
    assert "base" in problem.labels[0].place.path


@pytest.mark.parametrize(
    ("type_", "default", "value", "code", "words"),
    [
        ("fields", "[date]", "[rendring_npi]", "SCR709", "such as rendering_npi"),
        ("fields", "[date]", "[line.rendering_npi]", "SCR709", "`line.rendering_npi` is no field by which lines are"),
        ("fields", "[date]", "[modifiers]", "SCR709", "is no field by which lines are compared"),
        ("calendar", "none", "texas", "SCR709", "is not one of the calendars `none`, `weekends` or `federal`"),
        (
            "list of procedure",
            "[99214]",
            '["@visit"]',
            "SCR706",
            "@visit is not a value set that any",
        ),
        ("list of procedure", '["@visit"]', "[99213]", "SCR706", "@visit is not a value set"),
    ],
)
def test_a_parameter_that_no_rule_could_use(
    tmp_path: Path, type_: str, default: str, value: str, code: str, words: str
) -> None:
    """Each of these compiled, and then every rule that asked for the parameter was a fault."""
    base = f"valuesets:\n  visits: [99213]\nparameters:\n  it: {{type: {type_}, default: {default}, meaning: m}}\n"
    found = said(tmp_path, base, f"extends: [base]\nparameters:\n  it: {{set: {value}, {AUTHORITY}}}\n")
    assert codes(found) == [code]
    assert words in found[0].headline


def test_packs_may_not_extend_each_other(tmp_path: Path) -> None:
    assert codes(said(tmp_path, "extends: upper\n", "extends: base\n")) == ["SCR703", "SCR703"]


def test_a_pack_id_is_used_once(tmp_path: Path) -> None:
    first = write(tmp_path / "a", {})
    second = write(tmp_path / "b", {})
    with pytest.raises(RuleFileError, match="SCR705"):
        load_packs([first, second])


def test_a_cycle_of_sets_across_packs_is_found(tmp_path: Path) -> None:
    found = said(
        tmp_path, "extends: []\n".replace("[]", "[upper]") + 'valuesets:\n  a: ["@b"]\n', "valuesets:\n  b: [99213]\n"
    )
    assert found == []
    found = said(
        tmp_path / "2", 'extends: [upper]\nvaluesets:\n  a: ["@b"]\n', 'extends: [base]\nvaluesets:\n  b: ["@a"]\n'
    )
    assert "SCR646" in codes(found)
