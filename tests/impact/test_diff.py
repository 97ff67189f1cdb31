"""``scrubber rules diff``: what changed in meaning, and what that does to claims."""

from __future__ import annotations

import json
import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from scrubber.claims.inputs import InputClaim
from scrubber.claims.model import Claim, Diagnosis, ServiceLine
from scrubber.impact.meaning import changes
from scrubber.impact.replay import Replay
from scrubber.impact.versions import engine_of, program_of
from scrubber.tables.store import TableStore

PACK = (
    "id: mine\nversion: {version}\ntitle: Mine\napplies:\n  payer_class: {{any_of: [COMMERCIAL]}}\nvaluesets:\n"
    "  visits: {{type: procedure, members: [{visits}]}}\n"
    "parameters:\n  most_units: {{type: number, default: {most}, meaning: The most units of a visit}}\n"
)
RULE = """\
rules:
  - id: MINE-01
    title: A visit with too many units
    category: units
    severity: {severity}
    status: active
    scope: line
    effective: {{from: {first}}}
    when: {when}
    message: "{{line.procedure}} has {{line.units}} units."
    authority: {{title: An example, evidence: primary}}
"""
OLD = {"version": "1.0.0", "visits": "99212, 99213", "most": "1", "severity": "deny", "first": "2024-01-01",
       "when": "line.procedure in @visits and line.units > policy.most_units"}  # fmt: skip


def pack(folder: Path, more: str = "", **values: str) -> Path:
    folder.mkdir()
    said = {**OLD, **values}
    (folder / "pack.yaml").write_text(PACK.format(**said), encoding="utf-8")
    (folder / "rules.yaml").write_text(RULE.format(**said) + more, encoding="utf-8")
    return folder


def meant(tmp_path: Path, more: str = "", **values: str) -> list[tuple[str, ...]]:
    """What changed, from the old pack to one with other values."""
    old, new = program_of(pack(tmp_path / "old")), program_of(pack(tmp_path / "new", more, **values))
    return [(each.kind, each.name, each.part, each.before, each.after) for each in changes(old, new)]


def test_layout_and_comments_are_no_change(tmp_path: Path) -> None:
    old = pack(tmp_path / "old")
    new = pack(tmp_path / "new", when=">-\n      line.procedure   in @visits\n      and line.units > policy.most_units")
    path = new / "rules.yaml"
    path.write_text("# a comment\n\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert changes(program_of(old), program_of(new)) == ()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"severity": "review"}, ("rule", "MINE-01", "severity", "deny", "review")),
        ({"first": "2024-02-01"}, ("rule", "MINE-01", "window", "since 2024-01-01", "since 2024-02-01")),
        ({"visits": "99213, 99214"}, ("set", "mine:visits", "members, always", "99212", "99214")),
        ({"most": "2"}, ("parameter", "mine:most_units", "default", "1", "2")),
        ({"version": "1.1.0"}, ("pack", "mine", "version", "1.0.0", "1.1.0")),
        ({"when": "line.procedure in @visits"},
         ("rule", "MINE-01", "when", "line.procedure in @visits and line.units > policy.most_units",
          "line.procedure in @visits")),
    ],
)  # fmt: skip
def test_each_kind_of_change(tmp_path: Path, values: dict[str, str], expected: tuple[str, ...]) -> None:
    assert meant(tmp_path, **values) == [expected]


def test_rules_come_and_go(tmp_path: Path) -> None:
    second = RULE.format(**OLD).removeprefix("rules:\n").replace("MINE-01", "MINE-02")
    assert meant(tmp_path, second) == [("rule", "MINE-02", "", "", "A visit with too many units (active)")]


CLAIMS = 2_000
"""benchmarks/rules_diff.py compares 10,000 through the commands."""


def generated(count: int) -> list[Claim]:
    """Invented claims of one payer; the seed is fixed."""
    chance = random.Random(20240815)
    return [
        Claim(
            type="PROFESSIONAL", patient_control_number=f"G{number}", payer_name="CIGNA", billing_npi="1234567893",
            diagnoses=(Diagnosis(code="E119"),),
            lines=tuple(
                ServiceLine(number=at, procedure=chance.choice(("99212", "99213", "99214", "97110")), date=day,
                            units=chance.choice((None, 1, 2, 3)), charge=chance.randrange(1, 90) * 100,
                            diagnosis_pointers=(1,), place_of_service="11")
                for at, day in enumerate((date(2024, chance.choice((1, 2)), 15),) * chance.randint(1, 3), 1)
            ),
        )
        for number in range(count)
    ]  # fmt: skip


