"""Which pages are generated, and by what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from scrubber.docgen import diagnostics, fields, functions, parameters, rules, tables

PAGES: Final[Mapping[str, Callable[[], str]]] = MappingProxyType({
    "fields.md": fields.text,
    "functions.md": functions.text,
    "parameters.md": parameters.text,
    "rules.md": rules.text,
    "table-list.md": tables.text,
    "codes/index.md": diagnostics.text,
})  # fmt: skip
"""File name to what makes its text."""
