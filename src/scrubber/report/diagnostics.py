"""A diagnostic about a rule file as a person reads it: where, what, the line with a caret, and what to type."""

from __future__ import annotations

import re
import textwrap

from scrubber.core.diagnostics import Diagnostic, Replacement
from scrubber.core.places import Place

WIDTH = 80


def render(diagnostic: Diagnostic, source_text: str | None = None) -> str:
    """The diagnostic as text, 80 columns wide, without colour and without a final line break.

    The first line is ``path:line:column: SCR311 headline``, whole, for editors that jump to it. With the text of the
    file follow the source line, a caret under what is meant with its label, further places of the same file, the help,
    and the line as it would read after the suggested edit.
    """
    kind = "" if diagnostic.severity == "error" else f"{diagnostic.severity}: "
    out = [f"{diagnostic.place}: {diagnostic.code} {kind}{diagnostic.headline}"]
    if source_text is not None and _of_claims(source_text):
        return f"{out[0]}\n  help: this is a file of claims, so nothing of it is shown; name the other file here"
    lines = [_visible(line) for line in re.split(r"\r\n|\r|\n", source_text)] if source_text is not None else []
    out.extend(_excerpt(diagnostic.place, diagnostic.label, "^", lines))
    for label in diagnostic.labels:
        same = label.place.path == diagnostic.place.path
        shown = _excerpt(label.place, label.text, "-", lines) if same else []
        out.extend(shown or [f"  {label.place}: {label.text}"])
    if diagnostic.help:
        out.extend(
            textwrap.wrap(
                diagnostic.help,
                WIDTH,
                initial_indent="  help: ",
                subsequent_indent="        ",
                break_long_words=False,
                break_on_hyphens=False,
            )
        )
    if diagnostic.edit is not None:
        out.extend(_edited(diagnostic.edit, lines, diagnostic.place.path))
    return "\n".join(out)


def _visible(line: str) -> str:
    """A line of a file as a terminal may show it: tabs as one blank, other unprintable characters as a mark."""
    return "".join(char if char.isprintable() else " " if char == "\t" else "\ufffd" for char in line)


def _of_claims(text: str) -> bool:
    """Whether a file given as rules, payer map or waivers holds claims: what it says of patients must not be shown."""
    start = text.lstrip("\ufeff \t\r\n")
    return start.startswith("ISA") or (start[:1] in ("{", "[") and ('"lines"' in text or '"patient_' in text))


def _excerpt(place: Place, label: str, mark: str, lines: list[str]) -> list[str]:
    """The source line, cut to the width around what is meant, and the marks below it."""
    if not 1 <= place.line <= len(lines):
        return []
    line = lines[place.line - 1]
    gutter = f"{place.line:>5} | "
    room = WIDTH - len(gutter)
    start = min(place.column - 1, len(line))
    end = place.end_column - 1 if place.end_line == place.line else len(line.rstrip())
    end = max(end, start + 1)
    line, shift = _window(line, start, room)
    start, end = start - shift, min(end - shift, room)
    marks = " " * start + mark * max(end - start, 1)
    below = " " * 5 + " | "
    out = [(gutter + line).rstrip()]
    if label and len(marks) + 1 + len(label) <= room:
        return [*out, f"{below}{marks} {label}"]
    out.append(f"{below}{marks}")
    if label:
        indent = " " * min(start, max(room - len(label), 0))
        out.extend(f"{below}{part}" for part in textwrap.wrap(label, room, initial_indent=indent))
    return out


def _window(line: str, start: int, room: int) -> tuple[str, int]:
    """The part of a long line that holds ``start``, and how far it was shifted."""
    if len(line) <= room:
        return line, 0
    if start < room * 2 // 3:
        return line[: room - 1] + "…", 0
    shift = min(start - room // 3, len(line) - room + 1)
    part = line[shift + 1 : shift + room]
    if shift + room < len(line):
        part = part[:-1] + "…"
    return "…" + part, shift


def _edited(edit: Replacement, lines: list[str], path: str) -> list[str]:
    """The line as it would read after the edit; only the new text where the line is not at hand."""
    place = edit.place
    if place.path != path or place.line != place.end_line or not 1 <= place.line <= len(lines) or "\n" in edit.text:
        return textwrap.wrap(edit.text, WIDTH, initial_indent="  write: ", subsequent_indent="         ")
    line = lines[place.line - 1]
    after = line[: place.column - 1] + edit.text + line[place.end_column - 1 :]
    shown, _ = _window(after, place.column - 1, WIDTH - 8)
    return [f"  write | {shown}".rstrip()]
