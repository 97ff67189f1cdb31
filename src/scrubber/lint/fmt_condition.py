"""One spelling and one layout for a condition: what stands in its lines, and where they break."""

from __future__ import annotations

import re

from scrubber.lang import ir
from scrubber.lang.unparse import unparse

_WORDS = re.compile(r'"[^"]*"|[(){}]|\b(?:and|or|where|between)\b')


def spelled(text: str, condition: ir.Condition, definitions: frozenset[str], line: str = "line") -> str:
    """The condition in the canonical spelling.

    Text with a comment stays as its author laid it out. Where it uses definitions, which the typed condition no longer
    shows, only its blanks are put in order.
    """
    if "#" in re.sub(r'"[^"\n]*"', "", text):
        return text
    words = set(re.findall(r"(?<![\w.@-])[a-z][a-z0-9_-]*(?![\w.(-])", re.sub(r'"[^"]*"', "", text)))
    return " ".join(text.split()) if words & definitions else unparse(condition, line)


def broken(text: str, width: int) -> list[str]:
    """The lines of a condition: whole where it fits, else broken before `and`, `or` and `where`, outermost first."""
    return [f"{'  ' * depth}{part}" for depth, part in _broken(text, width, 0)]


def _broken(text: str, width: int, depth: int) -> list[tuple[int, str]]:
    room = width - 2 * depth
    if len(text) <= room:
        return [(depth, text)]
    for level in range(_depth(text) + 1):
        cuts = _cuts(text, level)
        if cuts:
            parts = [text[a:b].strip() for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
            inner = depth + (1 if level else 0)
            lines = _broken(parts[0], width, depth) if len(parts[0]) < len(text) else [(depth, parts[0])]
            for part in parts[1:]:
                lines += _broken(part, width, inner)
            return lines
    return [(depth, text)]


def _depth(text: str) -> int:
    depth = most = 0
    for character in text:
        depth += (character in "({") - (character in ")}")
        most = max(most, depth)
    return most


def _cuts(text: str, level: int) -> list[int]:
    """Where a line may begin inside ``level`` brackets. The `and` of `between` is no joint."""
    depth = 0
    waiting = 0
    found: list[int] = []
    for match in _WORDS.finditer(text):
        word = match[0]
        if word in "({":
            depth += 1
        elif word in ")}":
            depth -= 1
        elif depth == level and word == "between":
            waiting += 1
        elif depth == level and word == "and" and waiting:
            waiting -= 1
        elif depth == level and word in ("and", "or", "where") and match.start() > 0:
            found.append(match.start())
    return found
