"""The path of a stranger, replayed: docs/transcripts/first-rule.md, byte for byte, with a wheel of this checkout.

Nothing is normalised but versions and times, which stand as ``…``. With SCRUBBER_SNAPSHOTS=write the outputs are
written anew; read the difference before keeping it.
"""

from __future__ import annotations

import importlib.metadata
import os
import re
import site
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from tree import ROOT

PAGE = ROOT / "docs" / "transcripts" / "first-rule.md"
MARK = "@@@"
_FENCE = re.compile(r"^```(console|yaml)(?: title=\"([^\"]+)\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_OURS = re.compile(r"(__editable__|_editable|claim_scrubber|scrubber|pip\b|pip-|setuptools|_distutils|.*\.pth$)")


def commands_of(text: str) -> list[str]:
    """The commands of a console block."""
    return [line[2:] for line in text.splitlines() if line.startswith("$ ")]


def stable(text: str) -> str:
    """Versions and times as ``…``: they change without anybody's changing anything."""
    text = text.replace(importlib.metadata.version("claim-scrubber"), "…")
    return re.sub(r"\b\d+\.\d+s\b", "…s", text)


def dependencies(folder: Path) -> Path:
    """The packages of this environment without ours and without pip: what an index would give, without the network."""
    folder.mkdir()
    for place in site.getsitepackages():
        for entry in Path(place).iterdir() if Path(place).is_dir() else ():
            if not _OURS.match(entry.name) and not (folder / entry.name).exists():
                (folder / entry.name).symlink_to(entry)
    return folder


def environment(tmp_path: Path, wheel: Path) -> dict[str, str]:
    """A person's own: a home of its own, no checkout in reach, packages from the wheel's folder."""
    own = tmp_path / "bin"
    own.mkdir()
    (own / "python3").symlink_to(Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}")
    return {
        "PATH": f"{own}:/usr/bin:/bin", "HOME": str(tmp_path), "LANG": "C.UTF-8", "COLUMNS": "80",
        "PYTHONPATH": str(dependencies(tmp_path / "packages")), "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(wheel.parent), "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_ADDOPTS": "-p no:cacheprovider",
    }  # fmt: skip


def script_of(page: str, folder: Path) -> str:
    """All blocks of the page as one shell script; each command's output stands between two marks."""
    parts = []
    for language, title, text in _FENCE.findall(page):
        if language == "yaml":
            parts.append(f"mkdir -p {Path(title).parent}\ncat > {title} <<'END OF FILE'\n{text}END OF FILE\n")
        else:
            parts += [f"{command}\nstatus=$?; echo {MARK}; (exit $status)\n" for command in commands_of(text)]
    return f"cd {folder}\n" + "".join(parts)


def replayed(page: str, outputs: list[str]) -> str:
    """The page with the outputs below their commands."""
    given = iter(outputs)

    def block(match: re.Match[str]) -> str:
        if match[1] != "console":
            return match[0]
        lines = [f"$ {command}\n{next(given)}" for command in commands_of(match[3])]
        return f"```console\n{''.join(lines)}```"

    return _FENCE.sub(block, page)


@pytest.fixture(scope="module")
def printed(wheel_file: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page as it comes out now."""
    tmp_path = tmp_path_factory.mktemp("stranger")
    if not (Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}").exists():
        pytest.skip("the Python that this environment was made with is not where it should be")
    page = PAGE.read_text(encoding="utf-8")
    (tmp_path / "empty").mkdir()
    script = script_of(page, tmp_path / "empty")
    done = subprocess.run(["sh"], input=script, env=environment(tmp_path, wheel_file), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=300, check=False)  # fmt: skip
    if "ensurepip is not available" in done.stdout:
        pytest.skip("this Python cannot make a virtual environment with pip in it")
    outputs = [stable(part) for part in done.stdout.split(f"{MARK}\n")]
    return replayed(page, outputs)


def test_the_page_says_what_is_printed(printed: str) -> None:
    if os.environ.get("SCRUBBER_SNAPSHOTS") == "write":
        PAGE.write_text(printed, encoding="utf-8")
    assert printed == PAGE.read_text(encoding="utf-8")
    assert "Traceback" not in printed


def test_the_typo_is_put_right_by_what_the_message_says() -> None:
    """The line that `sed` writes is the one that the message shows behind `write`."""
    page = PAGE.read_text(encoding="utf-8")
    shown = re.search(r"^  write \|     (.*)$", page, re.MULTILINE)
    typed = re.search(r"sed -i '10s/\.\*/(.*)/' harbor", page)
    assert shown is not None
    assert typed is not None
    assert shown[1].strip() == typed[1].strip()


def test_ci_is_the_documented_workflow() -> None:
    """Every command about rules in docs/ci.md, but the comparison of a pull request, is typed under CI=true."""
    ci = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    match = re.search(r'```yaml title="\.github/workflows/rules\.yml"\n(.*?)```', ci, re.DOTALL)
    assert match is not None
    steps = yaml.safe_load(match[1])["jobs"]["rules"]["steps"]
    runs = [
        step["run"].replace("lakeside", "harbor") for step in steps if "run" in step and "worktree" not in step["run"]
    ]
    page = PAGE.read_text(encoding="utf-8")
    assert len(runs) == 4
    typed = commands_of(page)
    in_ci = typed[typed.index("export CI=true") :]
    for run in runs:
        assert run in in_ci or run.replace("pip install", "pip install --quiet") in typed, run
