"""What is not imported where it would cost time, and that imports point one way."""

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tree import ROOT, SOURCE

HEAVY = ["click", "jsonschema", "lark", "numpy", "pydantic", "rich", "yaml"]


def loaded_after(code: str) -> list[str]:
    """The heavy libraries a fresh interpreter holds after it ran `code`."""
    script = f"{code}\nimport sys\nprint(*[name for name in {HEAVY!r} if name in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False)
    assert shown.returncode == 0, shown.stderr
    return shown.stdout.split()


@pytest.mark.parametrize(
    "module",
    ["scrubber", "scrubber.core.catalogue", "scrubber.claims.read", "scrubber.claims.model", "scrubber.lang.ir",
     "scrubber.engine.judge.run", "scrubber.findings.model", "scrubber.tables.store"],
)  # fmt: skip
def test_reading_and_judging_a_claim_imports_nothing_heavy(module: str) -> None:
    try:
        found = importlib.util.find_spec(module)
    except ModuleNotFoundError:
        found = None
    if found is None:
        pytest.skip(f"{module} does not exist")
    assert loaded_after(f"import {module}") == []


def test_the_probe_sees_what_is_imported() -> None:
    assert loaded_after("import yaml, lark") == ["lark", "yaml"]


WARM = """
import atexit, sys
from scrubber.cli.main import main
sys.argv = ["scrubber", "check", *sys.argv[1:]]
atexit.register(lambda: print(*sys.modules, file=sys.stderr))
main()
"""

SLOW = {
    "ast", "asyncio", "calendar", "click", "concurrent", "csv", "ctypes", "dataclasses", "difflib", "dis", "email",
    "hashlib", "html", "http", "importlib.metadata", "inspect", "ipaddress", "json", "jsonschema", "lark", "locale",
    "logging", "msgspec.inspect", "multiprocessing", "numpy", "pathlib", "platform", "pydantic", "random", "rich",
    "socket", "sqlite3", "subprocess", "tempfile", "textwrap", "threading", "tokenize", "traceback",
    "typing_extensions", "unittest", "urllib", "yaml", "zipfile",
}  # fmt: skip
"""What a start would wait for longest, or what would bring such a thing in."""

ELSEWHERE = {"scrubber.docgen", "scrubber.impact", "scrubber.lint", "scrubber.testing"}
ONLY_JSON = {"random", "tempfile"}
"""What the JSON report needs besides: a temporary file takes over where a run is large."""


@pytest.mark.parametrize("form", ["text", "json", "ndjson"])
def test_a_warm_check_of_an_837_loads_only_what_it_needs(form: str, tmp_path: Path) -> None:
    """Performance notes: a cached start imports nothing heavy. Each module of our own costs a start as well."""
    environment = {**os.environ, "SCRUBBER_CACHE": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}
    command = [sys.executable, "-c", WARM, str(ROOT / "examples" / "demo.837"), "--as-of", "2024-08-15"]
    for _ in range(2):  # the first fills the cache
        shown = subprocess.run([*command, "--format", form], cwd=ROOT, env=environment, capture_output=True, text=True,
                               timeout=120, check=False)  # fmt: skip
    assert shown.returncode == 1
    assert "DEMO-1001" in shown.stdout
    modules = set(shown.stderr.split())
    assert modules & SLOW <= (set() if form == "text" else ONLY_JSON)
    assert not [name for name in modules if any(name.startswith(package) for package in ELSEWHERE)]
    assert not modules & {"scrubber.cli.program", "scrubber.claims.json_reader", "scrubber.engine.compile.compile",
                          "scrubber.engine.plan.clauses", "scrubber.engine.plan.turns", "scrubber.fixes.apply",
                          "scrubber.lang.parse", "scrubber.packs.load"}  # fmt: skip


def test_what_a_start_leaves_out_is_there_for_who_asks() -> None:
    """What msgspec is loaded without must not be missing or changed afterwards."""
    asked = """
import sys
from scrubber.cli import main
main._import_msgspec()
assert not {"platform", "textwrap", "msgspec.inspect", "_uuid", "typing_extensions"} & set(sys.modules)
import msgspec, platform, textwrap, uuid
msgspec.json.schema(dict[str, int])
print(msgspec.inspect.type_info(int), platform.system() == uuid._platform_system, textwrap.wrap("a b", 1),
      msgspec.convert(str(uuid.uuid4()), uuid.UUID).version)
import typing_extensions
"""
    shown = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, timeout=60, check=False)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout.startswith("IntType(")
    assert shown.stdout.endswith("True ['a', 'b'] 4\n")


def test_imports_point_down() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    if not program.exists() and shutil.which("lint-imports") is None:
        pytest.skip("import-linter is not installed")
    command = [str(program) if program.exists() else "lint-imports", "--no-cache"]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert shown.returncode == 0, shown.stdout + shown.stderr


def test_only_the_version_is_asked_of_the_package_itself() -> None:
    """What the exception in .importlinter rests on: no module below reaches the API through the package's own name."""
    asked = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "scrubber":
                asked |= {(alias.name, path.relative_to(SOURCE).parts[0]) for alias in node.names}
    faces = {"cli", "server", "lsp"}
    assert {name for name, package in asked if package not in faces} <= {"__version__"}
