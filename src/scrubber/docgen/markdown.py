"""Markdown that the generated pages are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

MADE = "<!-- Made by `python -m scrubber.docgen`; do not edit. -->"


WIDE = "---\nhide:\n  - toc\n---"
"""Front matter of a page whose tables need the room that the table of contents takes."""


def page(title: str, intro: str, parts: Iterable[str], *, wide: bool = False) -> str:
    """A whole page: title, a note that it is generated, an introduction, and its parts with a blank line between."""
    front = [WIDE] if wide else []
    return "\n\n".join([*front, MADE, f"# {title}", intro, *parts]) + "\n"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; bars in cells are escaped, line breaks become blanks."""
    lines = [row_of(headings), "|" + "---|" * len(headings)]
    lines += [row_of(row) for row in rows]
    return "\n".join(lines)


def row_of(cells: Sequence[str]) -> str:
    """One row of a table."""
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"


def code(text: str) -> str:
    """Text in code style; nothing stays nothing."""
    return f"`{text}`" if text else ""


def codes(texts: Iterable[str]) -> str:
    """Several texts in code style, with commas."""
    return ", ".join(code(text) for text in texts)
