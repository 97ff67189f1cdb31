"""Small packs written to a folder, for tests of the engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scrubber import Scrubber

RULE = """
rules:
  - id: {id}
    title: A rule of a test
    category: {category}
    severity: {severity}
    scope: {scope}
    {extra}
    when: {when}
    message: "{message}"
    authority: {{title: Invented for a test, evidence: primary}}
"""


def write_pack(folder: Path, pack: str, **files: str) -> Path:
    """A pack of ``pack.yaml`` and the files named (``rules=…`` becomes ``rules.yaml``)."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pack.yaml").write_text(pack, encoding="utf-8")
    for name, text in files.items():
        path = folder / (name.replace("__", ".") if "__" in name else f"{name}.yaml")
        path.write_text(text, encoding="utf-8")
    return folder


def header(id_: str = "test", **keys: str) -> str:
    """A pack.yaml."""
    lines = [f"id: {id_}", "version: 1.0.0", "title: A pack of a test"]
    return "\n".join([*lines, *(f"{key}: {value}" for key, value in keys.items())]) + "\n"


def rule(when: str, id_: str = "TEST-01", scope: str = "line", extra: str = "status: active", **keys: Any) -> str:
    """A rule file of one rule."""
    given = {"category": "procedure", "severity": "deny", "message": "found", **keys}
    return RULE.format(id=id_, scope=scope, when=when, extra=extra, **given)


def loaded(*folders: Path, **options: Any) -> Scrubber:
    """The packs as a scrubber, without the cache of the machine."""
    return Scrubber.load(*folders, cache=False, **options)
