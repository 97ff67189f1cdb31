"""What the conditions of a rule read: tables, so that a rule whose table nobody has imported can be left out, and
fields of the claim and the line, by which a plan tells claims and lines apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from scrubber.engine.compile.program import CompiledRevision
from scrubber.lang import ir


def tables_read(revision: CompiledRevision) -> frozenset[str]:
    """The names of the tables that the conditions and exceptions of a revision look up."""
    return frozenset(node.table for node in ir.nodes_of(_conditions(revision)) if isinstance(node, ir.Lookup))


def claim_fields_read(revision: CompiledRevision) -> frozenset[str]:
    """The fields of the claim that the conditions and exceptions of a revision read."""
    return fields_of_claim(_conditions(revision))


def fields_of_claim(node: Any) -> frozenset[str]:
    """The fields of the claim that a tree, or each tree of a tuple, reads."""
    fields = (found for found in ir.nodes_of(node) if isinstance(found, ir.FieldOf))
    return frozenset(field.name for field in fields if field.variable == "claim")


def fields_of_line(node: Any, parameter: Callable[[str], Iterable[str]], others: bool = False) -> frozenset[str]:
    """The fields that a tree, or each tree of a tuple, reads of the line under check; with ``others`` of any line.
    ``parameter`` gives the fields that a parameter stands for."""
    read: set[str] = set()
    for found in ir.nodes_of(node):
        if isinstance(found, ir.FieldOf) and (found.variable == "line" or (others and found.record == "line")):
            read.add(found.name)
        elif isinstance(found, ir.Source):
            for key in found.same:
                read.update((key.field,) if key.field else parameter(key.parameter))
    return frozenset(read)


def _conditions(revision: CompiledRevision) -> tuple[ir.Condition | None, ...]:
    return (revision.when, *(item.condition for item in revision.unless))
