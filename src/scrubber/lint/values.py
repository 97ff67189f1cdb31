"""Looking around in typed conditions: the values, the fields and the code sets they hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrubber.lang import ir


def fields_of(node: Any) -> Iterator[ir.FieldOf]:
    """Every field that is read."""
    return (item for item in ir.nodes_of(node) if isinstance(item, ir.FieldOf))


def sets_of(node: Any) -> Iterator[ir.Codes]:
    """Every code set that is named or written out."""
    return (item for item in ir.nodes_of(node) if isinstance(item, ir.Codes))
