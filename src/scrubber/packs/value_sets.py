"""Value sets: named codes, as lists, dated lists or CSV files, and what goes wrong in long lists of codes."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence as SequenceOf
from pathlib import Path

from scrubber.core.diagnostics import Diagnostic, Label
from scrubber.core.places import Text
from scrubber.core.types import CODE, Type
from scrubber.packs import reading as read
from scrubber.packs.csv_lists import codes_of
from scrubber.packs.model import SetVersion, ValueSet, Window
from scrubber.packs.revisions import overlapping, spoken
from scrubber.packs.set_members import checked_members
from scrubber.packs.type_names import type_named
from scrubber.packs.yaml_nodes import Mapping, Node, Scalar, Sequence

Local = MappingOf[str, SequenceOf[str]]
"""Codes that a practice puts into ``local/…`` sets, by name with or without ``local/``."""


def value_sets_of(
    node: Node | None, folder: Path, shown_folder: str, local: Local, problems: list[Diagnostic]
) -> tuple[ValueSet, ...]:
    """The sets under ``valuesets:``, whose shape is right."""
    return tuple(_value_set(name, value, folder, shown_folder, local, problems) for name, value in read.entries(node))


def _value_set(
    key: Scalar, node: Node, folder: Path, shown_folder: str, local: Local, problems: list[Diagnostic]
) -> ValueSet:
    name = key.value
    if isinstance(node, Sequence):
        return ValueSet(
            name, CODE, (SetVersion(Window(), checked_members(read.members(node), CODE, name, problems)),), key.place
        )
    assert isinstance(node, Mapping)
    type_ = (type_named(read.word(node, "type")) or CODE).one
    if type_.kind != "code":
        problems.append(
            Diagnostic(
                "SCR647",
                f"value set @{name} holds codes, so its type cannot be {type_}",
                read.key_place(node, "type"),
                help="name a code system: procedure, modifier, diagnosis, …",
            )
        )
        type_ = CODE
    given = [form for form in ("members", "file", "versions") if node.get(form) is not None]
    versions: tuple[SetVersion, ...] = ()
    if name.startswith("local/"):
        if given:
            problems.append(
                Diagnostic(
                    "SCR647",
                    f"@{name} is filled by the practice, so the pack cannot give its members",
                    read.key_place(node, given[0]),
                    help=f"remove `{given[0]}`, or rename the set without local/",
                )
            )
        filled = local.get(name, local.get(name.removeprefix("local/")))
        if filled:
            members = tuple(Text(code, key.place) for code in filled)
            versions = (SetVersion(Window(), checked_members(members, type_, name, problems)),)
    elif len(given) != 1:
        says = "has no members" if not given else f"has both `{given[0]}` and `{given[1]}`"
        problems.append(
            Diagnostic(
                "SCR647",
                f"value set @{name} {says}",
                key.place,
                help="give it one of `members`, `file` and `versions`; a set that a practice fills is named local/…",
            )
        )
    elif given[0] == "versions":
        versions = _versions(name, node, type_, folder, shown_folder, problems)
    else:
        versions = (SetVersion(Window(), _listed(name, node, type_, folder, shown_folder, problems)),)
    return ValueSet(name, type_, versions, key.place, read.authorities(node.get("authority")), read.word(node, "title"))


def _versions(
    name: str, node: Mapping, type_: Type, folder: Path, shown_folder: str, problems: list[Diagnostic]
) -> tuple[SetVersion, ...]:
    found, windows = [], []
    for part in read.mappings(node.get("versions")):
        given = [form for form in ("members", "file") if part.get(form) is not None]
        if len(given) != 1:
            problems.append(
                Diagnostic(
                    "SCR647",
                    f"a version of @{name} needs either `members` or `file`",
                    read.key_place(part, "effective"),
                    help="add `members: [ … ]`",
                )
            )
            continue
        window = read.window(part.get("effective"), problems)
        windows.append((window, read.key_place(part, "effective")))
        found.append(SetVersion(window, _listed(name, part, type_, folder, shown_folder, problems)))
    for (first, first_place), (second, place) in overlapping(windows):
        problems.append(
            Diagnostic(
                "SCR648",
                f"two versions of @{name} hold on the same days: {spoken(first)} and {spoken(second)}",
                place,
                label=spoken(second),
                labels=(Label(first_place, spoken(first)),),
                help="end the earlier one on the day before the later one starts",
            )
        )
    return tuple(found)


def _listed(
    name: str, node: Mapping, type_: Type, folder: Path, shown_folder: str, problems: list[Diagnostic]
) -> tuple[Text, ...]:
    file = node.get("file")
    if isinstance(file, Scalar):
        texts = codes_of(folder / file.value, f"{shown_folder}/{file.value}", file.place, problems)
    else:
        texts = read.members(node.get("members"))
    return checked_members(texts, type_, name, problems)
