"""Small packs for the tests of lints: a rule is completed with the keys every rule needs."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from scrubber.lint.pack_check import check_all
from scrubber.lint.run import LintResult, lint

PACK = "id: example\nversion: 1.0.0\ntitle: Example\n"
RULE = {
    "title": "An example", "category": "procedure", "severity": "review", "scope": "line", "message": "Look at this.",
    "authority": {"title": "Example Manual", "section": "1", "evidence": "primary"},
}  # fmt: skip

Write = Callable[..., Path]


def completed(text: str) -> str:
    """Rules with the keys that an example leaves out."""
    values: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)
    rules = [copy.deepcopy({**RULE, **rule}) for rule in values["rules"]]
    return yaml.safe_dump({"rules": rules}, sort_keys=False, width=1000)


@pytest.fixture
def pack(tmp_path: Path) -> Write:
    """Write a pack of files by name; ``rules.yaml`` is completed."""

    def write(files: Mapping[str, str] | str, whole: bool = False) -> Path:
        named = {"rules.yaml": files} if isinstance(files, str) else dict(files)
        named.setdefault("pack.yaml", PACK)
        for name, text in named.items():
            made = completed(text) if name == "rules.yaml" and not whole else text
            (tmp_path / name).write_text(made, encoding="utf-8")
        return tmp_path

    return write


def linted(folder: Path, *codes: str) -> LintResult:
    """What the lints say of a pack that must compile."""
    checked = check_all([folder])
    assert checked.program is not None, [str(item) for item in checked.found]
    return lint(checked.packs, checked.program, None, frozenset(codes), [folder])
