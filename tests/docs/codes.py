"""The pages of message codes: what their blocks hold, and what is said of the files in them.

A block without a title is part of rules.yaml; the keys that every rule needs are added below it, so that lines keep
their numbers. A block with a title is that file, whole. Files stand in the folder of the pack, ``example``, unless
their names have a folder; golden.yaml and waivers.yaml are read as what they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from scrubber.core.diagnostics import Diagnostic, RuleFileError
from scrubber.docgen.diagnostics import registered
from scrubber.findings.waiver_files import read_waivers
from scrubber.lint.pack_check import check_all
from scrubber.packs.bundled import bundled_packs
from scrubber.report.diagnostics import render
from scrubber.testing.golden import load_suite
from scrubber.testing.programs import Programs

from .pages import DOCS

PAGES = DOCS / "codes"
CODES = sorted(code for code in registered() if not code.startswith("SCR9"))
"""Every code that has its page here; the lints have theirs in docs/lints."""
PACK = "id: example\nversion: 1.0.0\ntitle: Example\n"
PROGRAMS = Programs()
_NEEDED = {
    "title": "An example", "category": "procedure", "severity": "review", "when": "line.units > 1",
    "message": "Look at this.", "authority": "{title: Example Manual, evidence: primary}",
}  # fmt: skip
_BLOCK = re.compile(r'```(\w+)(?: title="([^"]+)")?\n(.*?)```\n', re.DOTALL)


def section(text: str, heading: str) -> str:
    """What stands under a heading; empty where there is none."""
    _, _, rest = text.partition(f"## {heading}\n")
    return rest.partition("\n## ")[0]


def files_of(part: str) -> dict[str, str]:
    """The files of the blocks of a section, by name."""
    found = {}
    for language, title, body in _BLOCK.findall(part):
        if language in ("yaml", "csv"):
            found[title or "rules.yaml"] = body if title else completed(body)
    return found


def message_of(part: str) -> str:
    """The text of the block that shows what is said."""
    (shown,) = [body for language, _, body in _BLOCK.findall(part) if language == "text"]
    return str(shown)


def completed(text: str) -> str:
    """A rule with the keys that the page leaves out, below what the page shows."""
    missing = [key for key in _NEEDED if not re.search(rf"^\s*(- )?{key}\b", text, re.MULTILINE)]
    return text + "".join(f"    {key}: {_NEEDED[key]}\n" for key in missing)


def found_in(folder: Path, files: Mapping[str, str | bytes], monkeypatch: pytest.MonkeyPatch) -> Sequence[Diagnostic]:
    """What is said of files, written to a folder."""
    monkeypatch.chdir(folder)
    for name, text in files.items():
        path = Path(name if "/" in name else f"example/{name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    if "golden.yaml" in files:
        return _found_in_golden(Path("example/golden.yaml"))
    if "waivers.yaml" in files:
        return _found_in_waivers(Path("example/waivers.yaml"))
    if Path("example").is_dir() and not Path("example/pack.yaml").exists():
        Path("example/pack.yaml").write_text(PACK, encoding="utf-8")
    folders = sorted({path.parent for path in Path().rglob("*.yaml")} | {path.parent for path in Path().rglob("*.yml")})
    return check_all(folders).found


def _found_in_golden(path: Path) -> Sequence[Diagnostic]:
    try:
        results = list(load_suite(path, PROGRAMS).run())
    except RuleFileError as error:
        return error.diagnostics
    assert all(result.passed for result in results)
    return ()


def _found_in_waivers(path: Path) -> Sequence[Diagnostic]:
    try:
        read_waivers(path, PROGRAMS.made_of(bundled_packs()).rules)
    except RuleFileError as error:
        return error.diagnostics
    return ()


def shown(found: Sequence[Diagnostic]) -> str:
    """The messages as a person sees them."""
    texts = []
    for item in found:
        path = Path(item.place.path)
        try:
            source = path.read_bytes().decode() if path.is_file() else None
        except UnicodeDecodeError:
            source = None
        texts.append(render(item, source))
    return "\n\n".join(texts) + "\n"
