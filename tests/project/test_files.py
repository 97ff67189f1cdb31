"""The tree itself: sizes, machine addresses, docstrings."""

import ast
import re
import statistics
from pathlib import Path

import pytest
from tree import ROOT, SOURCE, files_of_the_project, text_of

MODULES = sorted(SOURCE.rglob("*.py"))
LONGEST = 500
LARGEST_MEDIAN = 120
# Joined from parts, so that this file does not contain what it forbids.
_PLACES = (
    "/" + "work/(?:main|shared|[.])",
    "/" + "tmp/w/",
    "/" + "root/",
    "/" + "home/[a-z]",
    "/" + "Users/",
    "[.]" + "library/",
)
MACHINE_PATHS = re.compile("|".join(_PLACES))
INDEX_SETTING = re.compile(r"^\s*(?:--?(?:index-url|extra-index-url|find-links|i|f)\b|\S+\s*@\s*\S+://)", re.MULTILINE)


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_source_file_is_too_long() -> None:
    too_long = {relative(path): lines(path) for path in MODULES if lines(path) > LONGEST}
    assert too_long == {}


def test_source_files_are_short_on_the_whole() -> None:
    assert statistics.median(lines(path) for path in MODULES if path.name != "__init__.py") <= LARGEST_MEDIAN


def test_no_tracked_file_names_a_place_on_one_machine() -> None:
    found = {}
    for path in files_of_the_project():
        text = text_of(path)
        match = MACHINE_PATHS.search(text) if text else None
        if match:
            found[relative(path)] = match.group()
    assert found == {}


def test_constraints_pin_every_package_and_name_no_index() -> None:
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    entries = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert entries
    assert [line for line in entries if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+_-]+", line)] == []
    assert not INDEX_SETTING.search(text)
    assert "://" not in text


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_public_module_has_a_docstring(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if path.name.startswith("_") and path.name not in {"__init__.py", "__main__.py"}:
        pytest.skip("a private module")
    if not tree.body:
        pytest.skip("an empty module")
    assert ast.get_docstring(tree), f"{relative(path)} does not say what it holds"


FORBIDDEN_CALLS = {"eval", "breakpoint", "__import__"}


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_no_evaluation_of_text_and_no_pickle(path: Path) -> None:
    """The promises of docs/limits.md. `exec` is allowed on a code object built from `ast` nodes only: never on text."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in FORBIDDEN_CALLS, f"{relative(path)}:{node.lineno}"
            if node.func.id in {"exec", "compile"}:
                assert not isinstance(node.args[0], ast.Constant | ast.JoinedStr), f"{relative(path)}:{node.lineno}"
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        assert not {"pickle", "marshal", "shelve", "dill"}.intersection(names), f"{relative(path)}:{node.lineno}"
