"""What the conditions of a rule read: tables, so that a rule whose table nobody has imported can be left out, and
fields of the claim, by which a plan tells claims apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrubber.engine.compile.program import CompiledRevision
from scrubber.lang import ir


def tables_read(revision: CompiledRevision) -> frozenset[str]:
    """The names of the tables that the conditions and exceptions of a revision look up."""
    return frozenset(node.table for node in _nodes(_conditions(revision)) if isinstance(node, ir.Lookup))


def claim_fields_read(revision: CompiledRevision) -> frozenset[str]:
    """The fields of the claim that the conditions and exceptions of a revision read."""
    return fields_of_claim(_conditions(revision))


def fields_of_claim(node: Any) -> frozenset[str]:
    """The fields of the claim that a tree, or each tree of a tuple, reads."""
    fields = (found for found in _nodes(node) if isinstance(found, ir.FieldOf))
    return frozenset(field.name for field in fields if field.variable == "claim")


def _conditions(revision: CompiledRevision) -> tuple[ir.Condition | None, ...]:
    return (revision.when, *(item.condition for item in revision.unless))


def _nodes(tree: Any) -> Iterator[ir.Node]:
    """Every node of a tree, or of a tuple of trees."""
    if isinstance(tree, tuple):
        for item in tree:
            yield from _nodes(item)
    elif isinstance(tree, ir.Node):
        yield tree
        for name in tree.__struct_fields__:
            yield from _nodes(getattr(tree, name))
