"""The wheel holds all that a user without the checkout needs."""

import importlib.metadata
import zipfile
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet
from tree import ROOT, SOURCE


@pytest.fixture(scope="module")
def wheel(wheel_file: Path) -> set[str]:
    """The names in a wheel built here, without the network."""
    with zipfile.ZipFile(wheel_file) as archive:
        return set(archive.namelist())


def test_every_module_is_inside(wheel: set[str]) -> None:
    modules = {f"scrubber/{path.relative_to(SOURCE).as_posix()}" for path in SOURCE.rglob("*.py")}
    assert modules - wheel == set()
    assert "scrubber/py.typed" in wheel


@pytest.mark.parametrize("folder", ["grammar", "rules"])
def test_the_language_and_the_packs_are_inside(wheel: set[str], folder: str) -> None:
    files = {path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    expected = {f"scrubber/data/{path.relative_to(ROOT).as_posix()}" for path in files}
    assert expected
    assert expected - wheel == set()


def test_no_tests_and_no_settings_are_inside(wheel: set[str]) -> None:
    allowed = ("scrubber/", "claim_scrubber-")
    assert [name for name in wheel if not name.startswith(allowed)] == []


def test_no_pinned_package_refuses_the_oldest_python() -> None:
    """Debian 12 has Python 3.11.2, and some packages ask for a later 3.11: their pins would stop `./run` there."""
    refuse = {}
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        name, _, pinned = line.partition("==")
        try:
            package = importlib.metadata.distribution(name)
        except (importlib.metadata.PackageNotFoundError, ValueError):
            continue
        needs = package.metadata.get("Requires-Python")
        if needs and package.version == pinned and "3.11.2" not in SpecifierSet(needs):
            refuse[line] = needs
    assert refuse == {}
