"""Which tables a rule asks, so that a rule whose table nobody has imported can be left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from scrubber.core.types import Type
from scrubber.engine.compile.program import CompiledRevision
from scrubber.lang import ir


def tables_read(revision: CompiledRevision) -> frozenset[str]:
    """The names of the tables that the conditions and exceptions of a revision look up."""
    return frozenset(_looked_up((revision.when, *(item.condition for item in revision.unless))))


def _looked_up(node: Any) -> Iterator[str]:
    if isinstance(node, ir.Lookup):
        yield node.table
    if isinstance(node, tuple):
        for item in node:
            yield from _looked_up(item)
    elif isinstance(node, msgspec.Struct) and not isinstance(node, Type):
        for name in node.__struct_fields__:
            yield from _looked_up(getattr(node, name))
