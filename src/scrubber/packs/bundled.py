"""Folders of packs: those a person names, those shipped with the package, and those that others extend unnamed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence

from scrubber.core.diagnostics import UsageError
from scrubber.core.files import refuse_no_text, shown
from scrubber.core.resources import AnyPath, resource

NATIONAL = ("ncci", "ncci_medicaid", "ncci_medicaid_managed")
"""The folders of the national edits."""
LEVELS = 3
"""So deep packs are looked for in a folder that is none itself: enough for ``rules/payers/medicare``, and too little to
read a whole disk, or the packs of a Python that is installed beside."""
_ID = rb"(?m)^id:[ \t]*[\"']?([a-z0-9._-]+)"


def bundled_packs() -> list[str]:
    """The packs of a plain start: NCCI first, Medicaid's edits after Medicare's, then each payer's in order of name."""
    payers = resource("rules", "payers")
    folders = [os.path.join(payers, name) for name in sorted(os.listdir(payers))]
    return [*(resource("rules", name) for name in NATIONAL), *filter(holds_pack, folders)]


def holds_pack(folder: AnyPath) -> bool:
    """Whether a folder is that of a pack."""
    return os.path.isfile(os.path.join(folder, "pack.yaml"))


def bundled_folders(ids: Iterable[str]) -> list[str]:
    """The folders of the bundled packs with these ids, in the order of :func:`bundled_packs`."""
    wanted = set(ids)
    return [folder for folder in bundled_packs() if _id_of(folder) in wanted] if wanted else []


def bundled_declaring(section: str, name: str) -> str:
    """The id of the bundled pack that declares a name in a section of its pack.yaml; empty where none does.

    By the look of the text: it is asked for a hint, and reading every pack would take longer than a person waits.
    """
    inside = rb"(?ms)^%s:[^\n]*\n((?:[ \t#][^\n]*\n|\n)*)" % section.encode()
    entry = rb"(?m)^  %s:" % re.escape(name).encode()
    for folder in bundled_packs():
        with open(os.path.join(folder, "pack.yaml"), "rb") as file:
            text = file.read() + b"\n"
        if any(re.search(entry, found[1]) for found in re.finditer(inside, text)):
            return _id_of(folder)
    return ""


def bundled_ids() -> list[str]:
    """The ids of the bundled packs."""
    return [_id_of(folder) for folder in bundled_packs()]


def bundled_having(rule: str) -> str:
    """The id of the bundled pack that has a rule, by the look of the text; empty where none has."""
    line = rb"(?m)^\s*- id:[ \t]*%s[ \t]*(#.*)?$" % re.escape(rule).encode()
    for folder in bundled_packs():
        for name in sorted(os.listdir(folder)):
            path = os.path.join(folder, name)
            if name.endswith(".yaml") and os.path.isfile(path):
                with open(path, "rb") as file:
                    if re.search(line, file.read()):
                        return _id_of(folder)
    return ""


def _id_of(folder: str) -> str:
    with open(os.path.join(folder, "pack.yaml"), "rb") as file:
        found = re.search(_ID, file.read())
    return found[1].decode() if found else ""


def pack_folders(named: Iterable[AnyPath]) -> list[str]:
    """The folders of the packs that are named, each once: a pack itself, or every pack in a folder, in order of name.

    Raises:
        UsageError: a path is no pack and holds none, or a name in it is not UTF-8.
    """
    found: dict[str, str] = {}
    for path in named:
        folder = os.fspath(path)
        inside = [folder] if holds_pack(folder) else list(_inside(folder, LEVELS))
        if not inside:
            raise UsageError(_not_a_pack(folder))
        for each in inside:
            real = os.path.realpath(each)
            refuse_no_text(real)
            found.setdefault(real, each)
    return list(found.values())


def _inside(folder: str, levels: int) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            names = sorted(e.name for e in entries if e.name[:1] != "." and e.is_dir(follow_symlinks=False))
    except OSError:
        return
    for path in [os.path.join(folder, name) for name in names]:
        if holds_pack(path):
            yield path
        elif levels > 1:
            yield from _inside(path, levels - 1)


def _not_a_pack(folder: str) -> str:
    name = shown(folder)
    if os.path.isfile(folder):
        return f"{name} is a file: name the folder of its pack, the one that holds pack.yaml."
    if not os.path.isdir(folder):
        return f"{name} is not a pack: there is no such folder."
    return f"{name} is not a pack: it has no pack.yaml, and no folder in it has one."


def lacking(extends: Iterable[Sequence[str]], ids: Iterable[str]) -> set[str]:
    """The packs that are extended and not among ``ids``."""
    return {name for names in extends for name in names} - set(ids)
