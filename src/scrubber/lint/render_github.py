"""Diagnostics as workflow commands, which GitHub shows beside the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterable

from scrubber.core.diagnostics import Diagnostic


def as_github(found: Iterable[Diagnostic]) -> str:
    """One ``::error`` or ``::warning`` a line."""
    return "".join(_command(item) for item in found)


def _command(item: Diagnostic) -> str:
    place = item.place
    fields = {"file": place.path, "line": place.line, "endLine": place.end_line, "col": place.column,
              "endColumn": max(place.end_column - 1, place.column), "title": item.code}  # fmt: skip
    if place.end_line != place.line:
        del fields["endColumn"]
    text = f"{item.headline} {item.help}".strip()
    kind = "error" if item.severity == "error" else "warning"
    return f"::{kind} {','.join(f'{name}={_value(str(value))}' for name, value in fields.items())}::{_data(text)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _value(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
