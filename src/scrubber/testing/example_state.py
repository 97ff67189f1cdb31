"""The claim of an example while it is being found: plain data, changed by small edits, each on a copy.

A state has ``claim`` and may have ``history``, as a golden case writes them; ``payer``, ``tables`` and ``parameters``,
as a golden file does; and ``as_of`` where the day of sending matters.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from scrubber.claims.view import ClaimView

State = dict[str, Any]
Edit = Callable[[State], None]
"""Changes a state in place; it is always given a copy."""
Path = tuple[str | int, ...]
"""Where a record stands in a state: ``claim``, ``claim lines 0``, ``history 1 lines 0``."""
_LISTS = (
    "modifiers", "diagnoses", "icd_procedures", "diagnosis_pointers", "other_payers", "without", "related_causes",
)  # fmt: skip


def applied(edit: Edit, state: State) -> State | None:
    """A copy of the state with the edit made; None where the record to change is not written in it."""
    other = deepcopy(state)
    try:
        edit(other)
    except (KeyError, IndexError):
        return None
    return other


def key_of(state: State) -> str:
    """The same text for the same state."""
    return json.dumps(state, sort_keys=True)


def at(state: State, path: Path) -> Any:
    """What stands at a path."""
    found: Any = state
    for step in path:
        found = found[step]
    return found


def both(*edits: Edit) -> Edit:
    """One edit after the other."""

    def edit(state: State) -> None:
        for each in edits:
            each(state)

    return edit


def put(path: Path, field: str, value: Any) -> Edit:
    """Give a record a value."""

    def edit(state: State) -> None:
        record = at(state, path)
        _let(record, field)
        record[field] = value

    return edit


def without(path: Path, *fields: str) -> Edit:
    """Take fields from a record, its defaults too."""

    def edit(state: State) -> None:
        record = at(state, path)
        for field in fields:
            record.pop(field, None)
            if field not in record.setdefault("without", []):
                record["without"].append(field)

    return edit


def _let(record: State, field: str) -> None:
    left = [name for name in record.get("without", ()) if name != field]
    record.pop("without", None)
    if left:
        record["without"] = left


def paths_of(claim: ClaimView, prior: tuple[ClaimView, ...]) -> dict[int, Path]:
    """Where each record of a claim and its earlier claims stands, by the identity of its view."""
    found: dict[int, Path] = {}
    owners: list[tuple[Path, ClaimView]] = [
        (("claim",), claim),
        *((("history", n), each) for n, each in enumerate(prior)),
    ]
    for path, owner in owners:
        found[id(owner)] = path
        found |= {id(line): (*path, "lines", line.index) for line in owner.lines}
        found |= {id(each): (*path, "diagnoses", n) for n, each in enumerate(owner.diagnoses)}
        found |= {id(each): (*path, "icd_procedures", n) for n, each in enumerate(owner.icd_procedures)}
        found |= {id(each): (*path, "other_payers", n) for n, each in enumerate(owner.other_payers)}
    return found


def smaller(state: State) -> Iterator[State]:
    """The state without one thing: an earlier claim, a line, a field, a table, a row."""
    if "history" in state:
        yield _less(state, (), "history")
        for number in range(len(state["history"])):
            yield _less(state, ("history",), number)
    claims: list[Path] = [("claim",), *(("history", number) for number in range(len(state.get("history", ()))))]
    for path in claims:
        lines = at(state, path)["lines"]
        for number, line in enumerate(lines):
            if len(lines) > 1:
                yield _less(state, (*path, "lines"), number)
            fields = [field for field in line if field != "procedure" or len(line) > 1]
            yield from (_less(state, (*path, "lines", number), field) for field in fields)
            yield from _shorter(state, (*path, "lines", number), line)
        claim = at(state, path)
        yield from (_less(state, path, field) for field in claim if field not in ("lines", "type"))
        yield from _shorter(state, path, claim)
    yield from (_less(state, ("parameters",), name) for name in state.get("parameters", ()))
    if "as_of" in state:
        yield _less(state, (), "as_of")


def smaller_tables(state: State) -> Iterator[State]:
    """The state without one table, or without one row."""
    for name, rows in state["tables"].items():
        yield _less(state, ("tables",), name)
        yield from (_less(state, ("tables", name), number) for number in range(len(rows)))


def _shorter(state: State, path: Path, record: State) -> Iterator[State]:
    for field in _LISTS:
        values = record.get(field)
        if isinstance(values, list) and len(values) > 1:
            yield from (_less(state, (*path, field), number) for number in range(len(values)))
    for field in ("diagnoses", "icd_procedures"):
        for number, value in enumerate(record.get(field, ())):
            names = [name for name in value if name != "code"] if isinstance(value, dict) else []
            yield from (_less(state, (*path, field, number), name) for name in names)


def _less(state: State, path: Path, key: str | int) -> State:
    other = deepcopy(state)
    del at(other, path)[key]
    return other
