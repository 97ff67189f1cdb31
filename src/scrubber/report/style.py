"""How text for people is laid out: width, wrapping, and a little colour on a terminal."""

from __future__ import annotations

import re

from msgspec import Struct

_GAP = re.compile("( +)")
_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "cyan": "36"}
SEVERITY_COLOUR = {"reject": "red", "deny": "red", "review": "yellow", "info": "cyan"}


class Style(Struct, frozen=True):
    """``width`` in columns; ``colour`` only where a terminal shows it."""

    width: int = 80
    colour: bool = False

    def paint(self, text: str, *names: str) -> str:
        """The text in the colours or weights named; plain where there is no colour."""
        if not self.colour or not text:
            return text
        return f"\x1b[{';'.join(_CODES[name] for name in names)}m{text}\x1b[0m"

    def wrap(self, text: str, first: str = "", rest: str | None = None) -> list[str]:
        """``text`` within the width: ``first`` before the first line, ``rest`` (as many blanks) before the others."""
        text = clean(text)
        if text and len(first) + len(text) <= self.width and text[-1] != " ":
            return [first + text]
        after = " " * len(first) if rest is None else rest
        return wrapped(text, self.width, first, after) or [first.rstrip()]

    def labelled(self, label: str, text: str, indent: int = 0, column: int = 10) -> list[str]:
        """A label, and text beside it that keeps to its column."""
        first = " " * indent + label.ljust(column - 1) + " "
        found = self.wrap(text, first)
        if self.colour and label:
            found[0] = found[0].replace(label, self.paint(label, "dim"), 1)
        return found

    def rule(self, text: str, end: str = "") -> str:
        """A heading over the whole width."""
        start = f"── {clean(text)} "
        end = f" {clean(end)} ──" if end else ""
        if len(start) + len(end) > self.width:
            start = start[: max(self.width - len(end) - 2, 10)].rstrip() + "… "
        return self.paint(start + "─" * max(self.width - len(start) - len(end), 0) + end, "bold")


def wrapped(text: str, width: int, first: str, rest: str) -> list[str]:
    """What :func:`textwrap.wrap` makes of text whose only blanks are spaces, without breaking at hyphens. Both indents
    are shorter than the width.

    Loading that takes longer than all a report wraps, for the expressions it is made of.
    """
    left = [part for part in reversed(_GAP.split(text)) if part]
    lines: list[str] = []
    while left:
        indent = rest if lines else first
        room = width - len(indent)
        if lines and left[-1].isspace():
            left.pop()
        line: list[str] = []
        taken = 0
        while left and taken + len(left[-1]) <= room:
            taken += len(left[-1])
            line.append(left.pop())
        if left and len(left[-1]) > room:  # longer than any line: it is broken where this one ends
            end = room - taken
            line.append(left[-1][:end])
            left[-1] = left[-1][end:]
        if line and not line[-1].strip():
            line.pop()
        if line:
            lines.append(indent + "".join(line))
    return lines


def clean(text: str) -> str:
    """Text that cannot steer a terminal: what is not printable becomes a mark."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else " " if char in "\t\n\r" else "\ufffd" for char in text)


def plural(count: int, noun: str, many: str = "") -> str:
    """``1 claim``, ``2 claims``."""
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def listed(items: list[str], most: int = 8) -> str:
    """``a, b and c``; of very many the first, and how many more."""
    items = list(dict.fromkeys(items))
    if len(items) > most:
        return f"{', '.join(items[: most - 1])} and {len(items) - most + 1} more"
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def lines_said(numbers: list[int]) -> str:
    """``line 2``, ``lines 1, 2 and 4``."""
    found = sorted(set(numbers))
    return f"line{'s' if len(found) != 1 else ''} {listed([str(number) for number in found], 20)}"


def dollars(amount: str) -> str:
    """``1234.50`` as ``$1,234.50``."""
    sign, digits = ("-", amount[1:]) if amount.startswith("-") else ("", amount)
    whole, _, cents = digits.partition(".")
    return f"{sign}${int(whole):,}.{cents}"
