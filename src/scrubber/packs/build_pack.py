"""pack.yaml's nodes to the words of the model: identity, overrides, definitions, tables."""

from __future__ import annotations

import re
from pathlib import Path

from scrubber import __version__
from scrubber.core.diagnostics import Diagnostic
from scrubber.packs import reading as read
from scrubber.packs.cut_text import cut_by_comment
from scrubber.packs.model import Definition, Override, Setting, TableSpec
from scrubber.packs.rule_parts import columns_of
from scrubber.packs.yaml_nodes import Mapping, Node, Scalar


def check_engine(root: Mapping, problems: list[Diagnostic], engine: str = __version__) -> None:
    """``requires:`` against the version of this engine."""
    node = root.get("requires")
    if not isinstance(node, Scalar):
        return
    have = _numbers(engine)
    for part in node.value.split(","):
        found = re.fullmatch(r"\s*(>=|<=|==|!=|>|<)\s*([0-9.]+)\s*", part)
        if found is None:
            continue
        want = _numbers(found[2])
        size = max(len(have), len(want))
        mine, theirs = have + (0,) * (size - len(have)), want + (0,) * (size - len(want))
        holds = {
            ">=": mine >= theirs,
            "<=": mine <= theirs,
            "==": mine == theirs,
            "!=": mine != theirs,
            ">": mine > theirs,
            "<": mine < theirs,
        }[found[1]]
        if not holds:
            problems.append(
                Diagnostic(
                    "SCR618",
                    f"this pack needs engine {node.value.strip()}; this is engine {engine}",
                    node.place,
                    label=f"{found[1]}{found[2]} does not hold",
                    help="install an engine of that version, or use a version of the pack made for this one",
                )
            )
            return


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version.split("-")[0].split("+")[0])[:4])


def overrides_of(node: Node | None, problems: list[Diagnostic]) -> tuple[Override, ...]:
    """Changes to other packs' rules; ``retune`` needs a severity, ``replace`` a rule of this pack."""
    found = []
    for item in read.mappings(node):
        action = read.word(item, "action")
        for key, owner in (("severity", "retune"), ("replacement", "replace")):
            given = item.get(key) is not None
            if given != (action == owner):
                says = f"`{owner}` needs `{key}`" if not given else f"`{key}` is for `{owner}`, not for `{action}`"
                problems.append(
                    Diagnostic(
                        "SCR670",
                        f"override of {read.word(item, 'rule')}: {says}",
                        read.key_place(item, key, "action"),
                        help=f"add `{key}:`" if not given else f"remove `{key}:`, or write `action: {owner}`",
                    )
                )
        rule = item.get("rule")
        found.append(
            Override(
                rule=read.word(item, "rule"),
                action=action,
                reason=read.word(item, "reason"),
                authority=read.authorities(item.get("authority")),
                place=rule.place if rule is not None else item.place,
                severity=read.word(item, "severity"),
                replacement=read.word(item, "replacement"),
            )
        )
    return tuple(found)


def definitions_of(node: Node | None, problems: list[Diagnostic]) -> tuple[Definition, ...]:
    """Named conditions."""
    found = []
    for key, value in read.entries(node):
        if isinstance(value, Scalar):
            warning = cut_by_comment(value)
            if warning is not None:
                problems.append(warning)
            found.append(Definition(key.value, value.text(), key.place))
    return tuple(found)


def tables_of(node: Node | None, folder: Path, problems: list[Diagnostic]) -> tuple[TableSpec, ...]:
    """Reference tables as conditions see them."""
    found = []
    for key, value in read.entries(node):
        if not isinstance(value, Mapping):
            continue
        keys, columns = columns_of(value.get("keys")), columns_of(value.get("columns"))
        for both in sorted(set(keys) & set(columns)):
            problems.append(
                Diagnostic(
                    "SCR660",
                    f"table {key.value} has `{both}` both as a key and as a column",
                    read.key_place(value, "columns"),
                    help="name it once",
                )
            )
        source = value.get("source")
        if isinstance(source, Scalar) and not (folder / source.value).is_file():
            problems.append(
                Diagnostic(
                    "SCR650",
                    f"the file {source.value} of table {key.value} is not there",
                    source.place,
                    help="check its name; it is looked for in the folder of the pack",
                )
            )
        found.append(
            TableSpec(
                name=key.value,
                keys=keys,
                columns=columns,
                absent=read.word(value, "absent"),
                place=key.place,
                match=read.word(value, "match", "exact"),
                effective=read.words(value.get("effective")),
                settings=_settings(value),
                view_of=read.word(value, "view_of"),
                source=source.value if isinstance(source, Scalar) else "",
                edition_policy=read.word(value, "edition_policy", "strict"),
                published_at=read.word(value, "published_at"),
                title=read.word(value, "title"),
            )
        )
    return tuple(found)


def _settings(table: Mapping) -> tuple[Setting, ...]:
    found = []
    for item in read.mappings(table.get("by")):
        condition = read.text(item, "if")
        if condition is not None:
            found.append(Setting(read.word(item, "setting"), condition))
    return tuple(found)
