"""The pytest plugin, in test runs of their own."""

import subprocess
import sys
from pathlib import Path

GOLDEN = """\
rule: NCCI-PTP-01
as_of: 2024-08-15
payer: MEDICARE
tables:
  ptp/practitioner:
    - {column_1: "11055", column_2: "11720", modifier_indicator: "1"}
cases:
  - {name: both, claim: {lines: ["11055", "11720"]}, expect: fires}
  - {name: with 59, claim: {lines: ["11055", "11720-59"]}, expect: clear}
"""


def run(folder: Path, *more: str, at: Path | None = None) -> str:
    """What a run of pytest on ``folder`` prints, with the plugin however it is installed."""
    command = [sys.executable, "-m", "pytest", "-p", "no:scrubber", "-p", "scrubber.testing.plugin", "-p",
               "no:cacheprovider", *more, str(folder)]  # fmt: skip
    done = subprocess.run(command, cwd=at or folder, capture_output=True, text=True, timeout=120, check=False)
    return done.stdout + done.stderr


def test_cases_are_tests_with_names_and_failures_without_traceback(tmp_path: Path) -> None:
    (tmp_path / "golden" / "mine").mkdir(parents=True)
    (tmp_path / "golden" / "mine" / "NCCI-PTP-01.yaml").write_text(GOLDEN, encoding="utf-8")
    (tmp_path / "golden" / "other.yaml").write_text("name: not a golden file\n", encoding="utf-8")
    (tmp_path / "elsewhere.yaml").write_text(GOLDEN, encoding="utf-8")
    said = run(tmp_path, "-v")
    assert "golden/mine/NCCI-PTP-01.yaml::fires: both PASSED" in said
    assert "golden/mine/NCCI-PTP-01.yaml::clear: with 59 FAILED" in said
    assert "golden/mine/NCCI-PTP-01.yaml::fires and is clear PASSED" in said
    assert "outcome: expected clear, came bypassed" in said
    assert "Traceback" not in said
    assert "1 failed, 2 passed" in said


def test_rule_tested_on_one_side_only_fails(tmp_path: Path) -> None:
    (tmp_path / "golden").mkdir()
    one = "".join(line for line in GOLDEN.splitlines(keepends=True) if "with 59" not in line)
    (tmp_path / "golden" / "a.yaml").write_text(one, encoding="utf-8")
    said = run(tmp_path)
    assert "NCCI-PTP-01 is active and has no case with expect: clear" in said
    assert "1 failed, 1 passed" in said


def test_wrong_file_stops_the_run_and_shows_the_line(tmp_path: Path) -> None:
    (tmp_path / "golden").mkdir()
    (tmp_path / "golden" / "a.yaml").write_text(GOLDEN.replace("NCCI-PTP-01", "NCCI-PTP-10"), encoding="utf-8")
    said = run(tmp_path)
    assert "SCR801 no loaded pack has a rule named NCCI-PTP-10" in said
    assert "did you mean" in said
    assert "Traceback" not in said
    assert "1 error" in said


def test_plugin_is_cheap_where_it_is_not_used() -> None:
    """Nothing heavy is imported by the plugin itself: pytest loads it in every project that has the package."""
    code = (
        "import sys, scrubber.testing.plugin\n"
        "print([name for name in ('yaml', 'pydantic', 'lark', 'msgspec', 'scrubber.engine') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


RULES = """\
rules:
  - {id: MINE-01, title: One, category: units, severity: review, status: active, when: line.units > 1, message: One.,
     authority: {title: An example, evidence: primary}}
  - {id: MINE-02, title: Two, category: units, severity: review, status: active, when: line.units > 2, message: Two.,
     authority: {title: An example, evidence: primary}}
"""
MINE = """\
rule: MINE-01
as_of: 2024-08-15
payer: {payer: ANY, class: COMMERCIAL}
cases:
  - {name: two, claim: {lines: ["99213 x2"]}, expect: fires}
  - {name: one, claim: {lines: ["99213"]}, expect: clear}
"""


def test_rule_in_force_without_a_golden_file_fails_where_its_pack_is_named(tmp_path: Path) -> None:
    """By option or by setting; not where a single case is asked for; a folder without a pack is wrong usage."""
    (tmp_path / "golden").mkdir()
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "pack.yaml").write_text("id: mine\nversion: 1.0.0\ntitle: Mine\n", encoding="utf-8")
    (tmp_path / "pack" / "rules.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "golden" / "MINE-01.yaml").write_text(MINE, encoding="utf-8")
    said = run(tmp_path, "--golden-pack", "pack", "-v")
    assert "MINE-02 has a golden file FAILED" in said
    assert "MINE-02 is in force and no golden file of this run tests it" in said
    assert "1 failed, 3 passed" in said
    assert "Traceback" not in said
    one = run(tmp_path / "golden" / "MINE-01.yaml::fires: two", "--golden-pack", "pack", at=tmp_path)
    assert "1 passed" in one
    (tmp_path / "pytest.ini").write_text("[pytest]\ngolden_packs = pack\n", encoding="utf-8")
    assert "1 failed, 3 passed" in run(tmp_path)
    assert "is not a pack" in run(tmp_path, "--golden-pack", "golden")
