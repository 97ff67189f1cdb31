"""`scrubber check`: what comes out, in each form, and the exit codes of the contract."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import AS_OF, DEMO, Run, claim, write


def report(text: str) -> dict[str, object]:
    found = json.loads(text)
    assert isinstance(found, dict)
    return found


def test_findings_give_exit_code_1_and_json_alone_on_stdout(run: Run) -> None:
    shown = run("check", DEMO, *AS_OF, "--format", "json")
    assert shown.exit_code == 1
    assert shown.stderr == ""
    found = json.loads(shown.stdout)
    assert list(found) == ["schema", "provenance", "input_problems", "claims", "summary"]
    assert found["schema"] == "scrubber-result/1"
    by_number = {entry["claim"]["patient_control_number"]: entry for entry in found["claims"]}
    rules = {number: [f["rule"] for f in entry["findings"]] for number, entry in by_number.items()}
    assert "NCCI-PTP-00" in rules["DEMO-1001"]
    assert "NCCI-PTP-01" in rules["DEMO-1002"]
    assert "NCCI-PTP-01" not in rules["DEMO-1003"]
    assert [entry["rule"] for entry in by_number["DEMO-1003"]["bypassed"]] == ["NCCI-PTP-01"]
    assert {"NCCI-MUE-03", "ENGINE-FORMAT"} <= set(rules["DEMO-1004"])
    assert "NCCI-AOC-01" in rules["DEMO-1005"]
    assert by_number["DEMO-1006"]["outcome"] == "clean"
    assert by_number["DEMO-1007"]["outcome"] == "incomplete"


def test_the_same_input_gives_the_same_bytes(run: Run) -> None:
    first, second = (run("check", DEMO, *AS_OF, "--format", "json").stdout_bytes for _ in range(2))
    assert first == second
    assert first.endswith(b"}\n")


def test_provenance_names_packs_tables_and_what_is_set(run: Run) -> None:
    shown = run("check", DEMO, *AS_OF, "--format", "json", "--param", "same_provider=billing_npi")
    made = json.loads(shown.stdout)["provenance"]
    assert made["as_of"] == "2024-08-15"
    assert made["packs"][0]["id"] == "ncci"
    assert len(made["packs"][0]["digest"]) == 64
    pairs = next(table for table in made["tables"] if table["id"] == "ptp/practitioner")
    assert pairs["slice"] is True
    assert pairs["covers"] == {"from": "2024-07-01", "to": "2024-09-30"}
    assert {"name": "same_provider", "value": ["billing_npi"], "set_by": "caller"} in made["parameters"]
    default = json.loads(run("check", DEMO, *AS_OF, "--format", "json").stdout)["provenance"]["parameters"]
    assert "same_provider" not in {entry["name"] for entry in default}


def test_a_clean_claim_gives_exit_code_0(run: Run, tmp_path: Path) -> None:
    shown = run("check", write(tmp_path / "a.json", claim("A", "G0008")), *AS_OF)
    assert shown.exit_code == 0, shown.stdout
    assert "1 clean" in shown.stdout


def test_incomplete_without_findings_gives_exit_code_4(run: Run, tmp_path: Path) -> None:
    unmapped = claim("A", "G0008", payer_name="INVENTED PLAN", filing_indicator="ZZ")
    shown = run("check", write(tmp_path / "a.json", unmapped), *AS_OF)
    assert shown.exit_code == 4
    assert "--payer-map" in shown.stdout
    assert "1 not fully checked" in shown.stdout


def test_a_cpt_code_against_the_bundled_slice_is_not_called_clean(run: Run, tmp_path: Path) -> None:
    """The bundled tables hold HCPCS Level II rows only: of other codes nothing is known, which is not a pass."""
    shown = run("check", write(tmp_path / "a.json", claim("A", "99213", "20610")), *AS_OF, "--format", "json")
    found = json.loads(shown.stdout)["claims"][0]
    assert shown.exit_code == 4
    assert found["outcome"] == "incomplete"
    gaps = {gap["rule"]: gap for gap in found["not_evaluated"]}
    assert gaps["NCCI-PTP-01"]["reason"] == "no_table"
    assert gaps["NCCI-PTP-01"]["blocking"] is True


def test_unreadable_input_goes_before_findings(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.bin"
    bad.write_bytes(bytes(range(256)) * 4)
    shown = run("check", DEMO, str(bad), *AS_OF, "--format", "json")
    found = json.loads(shown.stdout)
    assert shown.exit_code == 2
    assert len(found["claims"]) == 7
    assert [problem["file"] for problem in found["input_problems"]] == [str(bad)]
    assert "neither an 837 nor JSON" in shown.stderr


def test_nothing_readable_writes_nothing(run: Run, tmp_path: Path) -> None:
    empty = tmp_path / "empty.837"
    empty.touch()
    target = tmp_path / "out.json"
    shown = run("check", str(empty), *AS_OF, "--format", "json", "--output", str(target))
    assert shown.exit_code == 2
    assert shown.stdout == ""
    assert "the file is empty" in shown.stderr
    assert list(tmp_path.iterdir()) == [empty]


@pytest.mark.parametrize(("severity", "code"), [("reject", 0), ("deny", 1), ("review", 1), ("info", 1)])
def test_fail_on_sets_the_least_severity(run: Run, tmp_path: Path, severity: str, code: int) -> None:
    path = write(tmp_path / "a.json", claim("A", "G0439", "G0438"))
    shown = run("check", path, *AS_OF, "--fail-on", severity, "--format", "json")
    assert json.loads(shown.stdout)["summary"]["by_severity"]["deny"] == 1
    assert shown.exit_code == code


def test_below_fail_on_an_incomplete_claim_still_gives_4(run: Run, tmp_path: Path) -> None:
    unmapped = claim("B", "G0008", payer_name="INVENTED PLAN", filing_indicator="ZZ")
    path = write(tmp_path / "a.json", claim("A", "G0439", "G0438"), unmapped)
    assert run("check", path, *AS_OF, "--fail-on", "reject").exit_code == 4


def test_a_line_counts_once_however_many_findings_it_has(run: Run, tmp_path: Path) -> None:
    over = claim("A", "G0438", "G0439")
    over["lines"][1]["units"] = 5  # beyond its limit of units, and never payable with line 1
    shown = run("check", write(tmp_path / "a.json", over), *AS_OF, "--format", "json")
    found = json.loads(shown.stdout)
    on_line_2 = [f for f in found["claims"][0]["findings"] if f["line"] == 2 and f["severity"] == "deny"]
    assert len(on_line_2) >= 2
    assert found["summary"]["dollars_at_risk"] == "1.00"


def test_a_folder_is_read_in_order_without_hidden_files(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "claims"
    (folder / "sub").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    write(folder / "b.json", claim("B", "G0008"))
    write(folder / "a.json", claim("A", "G0008"))
    write(folder / "sub" / "c.json", claim("C", "G0008"))
    write(folder / ".no.json", claim("HIDDEN", "G0008"))
    write(folder / ".hidden" / "no.json", claim("HIDDEN", "G0008"))
    shown = run("check", str(folder), *AS_OF, "--format", "json")
    numbers = [entry["claim"]["patient_control_number"] for entry in json.loads(shown.stdout)["claims"]]
    assert numbers == ["A", "B", "C"]


def test_standard_input(run: Run) -> None:
    shown = run("check", "-", *AS_OF, "--format", "json", input=Path(DEMO).read_bytes())
    found = json.loads(shown.stdout)
    assert {entry["claim"]["file"] for entry in found["claims"]} == {"<stdin>"}
    assert len(found["claims"]) == 7


def test_ndjson_has_a_header_a_line_a_claim_and_a_footer(run: Run) -> None:
    rows = [json.loads(row) for row in run("check", DEMO, *AS_OF, "--format", "ndjson").stdout.splitlines()]
    assert list(rows[0]) == ["schema", "provenance"]
    assert list(rows[-1]) == ["input_problems", "summary"]
    whole = json.loads(run("check", DEMO, *AS_OF, "--format", "json").stdout)
    assert rows[1:-1] == whole["claims"]
    assert rows[-1]["summary"] == whole["summary"]


def test_output_appears_whole_and_leaves_nothing_beside_it(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    target.write_text("old", encoding="utf-8")
    shown = run("check", DEMO, *AS_OF, "--format", "json", "--output", str(target))
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert report(target.read_text(encoding="utf-8"))["schema"] == "scrubber-result/1"
    assert list(tmp_path.iterdir()) == [target]


def test_a_claim_with_an_input_problem_is_in_both_lists(run: Run, tmp_path: Path) -> None:
    """Contract: the problem is also a structure finding of severity reject on the claim."""
    broken = claim("A", "G0008")
    broken["lines"][0]["units"] = "many"
    shown = run("check", write(tmp_path / "a.json", broken), *AS_OF, "--format", "json")
    found = json.loads(shown.stdout)
    assert shown.exit_code == 1
    assert [problem["claim"] for problem in found["input_problems"]] == ["A"]
    structure = [f for f in found["claims"][0]["findings"] if f["category"] == "structure"]
    assert [f["severity"] for f in structure] == ["reject"]
    assert "many" not in shown.stdout


def test_the_text_names_the_day_when_none_is_given(run: Run, tmp_path: Path) -> None:
    from datetime import date

    shown = run("check", write(tmp_path / "a.json", claim("A", "G0008")))
    assert f"{date.today().isoformat()}, the day the claims are to be sent" in " ".join(shown.stdout.split())


def test_a_payer_map_says_who_pays(run: Run, tmp_path: Path) -> None:
    mapped = tmp_path / "payers.csv"
    mapped.write_text("payer_id,payer_name,payer,class,product,state\nM1,,MEDICARE,MEDICARE,,\n", encoding="utf-8")
    path = write(
        tmp_path / "a.json", claim("A", "G0438", "G0439", payer_id="M1", payer_name="X", filing_indicator="ZZ")
    )
    assert run("check", path, *AS_OF).exit_code == 4
    assert run("check", path, *AS_OF, "--payer-map", str(mapped)).exit_code == 1


def test_required_history_that_is_not_there_makes_a_claim_incomplete(run: Run, tmp_path: Path) -> None:
    """Batch history does not count as history supplied."""
    path = write(tmp_path / "a.json", claim("A", "G0008", patient_key="p"), claim("B", "G0103", patient_key="p"))
    assert run("check", path, *AS_OF).exit_code == 0
    shown = run("check", path, *AS_OF, "--require-history", "--format", "json")
    assert shown.exit_code == 4
    gaps = [gap for gap in json.loads(shown.stdout)["claims"][0]["not_evaluated"] if gap["reason"] == "no_history"]
    assert gaps
    assert all(gap["blocking"] for gap in gaps)
    history = write(tmp_path / "h.json", claim("OLD", "G0008", patient_key="someone-else"))
    assert run("check", path, *AS_OF, "--require-history", "--history", history).exit_code == 0


def test_a_pack_of_ones_own_goes_with_the_bundled_one(run: Run, tmp_path: Path) -> None:
    from .conftest import ROOT

    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "pack.yaml").write_text(
        "id: mine\nversion: 1.2.3\ntitle: Mine\napplies:\n  payer: {any_of: [MEDICARE]}\n", encoding="utf-8"
    )
    (pack / "rules.yaml").write_text(
        "rules:\n  - id: MINE-1\n    title: Flu shots go to the registry\n    category: payer\n    severity: review\n"
        "    scope: line\n    when: line.procedure = G0008\n    message: '{line.procedure} goes to the registry.'\n"
        "    authority: {title: A memo, evidence: primary}\n", encoding="utf-8",
    )  # fmt: skip
    path = write(tmp_path / "a.json", claim("A", "G0008"))
    shown = run("check", path, *AS_OF, "--pack", str(ROOT / "rules" / "ncci"), "--pack", str(pack))
    assert shown.exit_code == 1, shown.stderr
    assert "REVIEW Line 1 · G0008 · box 24D · $1.00 at risk" in shown.stdout
    assert "G0008 goes to the registry." in shown.stdout
    assert "ncci 1.0.0 and mine 1.2.3" in shown.stdout
