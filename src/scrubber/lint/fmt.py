"""Rule files in one layout. Only the text is rewritten, at the places of its nodes, so every comment stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from scrubber.core.diagnostics import RuleFileError
from scrubber.engine.compile.compile import subject_of
from scrubber.engine.compile.names import PackNames, by_id
from scrubber.lang.compile import compile_condition
from scrubber.lang.environment import Subject
from scrubber.lint.fmt_condition import broken, spelled
from scrubber.lint.fmt_keys import in_order
from scrubber.lint.fmt_scalar import WIDTH, end_of, folded, one_line
from scrubber.lint.pack_check import Checked, check_all
from scrubber.packs.digest import pack_files
from scrubber.packs.model import Pack, Rule
from scrubber.packs.yaml_nodes import Mapping, Node, Scalar, YamlFile, parse_yaml
from scrubber.packs.yaml_nodes import Sequence as ListNode

ROUNDS = 4
FORGOTTEN = frozenset({"span", "place", "clauses", "digest"})


class Formatted(Struct, frozen=True):
    """New texts by file; files that were left alone and why; how many were looked at."""

    changed: dict[Path, str]
    refused: dict[Path, str]
    looked_at: int


def format_packs(folders: Sequence[Path]) -> Formatted:
    """The files of packs as they should be laid out. Nothing is written.

    Raises:
        RuleFileError: the packs have errors: what a broken file means cannot be kept.
    """
    before = check_all(folders)
    if before.program is None:
        raise RuleFileError([item for item in before.found if item.severity == "error"])
    names = by_id(before.packs)
    changed: dict[Path, str] = {}
    refused: dict[Path, str] = {}
    looked_at = 0
    for pack in before.packs:
        if Path(pack.path) not in [Path(folder) for folder in folders]:
            continue
        for path in map(Path, pack_files(pack.path)):
            if path.suffix != ".yaml" or "tables" in path.relative_to(pack.path).parts[:1]:
                continue
            looked_at += 1
            old = path.read_bytes().decode("utf-8")
            new = _formatted(old, path, pack, PackNames(pack, names))
            if new == old:
                continue
            if same_meaning(before, check_all(folders, {path: new.encode("utf-8")})):
                changed[path] = new
            else:
                refused[path] = "laid out anew it would not mean the same"
    return Formatted(changed, refused, looked_at)


def same_meaning(before: Checked, after: Checked) -> bool:
    """Whether two checks compiled to the same program, places apart."""
    if before.program is None or after.program is None:
        return False
    return bool(_without_places(before.program) == _without_places(after.program))


def _without_places(value: Any) -> Any:
    if isinstance(value, Struct):
        named = {name: getattr(value, name) for name in value.__struct_fields__ if name not in FORGOTTEN}
        if "reason" in named and "text" in named:
            del named["text"]
        return type(value), _without_places(named)
    if isinstance(value, dict):
        return {key: _without_places(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_places(item) for item in value]
    return " ".join(value.split()) if isinstance(value, str) else value


def _formatted(text: str, path: Path, pack: Pack, names: PackNames) -> str:
    for _ in range(ROUNDS):
        file = parse_yaml(text.encode("utf-8"), path.as_posix())
        new = in_order(file) if path.name != "pack.yaml" else text
        if new == text:
            new = _conditions(file, pack, names)
        new = _blanks(new)
        if new == text:
            break
        text = new
    return text


def _blanks(text: str) -> str:
    """One line break at the end, one blank line at most between two lines, one before each rule after the first."""
    lines: list[str] = []
    for line in text.rstrip("\n").split("\n"):
        if line.startswith("  - id:"):
            at = len(lines)
            while at and lines[at - 1].startswith("  #"):
                at -= 1
            if at and lines[at - 1].strip() and lines[at - 1].strip() != "rules:":
                lines.insert(at, "")
        if line or not lines or lines[-1]:
            lines.append(line)
    return "\n".join(lines) + "\n"


def _conditions(file: YamlFile, pack: Pack, names: PackNames) -> str:
    text = file.source.text
    for node, new in sorted(_edits(file, pack, names), key=lambda item: -item[0].start):
        text = text[: node.start] + new + text[end_of(node) :]
    return text


def _edits(file: YamlFile, pack: Pack, names: PackNames) -> Iterator[tuple[Scalar, str]]:
    rules = file.root.get("rules")
    known = {rule.id: rule for rule in pack.rules}
    for node in rules.items if isinstance(rules, ListNode) else ():
        identity = node.get("id") if isinstance(node, Mapping) else None
        rule = known.get(identity.value.strip()) if isinstance(identity, Scalar) else None
        if rule is None or not isinstance(node, Mapping):
            continue
        subject = _subject(rule, names)
        for scalar, indent, flow in _texts(node, False):
            new = _laid_out(scalar, indent, flow, subject, names)
            if new is not None and new != scalar.source.text[scalar.start : end_of(scalar)]:
                yield scalar, new


def _subject(rule: Rule, names: PackNames) -> Subject:
    from scrubber.lang import ir

    keys = tuple(
        ir.Key(parameter=word[7:]) if word.startswith("policy.") else ir.Key(field=word)
        for word in (text.value.strip() for text in rule.group_by)
    )
    return subject_of(rule, keys, names)


def _texts(node: Node, inside: bool, indent: int = 0) -> Iterator[tuple[Scalar, int, bool]]:
    """Every condition of a rule, with the indentation a block under it needs and whether it stands in brackets."""
    if isinstance(node, Mapping):
        for key, value in node.entries:
            column = key.place.column + 1
            if key.value in ("when", "if", "all", "any", "none"):
                yield from _within(value, node.flow or inside, column)
            elif key.value in ("unless", "fix", "revisions") and not isinstance(value, Scalar):
                yield from _texts(value, node.flow or inside, column)
    elif isinstance(node, ListNode):
        for item in node.items:
            if isinstance(item, Mapping):
                yield from _texts(item, node.flow or inside, indent)


def _within(node: Node, flow: bool, indent: int) -> Iterator[tuple[Scalar, int, bool]]:
    if isinstance(node, Scalar):
        yield node, indent, flow
    elif isinstance(node, ListNode):
        for item in node.items:
            column = item.source.position(item.start)[1] - 1 if isinstance(item, Scalar) else indent
            yield from _within(item, flow or node.flow, column)
    else:
        yield from _texts(node, flow)


def _laid_out(node: Scalar, indent: int, flow: bool, subject: Subject, names: PackNames) -> str | None:
    """What should stand for a condition; None where it is better left alone."""
    made = compile_condition(node.value, subject, names)
    if made.condition is None:
        return None
    definitions = frozenset(names.definition_names())
    text = spelled(node.value, made.condition, definitions, subject.line)
    if "\n" in text:
        return None
    column = node.source.position(node.start)[1] - 1
    if flow or column + len(one_line(text, node.style, flow)) <= WIDTH:
        return one_line(text, node.style, flow)
    return folded(broken(text, WIDTH - indent), indent)
