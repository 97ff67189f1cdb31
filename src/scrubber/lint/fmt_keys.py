"""The keys of a rule in one order, each with its value and with the comments above it."""

from __future__ import annotations

from collections.abc import Sequence

from scrubber.packs.yaml_nodes import Mapping, YamlFile
from scrubber.packs.yaml_nodes import Sequence as ListNode

ORDER = (
    "id", "title", "category", "severity", "scope", "pair", "group_by", "status", "applies", "effective", "basis",
    "needs", "for_each_row", "columns", "when", "unless", "message", "bypassable", "denial", "fix", "authority", "why",
    "revisions", "lint_off",
)  # fmt: skip
ORDER_OF_REVISION = ("effective", *(key for key in ORDER if key not in ("effective", "revisions", "lint_off")))


def in_order(file: YamlFile) -> str:
    """The text of a rule file with the keys of each rule, and of each revision, in order."""
    lines = file.source.text.splitlines(keepends=True)
    rules = file.root.get("rules")
    for rule in reversed(rules.items if isinstance(rules, ListNode) else ()):
        if not isinstance(rule, Mapping) or rule.flow:
            continue
        revisions = rule.get("revisions")
        if not _move(lines, rule, ORDER) and isinstance(revisions, ListNode):
            # Revisions are put in order in the next round, when the rule's own keys have their places.
            for revision in reversed(revisions.items):
                if isinstance(revision, Mapping) and not revision.flow:
                    _move(lines, revision, ORDER_OF_REVISION)
    return "".join(lines)


def _move(lines: list[str], node: Mapping, order: Sequence[str]) -> bool:
    """Put the keys of one mapping in order; whether anything moved."""
    rank = {name: at for at, name in enumerate(order)}
    keys = [key for key, _ in node.entries]
    sorted_ = sorted(range(len(keys)), key=lambda at: (rank.get(keys[at].value, len(order)), at))
    starts = [key.place.line - 1 for key in keys]
    if sorted_ == list(range(len(keys))) or len(set(starts)) != len(starts):
        return False
    column = keys[0].place.column - 1
    head = lines[starts[0]][:column]
    if head.strip() not in ("-", ""):
        return False
    begins = [starts[0], *(_above(lines, start, column, low) for start, low in zip(starts[1:], starts, strict=False))]
    end = _end(lines, node, starts[-1])
    if lines[end - 1][-1:] != "\n":
        lines[end - 1] += "\n"
    parts = [lines[a:b] for a, b in zip(begins, [*begins[1:], end], strict=True)]
    parts[0] = [" " * column + parts[0][0][column:], *parts[0][1:]]
    moved = [line for at in sorted_ for line in parts[at]]
    first = next(at for at, line in enumerate(moved) if line.strip() and not line.lstrip().startswith("#"))
    comments, moved = moved[:first], moved[first:]
    moved[0] = head + moved[0][column:]
    dash = len(head) - len(head.lstrip())
    lines[starts[0] : end] = [*(" " * dash + line.lstrip() for line in comments), *moved]
    return True


def _above(lines: Sequence[str], start: int, column: int, low: int) -> int:
    """Where the comments right above a key begin."""
    while start - 1 > low and lines[start - 1].lstrip().startswith("#") and _indent(lines[start - 1]) == column:
        start -= 1
    return start


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _end(lines: Sequence[str], node: Mapping, last: int) -> int:
    """The line after the mapping: what follows its last key and is indented deeper."""
    column = node.entries[0][0].place.column - 1
    end = last + 1
    at = end
    while at < len(lines):
        line = lines[at]
        if line.strip() and _indent(line) <= column:
            break
        at += 1
        if line.strip():
            end = at
    return end
