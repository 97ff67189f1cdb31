"""`./run` on machines that lack things. Nothing is installed here: each case ends before anything is fetched."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from tree import ROOT

REFUSES = """#!/bin/sh
case "$*" in
    "-m venv"*|"-m pip"*) echo "No module" >&2; exit 1 ;;
    *version_info*) exit {new_enough} ;;
esac
exit 0
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what `run` reads, in a folder whose name has a space."""
    folder = tmp_path / "my checkout"
    folder.mkdir()
    for name in ("run", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def fake_python(folder: Path, new_enough: bool) -> Path:
    path = folder / "python3"
    path.write_text(REFUSES.format(new_enough=0 if new_enough else 1), encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def call(checkout: Path, *arguments: str, path: str | None = None, **extra: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": path or os.environ["PATH"], "HOME": str(checkout.parent / "home"), **extra}
    command = ["/bin/sh", str(checkout / "run"), *arguments]
    return subprocess.run(
        command,
        cwd="/",
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_neither_venv_nor_pip_names_the_package_to_install(checkout: Path) -> None:
    shown = call(checkout, "demo", PYTHON=str(fake_python(checkout.parent, new_enough=True)))
    assert shown.returncode == 3
    assert "sudo apt-get install python3-venv" in shown.stderr
    assert not (checkout / ".venv").exists()
    assert not (checkout.parent / "home").exists()


def test_a_half_made_environment_is_made_again(checkout: Path) -> None:
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "leftover").touch()
    shown = call(checkout, "demo", PYTHON=str(fake_python(checkout.parent, new_enough=True)))
    assert shown.returncode == 3
    assert not (checkout / ".venv").exists()


def ready_environment(checkout: Path) -> None:
    """An environment as `run` leaves it, whose programs only say how they were called."""
    programs = checkout / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name in ("python", "scrubber"):
        (programs / name).write_text('#!/bin/sh\necho "$PWD" "$@"\nexit ${SCRUBBER_EXIT:-0}\n', encoding="utf-8")
        (programs / name).chmod(0o755)
    parts = "cat pyproject.toml constraints.txt; printf '%s' \"$(pwd -P)\""
    key = subprocess.run(
        ["/bin/sh", "-c", f"{{ {parts}; }} | cksum"], cwd=checkout, capture_output=True, text=True, check=True
    )
    for stamp in (".ready", ".ready-dev"):
        (checkout / ".venv" / stamp).write_text(key.stdout.strip(), encoding="utf-8")


def test_nothing_is_installed_twice(checkout: Path) -> None:
    ready_environment(checkout)
    shown = call(checkout, "check", "a file.837")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout == "/ check a file.837\n", "file names are the caller's: the folder is not changed"
    assert not (checkout / ".tools").exists()


def test_a_changed_dependency_is_installed(checkout: Path) -> None:
    ready_environment(checkout)
    with (checkout / "constraints.txt").open("a", encoding="utf-8") as file:
        file.write("something==1.0\n")
    shown = call(checkout, "demo", PYTHON=str(fake_python(checkout.parent, new_enough=True)))
    assert "Setting up in .venv" in shown.stderr


@pytest.mark.parametrize(("ended", "expected"), [("0", 0), ("1", 0), ("2", 2), ("3", 3), ("4", 4)])
def test_findings_do_not_make_the_demo_fail(checkout: Path, ended: str, expected: int) -> None:
    ready_environment(checkout)
    shown = call(checkout, "demo", SCRUBBER_EXIT=ended)
    assert shown.returncode == expected
    assert "check examples/demo.837 --as-of 2024-08-15" in shown.stdout
    assert ("did not work" in shown.stderr) == (expected != 0)


def test_a_demo_that_breaks_off_is_not_a_demo_that_found_something(checkout: Path) -> None:
    ready_environment(checkout)
    program = checkout / ".venv" / "bin" / "scrubber"
    program.write_text('#!/bin/sh\necho "Traceback (most recent call last):" >&2\nexit 1\n', encoding="utf-8")
    shown = call(checkout, "demo")
    assert shown.returncode == 3
    assert "did not work" in shown.stderr


def test_the_tests_exit_code_is_handed_on(checkout: Path) -> None:
    ready_environment(checkout)
    shown = call(checkout, "test", "-k", "one thing", SCRUBBER_EXIT="5")
    assert shown.returncode == 5
    assert shown.stdout == f"{checkout.resolve()} -m pytest --numprocesses auto -k one thing\n"


def test_a_folder_that_cannot_be_written_is_said_so(checkout: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("the super-user can write everywhere")
    checkout.chmod(0o555)
    try:
        shown = call(checkout, "demo")
    finally:
        checkout.chmod(0o755)
    assert shown.returncode == 3
    assert "Cannot write" in shown.stderr
