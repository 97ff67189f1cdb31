"""Looking around in typed conditions: the values, the fields and the code sets they hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrubber.lang import ir


def nodes_of(node: Any) -> Iterator[Any]:
    """A node and all inside it: conditions, values, sets, sources."""
    if isinstance(node, tuple):
        for item in node:
            yield from nodes_of(item)
    elif isinstance(node, ir.Node):
        yield node
        for name in node.__struct_fields__:
            if name not in ("span", "type"):
                yield from nodes_of(getattr(node, name))


def fields_of(node: Any) -> Iterator[ir.FieldOf]:
    """Every field that is read."""
    return (item for item in nodes_of(node) if isinstance(item, ir.FieldOf))


def sets_of(node: Any) -> Iterator[ir.Codes]:
    """Every code set that is named or written out."""
    return (item for item in nodes_of(node) if isinstance(item, ir.Codes))
