"""The text of a condition with its quoted texts and comments blanked, and helpers to look around in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

_HIDDEN = re.compile(r'"[^"\n]*"|#[^\n]*')
_PAIRS = {"(": ")", "{": "}", "[": "]"}


def mask(text: str) -> str:
    """``text`` with the insides of ``"..."`` and of comments blanked; the same length."""

    def blank(match: re.Match[str]) -> str:
        found = match[0]
        return f'"{"_" * (len(found) - 2)}"' if found[0] == '"' else " " * len(found)

    return _HIDDEN.sub(blank, text)


@dataclass(frozen=True)
class Spot:
    """Where parsing stopped. ``found`` is the text there, empty at the end; ``expected`` names accepted tokens."""

    text: str
    position: int
    found: str
    expected: frozenset[str]
    start: str

    @cached_property
    def masked(self) -> str:
        return mask(self.text)

    @cached_property
    def before(self) -> str:
        """The masked text up to the spot, without trailing blanks."""
        return self.masked[: self.position].rstrip()

    @cached_property
    def after(self) -> str:
        """The masked text from the spot on."""
        return self.masked[self.position :]

    @cached_property
    def previous(self) -> str:
        """The last word or sign before the spot."""
        match = re.search(r"[A-Za-z0-9_.@$*?/-]+$|\S$", self.before)
        return match[0] if match else ""

    @cached_property
    def can_end(self) -> bool:
        """Whether a condition could have ended at the spot."""
        return bool({"AND", "OR"} & self.expected)

    @cached_property
    def in_braces(self) -> bool:
        """Whether the spot is inside ``{...}``."""
        return self.before.rfind("{") > self.before.rfind("}")

    @cached_property
    def group(self) -> tuple[int, int]:
        """The stretch between the brackets around the spot; the whole text where there are none."""
        opened: list[int] = []
        for at, c in enumerate(self.masked[: self.position]):
            if c in _PAIRS:
                opened.append(at)
            elif c in ")}]" and opened:
                opened.pop()
        start = opened[-1] + 1 if opened else 0
        depth = 0
        for at in range(start, len(self.masked)):
            c = self.masked[at]
            depth += c in _PAIRS
            if c in ")}]":
                if depth == 0:
                    return start, at
                depth -= 1
        return start, len(self.masked)

    def connectives(self) -> list[tuple[int, int, str]]:
        """Every ``and`` and ``or`` of the group around the spot that joins conditions: start, end, word."""
        start, end = self.group
        found, depth, between = [], 0, 0
        for match in re.finditer(r"[({\[]|[)}\]]|\b(?:and|or|between)\b", self.masked[start:end]):
            word = match[0]
            if word in "({[":
                depth += 1
            elif word in ")}]":
                depth -= 1
            elif depth == 0 and word == "between":
                between += 1
            elif depth == 0 and word == "and" and between:
                between -= 1
            elif depth == 0 and word in ("and", "or"):
                found.append((start + match.start(), start + match.end(), word))
        return found

    def clause_end(self, start: int) -> int:
        """Where the clause that begins at ``start`` ends: at ``and``, ``or`` or a closing bracket around it."""
        depth, between = 0, 0
        for match in re.finditer(r"[({\[]|[)}\]]|\b(?:and|or|between)\b", self.masked[start:]):
            word, at = match[0], start + match.start()
            if word in "({[":
                depth += 1
            elif word in ")}]":
                if depth == 0:
                    return len(self.masked[:at].rstrip())
                depth -= 1
            elif depth == 0 and word == "between":
                between += 1
            elif depth == 0 and word == "and" and between:
                between -= 1
            elif depth == 0:
                return len(self.masked[:at].rstrip())
        return len(self.masked.rstrip())
