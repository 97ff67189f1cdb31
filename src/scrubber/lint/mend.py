"""Safe edits made in rule files: from the last to the first, checked again until nothing changes."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from scrubber.core.diagnostics import Diagnostic, Replacement
from scrubber.core.places import Place
from scrubber.lint.pack_check import Checked, check_all

ROUNDS = 12


class Mended(Struct, frozen=True):
    """What was written: the files, and how many edits. ``checked`` is what is left; ``stopped`` says why it stopped."""

    files: tuple[Path, ...]
    edits: int
    checked: Checked
    stopped: str = ""


def mend(folders: Sequence[Path], check: Callable[..., Checked] = check_all) -> Mended:
    """Make the safe edits of packs. A file is written once, whole, and never where it would then be worse."""
    texts: dict[Path, bytes] = {}
    checked = check(folders, texts)
    made = 0
    stopped = ""
    for _ in range(ROUNDS):
        changed, count = _round(checked.found, texts)
        if not count:
            break
        again = check(folders, {**texts, **changed})
        if _errors(again) > _errors(checked) or len(again.found) >= len(checked.found):
            stopped = "A suggested edit did not help, and was not made."
            changed, again, count = _one_by_one(folders, texts, checked, check)
            if not count:
                break
        texts.update(changed)
        checked, made = again, made + count
    else:
        stopped = f"The edits kept changing the files for {ROUNDS} rounds."
    for path, data in texts.items():
        write_whole(path, data)
    return Mended(tuple(texts), made, checked, stopped)


def _one_by_one(
    folders: Sequence[Path], texts: Mapping[Path, bytes], checked: Checked, check: Callable[..., Checked]
) -> tuple[dict[Path, bytes], Checked, int]:
    """The first edit that helps by itself."""
    for diagnostic in checked.found:
        changed, count = _round((diagnostic,), texts)
        if count:
            again = check(folders, {**texts, **changed})
            if _errors(again) <= _errors(checked) and len(again.found) < len(checked.found):
                return changed, again, count
    return {}, checked, 0


def _errors(checked: Checked) -> int:
    return sum(diagnostic.severity == "error" for diagnostic in checked.found)


def _round(found: Iterable[Diagnostic], texts: Mapping[Path, bytes]) -> tuple[dict[Path, bytes], int]:
    """Each file with its safe edits made; of edits that overlap the first is made."""
    by_file: dict[Path, list[Replacement]] = {}
    for diagnostic in found:
        if diagnostic.edit is not None and diagnostic.edit.safe:
            by_file.setdefault(Path(diagnostic.edit.place.path), []).append(diagnostic.edit)
    changed: dict[Path, bytes] = {}
    count = 0
    for path, edits in by_file.items():
        data = texts[path] if path in texts else path.read_bytes()
        made = edited(data.decode("utf-8"), edits)
        changed[path] = made[0].encode("utf-8")
        count += made[1]
    return changed, count


def edited(text: str, edits: Iterable[Replacement]) -> tuple[str, int]:
    """The text with edits made, and how many: those that overlap an earlier one are left for the next round."""
    starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]
    spots = []
    reached = -1
    for edit in sorted(set(edits), key=lambda edit: _span(edit.place, starts)):
        start, end = _span(edit.place, starts)
        if start >= reached and end <= len(text):
            spots.append((start, end, edit.text))
            reached = max(end, start + 1)
    for start, end, new in reversed(spots):
        text = text[:start] + new + text[end:]
    return text, len(spots)


def _span(place: Place, starts: Sequence[int]) -> tuple[int, int]:
    last = len(starts)
    start = starts[min(place.line, last) - 1] + place.column - 1
    return start, max(start, starts[min(place.end_line, last) - 1] + place.end_column - 1)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file beside its place and put it there in one step, with the rights it had."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        part = Path(name)
        part.chmod(path.stat().st_mode & 0o777)
        part.replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
