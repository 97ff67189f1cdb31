"""``scrubber rules test``: what it finds, how it tells it, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import IO, Any
from xml.etree import ElementTree

import jsonschema
import pytest
from tests.lint.sarif import SCHEMA

from .conftest import Run
from .golden_of import GOLDEN, RULE, folder

WRONG = GOLDEN.replace("expect: fires # stays", "expect: clear # stays").replace("    line: 1\n", "").replace(
    "    message: 99213 has 2 units.\n", "")  # fmt: skip


def test_all_hold(tmp_path: Path, run: Run) -> None:
    done = run("rules", "test", str(folder(tmp_path).parent))
    assert (done.exit_code, done.stdout) == (0, "1 golden file, 3 cases: all hold.\n")


def test_failure_shows_what_differed_the_clauses_and_the_claim(tmp_path: Path, run: Run) -> None:
    path = folder(tmp_path, WRONG)
    done = run("rules", "test", str(path))
    assert done.exit_code == 1
    said = done.stdout.splitlines()
    assert said[0] == f"FAILED {path}::clear: two units"
    assert "  outcome: expected clear, came fires" in said
    assert "    true     line.units > 1" in said
    claim = said[next(at for at, line in enumerate(said) if line.startswith("  claim:")) :]
    assert claim[2] == "    1: 99213 x2 2024-08-15 $100.00"
    assert len(claim[: claim.index("")]) <= 5
    assert said[-1] == "1 golden file, 3 cases: 1 failed, 1 rule tested on one side only."


def test_claim_with_many_lines_is_told_in_five(tmp_path: Path, run: Run) -> None:
    many = WRONG.replace('["99213 x2"]}\n', '["99213 x2", "99211", "99211", "99211", "99211"]}\n')
    said = run("rules", "test", str(folder(tmp_path, many))).stdout.splitlines()
    claim = said[next(at for at, line in enumerate(said) if line.startswith("  claim:")) :]
    assert claim[: claim.index("")][-1] == "    and 3 more lines"
    assert len(claim[: claim.index("")]) == 5


def test_one_case_by_name_and_by_word(tmp_path: Path, run: Run) -> None:
    path = folder(tmp_path, WRONG)
    assert run("rules", "test", f"{path}::clear: one unit").exit_code == 0
    assert "1 golden file, 1 cases" in run("rules", "test", f"{path}::one unit").stdout
    assert run("rules", "test", str(path), "-k", "WITH 25").exit_code == 0
    none = run("rules", "test", f"{path}::three units")
    assert none.exit_code == 2
    assert "has no case 'three units'" in none.stderr


def test_rule_in_force_with_one_side_fails_and_a_draft_does_not(tmp_path: Path, run: Run) -> None:
    one = "".join(line for line in GOLDEN.splitlines(keepends=True) if "one unit" not in line)
    done = run("rules", "test", str(folder(tmp_path, one)))
    assert done.exit_code == 1
    assert "MINE-01 is active and has no case with expect: clear" in done.stdout
    draft = RULE.replace("status: active", "status: draft")
    assert run("rules", "test", str(folder(tmp_path, one, draft))).exit_code == 0


def test_rule_of_a_named_pack_without_golden_file_fails(tmp_path: Path, run: Run) -> None:
    second = RULE + RULE.removeprefix("rules:\n").replace("MINE-01", "MINE-02")
    path = folder(tmp_path, rule=second)
    assert run("rules", "test", str(path)).exit_code == 0
    done = run("rules", "test", str(path), "--pack", str(tmp_path / "pack"))
    assert done.exit_code == 1
    assert "MINE-02 is in force and no golden file of this run tests it" in done.stdout


def test_json(tmp_path: Path, run: Run) -> None:
    found = json.loads(run("rules", "test", str(folder(tmp_path, WRONG)), "--format", "json").stdout)
    assert found["schema"] == "scrubber-golden/1"
    assert found["summary"] == {"files": 1, "cases": 3, "failed": 1, "passed": False}
    case = found["files"][0]["cases"][0]
    assert (case["expected"], case["came"], case["line"]) == ("clear", ["fires"], 10)


def test_junit_counts_and_writes_whole_files(tmp_path: Path, run: Run) -> None:
    out = tmp_path / "golden.xml"
    done = run("rules", "test", str(folder(tmp_path, WRONG)), "--format", "junit", "--output", str(out))
    assert (done.exit_code, done.stdout) == (1, "")
    (suite,) = ElementTree.parse(out).getroot()
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("4", "2", "0")
    failed = [test.get("name") for test in suite if test.find("failure") is not None]
    assert failed == ["clear: two units", "fires and is clear"]


def test_github_annotations_stand_at_the_case(tmp_path: Path, run: Run) -> None:
    path = folder(tmp_path, WRONG)
    first = run("rules", "test", str(path), "--format", "github").stdout.splitlines()[0]
    assert first.startswith(f"::error file={path},line=10,col=5,title=MINE-01%3A clear%3A two units::")
    assert "%0A  outcome: expected clear, came fires" in first


def test_wrong_file_is_one_problem_among_the_rest(tmp_path: Path, run: Run) -> None:
    path = folder(tmp_path)
    (path.parent / "other.yaml").write_text(GOLDEN.replace("MINE-01", "MINE-10"), encoding="utf-8")
    done = run("rules", "test", str(path.parent))
    assert done.exit_code == 1
    assert "SCR801 no loaded pack has a rule named MINE-10" in done.stdout
    assert "1 file that cannot be used" in done.stdout


def test_wrong_usage(tmp_path: Path, run: Run) -> None:
    assert run("rules", "test", str(tmp_path / "nowhere")).exit_code == 2
    assert "holds no golden file" in run("rules", "test", str(tmp_path)).stderr
    assert "is not a pack" in run("rules", "test", str(folder(tmp_path)), "--pack", str(tmp_path / "golden")).stderr
    assert run("rules", "test", str(tmp_path / "golden"), "--pack", str(tmp_path)).exit_code == 0


@pytest.mark.parametrize("named", ["golden", "golden/other.yaml"])
def test_a_golden_file_that_may_not_be_read_stops_the_tests_by_name(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    """Its tests would else be passed over. To the superuser nothing is denied, so the opening is."""
    other = folder(tmp_path).with_name("other.yaml")
    other.write_text(GOLDEN, encoding="utf-8")

    def denied(path: Path, mode: str) -> IO[Any]:
        if Path(path) == other:
            raise PermissionError(13, "Permission denied", str(path))
        return Path(path).open(mode)

    monkeypatch.setattr("scrubber.core.files.open", denied, raising=False)
    shown = run("rules", "test", str(tmp_path / named))
    assert shown.exit_code == 2, shown.stdout
    assert f"{other} cannot be read (permission denied)." in shown.stderr


@pytest.mark.parametrize("words", [("test",), ("test", "--mutate"), ("coverage",)])
def test_no_report_is_written_over_a_golden_file(tmp_path: Path, run: Run, words: tuple[str, ...]) -> None:
    path = folder(tmp_path)
    done = run("rules", *words, str(path.parent), "--output", str(path))
    assert done.exit_code == 2
    assert "is read by this run" in done.stderr
    assert path.read_text(encoding="utf-8") == GOLDEN


def test_sarif_names_every_place(tmp_path: Path, run: Run) -> None:
    """A case at its line of the golden file, a rule without a golden file at its line of the pack."""
    second = RULE + RULE.removeprefix("rules:\n").replace("MINE-01", "MINE-02")
    path = folder(tmp_path, WRONG, rule=second)
    done = run("rules", "test", str(path), "--pack", str(tmp_path / "pack"), "--format", "sarif")
    assert done.exit_code == 1
    log = json.loads(done.stdout)
    jsonschema.validate(log, SCHEMA)
    results = log["runs"][0]["results"]
    assert [result["ruleId"] for result in results] == ["GOLDEN", "GOLDEN-SIDES", "GOLDEN-UNTESTED"]
    places = [result["locations"][0]["physicalLocation"] for result in results]
    assert [Path(place["artifactLocation"]["uri"]).name for place in places] == ["MINE-01.yaml"] * 2 + ["rules.yaml"]
    assert places[0]["region"]["startLine"] == 10
    assert "expected clear, came fires" in results[0]["message"]["text"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("misspelt.yaml", GOLDEN.replace("rule: MINE-01", "rul: MINE-01").encode()),
        ("misspelt-too.yaml", GOLDEN.replace("cases:", "case:").encode()),
        ("other-end.yml", GOLDEN.replace("expect: clear", "expect: fires").encode()),
        ("marked.yaml", b"\xef\xbb\xbf" + GOLDEN.replace("# Cases of MINE-01.\n", "").encode()),
        ("wide.yaml", GOLDEN.encode("utf-16")),
        ("quoted.yaml", GOLDEN.replace("rule: MINE-01", '"rule" : MINE-10').replace("cases:", "case:").encode()),
    ],
)
def test_no_file_among_others_is_passed_over(tmp_path: Path, run: Run, name: str, text: bytes) -> None:
    """A golden file that nobody runs would pass."""
    path = folder(tmp_path)
    (path.parent / name).write_bytes(text)
    done = run("rules", "test", str(path.parent))
    assert done.exit_code == 1
    assert name in done.stdout


def test_a_word_that_no_case_has_is_wrong_usage(tmp_path: Path, run: Run) -> None:
    done = run("rules", "test", str(folder(tmp_path)), "-k", "untis")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "No case of these files has 'untis' in its name, so nothing was tested." in done.stderr


def test_what_a_clear_case_cannot_say_is_refused(tmp_path: Path, run: Run) -> None:
    golden = GOLDEN.replace("expect: clear}", "expect: clear, severity: deny}")
    done = run("rules", "test", str(folder(tmp_path, golden)))
    assert done.exit_code == 1
    assert "SCR809 `severity` says something of an entry, and `clear` gives none" in done.stdout


def test_an_empty_text_is_told_as_one(tmp_path: Path, run: Run) -> None:
    done = run("rules", "test", str(folder(tmp_path, GOLDEN.replace("expect: clear", 'expect: ""'))))
    assert "SCR529 `expect` has no value" in done.stdout


LOCAL_SET = "valuesets:\n  local/partners:\n    type: npi\n    title: Partners\n"


def test_a_local_set_is_filled_by_the_golden_file(run: Run, tmp_path: Path) -> None:
    """A rule that asks a set of the practice fires and is clear in its tests; without the codes it is not evaluated."""
    golden = folder(tmp_path)
    pack = tmp_path / "pack"
    (pack / "pack.yaml").write_text((pack / "pack.yaml").read_text() + LOCAL_SET)
    rules = next(path for path in pack.glob("*.yaml") if path.name != "pack.yaml")
    rules.write_text(rules.read_text().replace("line.units > 1", "line.rendering_npi not in @local/partners"))
    head = golden.read_text().partition("cases:")[0]
    cases = """cases:
  - {name: another, claim: {lines: ["99213"]}, expect: fires}
  - {name: a partner, claim: {rendering_npi: "1306849450", lines: ["99213"]}, expect: clear}
"""
    golden.write_text(head + cases)
    assert "came not_evaluated" in run("rules", "test", str(golden)).stdout
    for name in ("partners", "local/partners"):
        golden.write_text(f'{head}local: {{{name}: ["1306849450"]}}\n{cases}')
        assert run("rules", "test", str(golden)).exit_code == 0
    golden.write_text(f'{head}local: {{partner: ["1306849450"]}}\n{cases}')
    told = run("rules", "test", str(golden))
    assert told.exit_code == 1
    assert "SCR807 no loaded pack has a local set named partner" in told.stdout
    assert "did you mean partners?" in told.stdout
