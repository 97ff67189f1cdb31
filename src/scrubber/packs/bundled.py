"""The packs that are shipped with the package, and those that other packs extend without naming their folder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence

from scrubber.core.resources import AnyPath, resource

NATIONAL = ("ncci", "ncci_medicaid", "ncci_medicaid_managed")
"""The folders of the national edits."""
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


def _id_of(folder: str) -> str:
    with open(os.path.join(folder, "pack.yaml"), "rb") as file:
        found = re.search(_ID, file.read())
    return found[1].decode() if found else ""


def not_a_pack(path: AnyPath) -> str:
    """What to say of a path that was named as a pack and holds no ``pack.yaml``."""
    from pathlib import Path

    folder = Path(path)
    if folder.is_file():
        return f"{folder} is a file: name the folder of its pack, the one that holds pack.yaml."
    inside = sorted(path.parent.name for path in folder.glob("*/pack.yaml"))
    if inside:
        return f"{folder} is not a pack: it has no pack.yaml. Its folder {folder / inside[0]} has one."
    return f"{folder} is not a pack: {'it has no pack.yaml' if folder.is_dir() else 'there is no such folder'}."


def lacking(extends: Iterable[Sequence[str]], ids: Iterable[str]) -> set[str]:
    """The packs that are extended and not among ``ids``."""
    return {name for names in extends for name in names} - set(ids)