def test_replay_equals_two_full_runs_compared_by_hand(tmp_path: Path) -> None:
    """2,000 claims through both versions: the differences are those of the two sets of findings."""
    new = pack(tmp_path / "new", first="2024-02-01", severity="review", visits="99213, 99214")
    engines = [engine_of(program_of(folder), TableStore([])) for folder in (pack(tmp_path / "old"), new)]
    day, claims = date(2024, 8, 15), generated(CLAIMS)
    before, after = engines
    replay = Replay(lambda source, past, others: before.scrub(source, day, past, others),
                    lambda source, past, others: after.scrub(source, day, past, others))  # fmt: skip
    sources = [InputClaim(claim, "", 0) for claim in claims]
    touched = {each.claim.patient_control_number: each
               for each in replay.changes((source, None, ()) for source in sources)}  # fmt: skip
    added = removed = changed = 0
    for source in sources:
        found = [{(each.rule, each.line): each.severity for each in engine.scrub(source, day).findings}
                 for engine in engines]  # fmt: skip
        come, gone = set(found[1]) - set(found[0]), set(found[0]) - set(found[1])
        other = {key for key in set(found[0]) & set(found[1]) if found[0][key] != found[1][key]}
        change = touched.get(source.claim.patient_control_number)
        assert {(each.rule, each.line) for each in (change.added if change else ())} == come
        assert {(each.rule, each.line) for each in (change.removed if change else ())} == gone
        assert {(each.after.rule, each.after.line) for each in (change.changed if change else ())} == other
        added, removed, changed = added + len(come), removed + len(gone), changed + len(other)
    totals = replay.totals()
    assert (totals.claims, totals.added, totals.removed, totals.changed) == (CLAIMS, added, removed, changed)
    assert min(added, removed, changed) > 10


def diff(*args: Any) -> Result:
    from scrubber.cli.program import cli

    return CliRunner().invoke(cli, ["rules", "diff", *map(str, args)])


CLAIM: dict[str, Any] = {
    "type": "PROFESSIONAL", "patient_control_number": "A1", "payer_name": "CIGNA", "billing_npi": "1234567893",
    "total_charge": "100.00", "diagnoses": [{"code": "Z0000"}], "place_of_service": "11", "frequency": "1",
    "lines": [{"number": 1, "procedure": "99214", "date": "2024-08-01", "units": 2, "charge": "100.00",
               "diagnosis_pointers": [1]}],
}  # fmt: skip


def test_the_command_in_all_formats(tmp_path: Path) -> None:
    old, new = pack(tmp_path / "old"), pack(tmp_path / "new", visits="99213, 99214")
    claims = tmp_path / "claims.json"
    claims.write_text(json.dumps([CLAIM]), encoding="utf-8")
    more = ("--claims", claims, "--as-of", "2024-08-15")
    text = diff(old, new, *more)
    assert text.exit_code == 0, text.stderr
    assert "  + MINE-01 deny, line 1: 99214 has 2 units." in text.stdout
    assert "1 claims replayed, 1 touched: 1 findings added, 0 removed, 0 changed" in text.stdout
    found = json.loads(diff(old, new, *more, "--format", "json").stdout)
    assert [entry["rule"] for entry in found["claims"][0]["added"]] == ["MINE-01"]
    assert (found["claims"][0]["removed"], found["claims"][0]["changed"]) == ([], [])
    assert found["summary"]["by_rule"] == {"MINE-01": {"added": 1}}
    assert found["summary"]["dollars_at_risk_after"] == "100.00"
    markdown = diff(old, new, *more, "--format", "markdown").stdout
    assert "| mine:visits | members, always | 99212 | 99214 |" in markdown
    assert "| MINE-01 | 1 | 0 | 0 | 0 | 0 |" in markdown


def test_rules_on_trial_are_reported_apart(tmp_path: Path) -> None:
    shadow = RULE.format(**OLD).removeprefix("rules:\n").replace("MINE-01", "MINE-02").replace("active", "shadow")
    old, new = pack(tmp_path / "old"), pack(tmp_path / "new", shadow)
    claims = tmp_path / "claims.json"
    claims.write_text(json.dumps([{**CLAIM, "lines": [{**CLAIM["lines"][0], "procedure": "99213"}]}]), encoding="utf-8")
    found = json.loads(diff(old, new, "--claims", claims, "--as-of", "2024-08-15", "--format", "json").stdout)
    assert found["summary"]["added"] == 0
    assert found["summary"]["shadow_added"] == 1
    assert found["claims"][0]["outcome"][0] == found["claims"][0]["outcome"][1]


def test_wrong_usage(tmp_path: Path) -> None:
    assert "no folder in it has one" in diff(tmp_path, tmp_path).stderr
    assert diff(tmp_path, tmp_path).exit_code == 2


def test_claims_that_could_not_be_read_are_not_passed_over(tmp_path: Path) -> None:
    """What is not compared must not look like no change."""
    old, new = pack(tmp_path / "old"), pack(tmp_path / "new", visits="99213, 99214")
    (tmp_path / "claims.json").write_text(json.dumps([CLAIM]), encoding="utf-8")
    (tmp_path / "bad.837").write_text("hello", encoding="utf-8")
    done = diff(old, new, "--claims", tmp_path / "claims.json", "--claims", tmp_path / "bad.837")
    assert done.exit_code == 2
    assert "1 claims replayed, 1 touched" in done.stdout
    assert "part of the claims could not be read, so they were not compared" in done.stderr


def test_options_for_a_replay_need_claims(tmp_path: Path) -> None:
    old = pack(tmp_path / "old")
    for option, value in (("--history", "x.837"), ("--as-of", "2024-08-15"), ("--tables", "x"), ("--payer-map", "x")):
        done = diff(old, old, option, value)
        assert (done.exit_code, done.stdout) == (2, "")
        assert f"{option} says how claims are replayed, and no --claims are given." in done.stderr
