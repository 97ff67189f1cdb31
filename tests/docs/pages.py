"""Reads the fenced blocks off a page of the documentation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
_FENCE = re.compile(r"^( *)```(\S*)([^\n]*)\n(.*?)^\1```\s*?$", re.MULTILINE | re.DOTALL)
_TITLE = re.compile(r'title="([^"]+)"')


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its title (empty: none), its text, and the line of the page it starts on."""

    language: str
    title: str
    text: str
    line: int


def blocks_of(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order; an indented one without its indentation."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in _FENCE.finditer(text):
        indent, language, rest, body = match.groups()
        body = re.sub(rf"^{indent}", "", body, flags=re.MULTILINE)
        title = _TITLE.search(rest)
        found.append(Block(language, title[1] if title else "", body, text.count("\n", 0, match.start()) + 1))
    return found
