"""Rewriting what golden cases expect, and nothing else: the text around it stays, comments with it.

Only the keys that say what came are touched (``expect``, ``also`` and what a case compares). A rule that crashed is
never taken for what was expected.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from scrubber.core.diagnostics import UsageError
from scrubber.findings.model import Entry
from scrubber.packs.yaml_nodes import Mapping as MappingNode
from scrubber.packs.yaml_nodes import Node, Scalar, Source
from scrubber.testing.compare import said
from scrubber.testing.golden import Outcomes, Suite, observed
from scrubber.testing.read import GoldenCase, fits

KEYS = ("line", "lines", "diagnosis", "related", "message", "reason", "missing", "choices", "fixes", "severity",
        "unchecked")  # fmt: skip
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]*(?<! )")


class Change(NamedTuple):
    """``text`` takes the place of what stands from ``start`` to ``end``."""

    start: int
    end: int
    text: str


def updated(suite: Suite) -> str:
    """The text of the golden file with every case expecting what the rule does now.

    Raises:
        UsageError: the rule crashes on a case.
        RuleFileError: a claim cannot be read.
    """
    changes: list[Change] = []
    for case in suite.cases:
        seen, came = observed(suite, case)
        if "fault" in seen:
            raise UsageError(f"{case.place}: {suite.rule.id} crashes on {case.name!r}: nothing was rewritten.")
        changes += _changes(case, _expectations(case, seen, came), source_of(case.node))
    text = suite.golden.text
    for change in sorted(changes, reverse=True):
        text = text[: change.start] + change.text + text[change.end :]
    return text


def _expectations(case: GoldenCase, seen: Sequence[str], came: Outcomes) -> dict[str, Any]:
    """What the case has to say: its keys with the values that came; None where a key has to go."""
    expect = case.expect if case.expect in seen else seen[0]
    also = [kind for kind in seen if kind != expect]
    values: dict[str, Any] = {"expect": expect}
    if also or "also" in case.values:
        values["also"] = also or None
    entries = [entry for entry in came.get(expect, ()) if isinstance(entry, Entry)]
    actual = said(entries) if entries else {}
    for key in KEYS:
        if key in case.values:
            values[key] = actual.get(key, case.values[key]) if fits(key, {expect, *also}) else None
    return values


def _changes(case: GoldenCase, values: Mapping[str, Any], source: Source) -> list[Change]:
    changes = []
    for key, value in values.items():
        node = case.node.get(key)
        if node is None:
            after = case.node.get("expect")
            assert after is not None
            changes.append(_added(case.node, end_of(after, source), f"{key}: {_written(value)}", source))
        elif value is None:
            changes.append(_removed(case.node, key, source))
        elif not _same(case.values[key], value):
            changes.append(Change(start_of(node, source), end_of(node, source), _written(value)))
    return changes


def _same(written: Any, value: Any) -> bool:
    if isinstance(value, list | tuple):
        return [str(item) for item in ([written] if isinstance(written, str) else written)] == [str(x) for x in value]
    return not isinstance(written, list) and " ".join(str(written).split()) == " ".join(str(value).split())


def _added(mapping: MappingNode, at: int, text: str, source: Source) -> Change:
    if mapping.flow:
        return Change(at, at, f", {text}")
    line, _ = source.position(at)
    end = source.starts[line - 1] + len(source.line_text(line))
    indent = mapping.entries[0][0].place.column - 1
    return Change(end, end, "\n" + " " * indent + text)


def _removed(mapping: MappingNode, key: str, source: Source) -> Change:
    """The key with its value: in braces with the comma before it, else with its whole lines."""
    at = next(number for number, (name, _) in enumerate(mapping.entries) if name.value == key)
    name, node = mapping.entries[at]
    if mapping.flow:
        if at:
            return Change(end_of(mapping.entries[at - 1][1], source), end_of(node, source), "")
        return Change(name.start, mapping.entries[1][0].start, "")
    if not at:  # the first key stands after the dash: the next one moves up to it
        return Change(name.start, mapping.entries[1][0].start, "")
    line, _ = source.position(name.start)
    last, _ = source.position(end_of(node, source))
    end = source.starts[last] if last < len(source.starts) else len(source.text)
    return Change(source.starts[line - 1], end, "")


def _written(value: Any) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(_scalar(str(item)) for item in value)}]"
    return _scalar(str(value))


def _scalar(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else json.dumps(" ".join(text.split()), ensure_ascii=False)


def source_of(node: Node) -> Source:
    """The file a node was read from: that of its first scalar."""
    while not isinstance(node, Scalar):
        node = node.entries[0][0] if isinstance(node, MappingNode) else node.items[0]
    return node.source


def start_of(node: Node, source: Source) -> int:
    """The index of the first character of a value."""
    return node.start if isinstance(node, Scalar) else source.starts[node.place.line - 1] + node.place.column - 1


def end_of(node: Node, source: Source) -> int:
    """The index after the last character of a value; a block list ends with its last item."""
    if isinstance(node, Scalar):
        return node.end
    if node.flow:
        return source.starts[node.place.end_line - 1] + node.place.end_column - 1
    return end_of(node.entries[-1][1] if isinstance(node, MappingNode) else node.items[-1], source)
