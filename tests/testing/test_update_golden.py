"""``--update-golden`` rewrites what cases expect, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from .conftest import Run
from .golden_of import GOLDEN, RULE, folder


def test_nothing_is_rewritten_where_all_holds(tmp_path: Path, run: Run) -> None:
    path = folder(tmp_path)
    done = run("rules", "test", str(path), "--update-golden")
    assert (done.exit_code, done.stdout) == (0, "No golden files rewritten.\n")
    assert path.read_text(encoding="utf-8") == GOLDEN


def test_values_are_rewritten_and_the_rest_stays(tmp_path: Path, run: Run) -> None:
    """A new wording, and an exception gone: comments, names, claims and layout are as before."""
    rule = RULE.replace('units."', 'units: too many."').replace("modifiers has 25", "modifiers has 24")
    path = folder(tmp_path, rule=rule)
    assert run("rules", "test", str(path)).exit_code == 1
    done = run("rules", "test", str(path), "--update-golden")
    assert f"rewrote {path}" in done.stdout
    expected = GOLDEN.replace("message: 99213 has 2 units.", 'message: "99213 has 2 units: too many."')
    expected = expected.replace("expect: bypassed, reason: it carries 25}", "expect: fires}")
    assert path.read_text(encoding="utf-8") == expected
    assert run("rules", "test", str(path)).exit_code == 0


def test_keys_that_no_longer_fit_go_with_their_lines(tmp_path: Path, run: Run) -> None:
    path = folder(tmp_path, rule=RULE.replace("line.units > 1", "line.units > 2"))
    run("rules", "test", str(path), "--update-golden")
    expected = GOLDEN.replace("expect: fires # stays\n    line: 1\n    message: 99213 has 2 units.\n",
                              "expect: clear # stays\n")  # fmt: skip
    assert path.read_text(encoding="utf-8") == expected.replace("expect: bypassed, reason: it carries 25}",
                                                                "expect: clear}")  # fmt: skip


def test_other_outcomes_are_named_in_also(tmp_path: Path, run: Run) -> None:
    more = GOLDEN.replace('["99213 x2"]', '["99213 x2", "99213-25 x2"]')
    path = folder(tmp_path, more)
    run("rules", "test", str(path), "--update-golden")
    assert "expect: fires # stays\n    also: [bypassed]\n" in path.read_text(encoding="utf-8")
    assert run("rules", "test", str(path)).exit_code == 0
    path = folder(tmp_path, GOLDEN.replace("    expect: fires # stays\n",
                                           "    expect: fires # stays\n    also: [bypassed]\n"))  # fmt: skip
    run("rules", "test", str(path), "--update-golden")
    assert path.read_text(encoding="utf-8") == GOLDEN


def test_refused_in_ci(tmp_path: Path, run: Run) -> None:
    path = folder(tmp_path, GOLDEN.replace("x2", "x3"))
    done = run("rules", "test", str(path), "--update-golden", CI="true")
    assert done.exit_code == 2
    assert "does not run in CI" in done.stderr
    assert "x3" in path.read_text(encoding="utf-8")


def pytest_run(folder_: Path, **environment: str) -> str:
    import os

    command = [sys.executable, "-m", "pytest", "-p", "no:scrubber", "-p", "scrubber.testing.plugin", "-p",
               "no:cacheprovider", "--update-golden", str(folder_)]  # fmt: skip
    env = {**{name: value for name, value in os.environ.items() if name != "CI"}, **environment}
    done = subprocess.run(command, cwd=folder_, capture_output=True, text=True, timeout=120, check=False, env=env)
    return done.stdout + done.stderr


def test_pytest_rewrites_too_and_refuses_in_ci(tmp_path: Path) -> None:
    path = folder(tmp_path, GOLDEN.replace("has 2 units", "has two units"))
    assert "does not run in CI" in pytest_run(tmp_path, CI="1")
    assert "two units." in path.read_text(encoding="utf-8")
    assert "4 passed" in pytest_run(tmp_path)
    assert path.read_text(encoding="utf-8") == GOLDEN
