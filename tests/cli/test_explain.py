"""`scrubber explain`: the verdict, each clause with what it read, and the reason for silence."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from .conftest import AS_OF, DEMO, Run, claim, write


def explained(run: Run, *args: str) -> dict[str, Any]:
    shown = run("explain", *args, *AS_OF, "--format", "json")
    assert shown.exit_code == 0, shown.stderr
    found: dict[str, Any] = json.loads(shown.stdout)
    return found


def test_a_bypass_names_the_exception_and_the_row(run: Run) -> None:
    found = explained(run, DEMO, "NCCI-PTP-01", "--claim", "DEMO-1003", "--line", "2")
    (subject,) = found["subjects"]
    assert (subject["outcome"], subject["lines"], subject["other"]) == ("bypassed", [2], 1)
    assert {clause["truth"] for clause in subject["when"]} == {"true"}
    row = next(
        item for clause in subject["when"] for item in clause["read"] if item["name"] == "ptp.modifier_indicator"
    )
    assert row["key"] == ["G0239", "G0238"]
    assert row["value"] == 1
    assert row["edition"] == "ptp/practitioner 2024-07-01..2024-09-30"
    assert [clause["truth"] for clause in subject["unless"]].count("true") == 1


def test_the_verdict_is_that_of_check(run: Run) -> None:
    """Explain decides without index and compiled conditions; both must say the same of every demo claim."""
    checked = json.loads(run("check", DEMO, *AS_OF, "--format", "json").stdout)["claims"]
    for rule in ("NCCI-PTP-00", "NCCI-PTP-01", "NCCI-MUE-03", "NCCI-AOC-01"):
        for place, entry in enumerate(checked, 1):
            fired = {tuple(f["lines"]) for f in entry["findings"] if f["rule"] == rule}
            bypassed = {tuple(b["lines"]) for b in entry["bypassed"] if b["rule"] == rule}
            subjects = explained(run, DEMO, rule, "--claim", str(place))["subjects"]
            assert {tuple(s["lines"]) for s in subjects if s["outcome"] == "fires"} == fired
            assert {tuple(s["lines"]) for s in subjects if s["outcome"] == "bypassed"} == bypassed


def test_silence_because_the_providers_differ(run: Run, tmp_path: Path) -> None:
    two = claim("A", "G0239", "G0238")
    two["lines"][0]["rendering_npi"], two["lines"][1]["rendering_npi"] = "1000000004", "1000000012"
    (subject,) = explained(run, write(tmp_path / "a.json", two), "NCCI-PTP-01", "--line", "2")["subjects"]
    assert subject["outcome"] == "not joined"
    assert "rendering_npi is 1000000012 and 1000000004 on lines 2 and 1" in subject["reason"]


def test_silence_because_the_table_has_no_such_pair(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", claim("A", "G0008", "G0103"))
    (subject,) = explained(run, path, "NCCI-PTP-01", "--line", "2")["subjects"]
    assert subject["outcome"] == "clear"
    assert subject["reason"] == "G0008 with G0103 is not a pair of ptp/practitioner 2024-07-01..2024-09-30."


def test_silence_because_a_line_has_no_procedure(run: Run, tmp_path: Path) -> None:
    """Architecture, pairs: a pair rule that names a table is asked only of pairs that the table publishes."""
    two = claim("A", "G0239", "G0238")
    del two["lines"][0]["procedure"]
    path = write(tmp_path / "a.json", two)
    for number in ("1", "2"):
        (subject,) = explained(run, path, "NCCI-PTP-01", "--line", number)["subjects"]
        assert subject["outcome"] == "not joined"
        assert subject["reason"] == "Line 1 has no procedure, and the table has pairs of procedures."
    (checked,) = json.loads(run("check", path, *AS_OF, "--format", "json").stdout)["claims"]
    assert "NCCI-PTP-01" not in {gap["rule"] for gap in checked["undetermined"]}
    assert ("ALL-PX-01", 1) in {(finding["rule"], finding["line"]) for finding in checked["findings"]}


def test_silence_because_there_is_no_second_line(run: Run, tmp_path: Path) -> None:
    found = explained(run, write(tmp_path / "a.json", claim("A", "G0008")), "NCCI-PTP-01", "--line", "1")
    assert found["subjects"] == []
    assert any("no second line" in note for note in found["notes"])


def test_silence_because_no_revision_was_in_force(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", claim("A", "G0247", date="2012-01-02"))
    (subject,) = explained(run, path, "NCCI-AOC-01", "--line", "1")["subjects"]
    assert subject["outcome"] == "not applicable"
    assert subject["reason"] == "No revision is in force on 2012-01-02: the rule holds from 2013-04-01."


def test_silence_because_the_rule_is_not_about_this_payer(run: Run, tmp_path: Path) -> None:
    mapped = tmp_path / "payers.csv"
    mapped.write_text("payer_id,payer_name,payer,class,product,state\nP1,,PLAN_ONE,COMMERCIAL,,\n", encoding="utf-8")
    path = write(tmp_path / "a.json", claim("A", "G0247", payer_id="P1", payer_name="X", filing_indicator="CI"))
    found = explained(run, path, "NCCI-AOC-01", "--payer-map", str(mapped))
    assert found["state"] == "not applicable"
    failed = [item for item in found["applies"] if item["truth"] == "false"]
    assert [(item["criterion"], item["value"]) for item in failed] == [("payer_class", "COMMERCIAL")]
    text = run("explain", path, "NCCI-AOC-01", "--payer-map", str(mapped), *AS_OF).stdout
    assert "NOT APPLICABLE" in text


def test_a_cpt_code_against_the_slice_is_not_evaluated(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", claim("A", "99213", "20610"))
    (subject,) = explained(run, path, "NCCI-PTP-01", "--line", "1")["subjects"]
    assert subject["outcome"] == "not evaluated"
    assert "slice" in subject["reason"]


def test_parameters_in_force_name_who_set_them(run: Run) -> None:
    found = explained(run, DEMO, "NCCI-PTP-01", "--claim", "2", "--param", "same_provider=billing_npi")
    by_name = {item["name"]: item for item in found["parameters"]}
    assert by_name["same_provider"] == {"name": "same_provider", "value": ["billing_npi"], "set_by": "caller"}
    assert by_name["either_column_modifiers"]["set_by"] == "default"


_PAIR = "aoc(line.procedure, primary.procedure)"
_LISTED = f"{_PAIR} is present and not {_PAIR}.facility_only"


def test_elements_of_a_quantifier_are_told_one_by_one(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", claim("A", "G0247", "G0008"))
    (subject,) = explained(run, path, "NCCI-AOC-01", "--line", "1")["subjects"]
    assert subject["outcome"] == "fires"
    (element,) = subject["when"][2]["parts"]
    assert element["text"] == "line 2 (G0008)"
    truths = {part["text"]: part["truth"] for part in element["parts"]}
    assert truths["same date"] == "true"
    assert truths[_LISTED] == "false"


def test_every_rule_of_the_bundled_packs_can_be_explained(run: Run, environment: dict[str, str]) -> None:
    from scrubber import Scrubber
    from scrubber.claims.inputs import InputClaim
    from scrubber.claims.read import read_claims
    from scrubber.report.explanation import explanation_lines
    from scrubber.report.style import Style

    scrubber = Scrubber.load(cache=False)
    source = next(item for item in read_claims(DEMO) if isinstance(item, InputClaim))
    rules = [rule.id for rule in scrubber.engine.program.rules]
    assert len(rules) >= 9
    for rule in rules:
        about = scrubber.explain(source, rule, as_of=date(2024, 8, 15))
        lines = list(explanation_lines(Style(80), about))
        assert rule in lines[0]
        assert max(len(line) for line in lines) <= 80
