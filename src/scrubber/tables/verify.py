"""Reading whole table files to see that not a bit of them has changed."""

from __future__ import annotations

import hashlib
from pathlib import Path

from msgspec import Struct

from scrubber.core.diagnostics import InputError, InputProblem
from scrubber.core.files import shown
from scrubber.tables.files import edition_path, table_files
from scrubber.tables.kinds import open_table
from scrubber.tables.packed import damaged, misnamed, read_head


class VerifyResult(Struct, frozen=True):
    """What was found of one file. ``message`` says what is wrong and what to do; empty where ``ok``. ``left_out``
    counts published rows that could not be read at the import."""

    path: str
    table: str
    edition: str
    ok: bool
    digest: str = ""
    message: str = ""
    left_out: int = 0


def verify(folder: Path | str) -> list[VerifyResult]:
    """Check every table file of a folder in full, in order of name."""
    root = Path(folder)
    return [check_file(Path(path), root) for path in table_files(root)]


def damage_of(folder: Path | str) -> list[InputProblem]:
    """What is wrong with the table files of a folder; empty where all are whole."""
    return [
        InputProblem(shown(result.path), result.message.removeprefix(f"{shown(result.path)}: "))
        for result in verify(folder)
        if not result.ok
    ]


def check_file(path: Path, folder: Path | None = None) -> VerifyResult:
    """Check one file in full: header, all sections, and that it can be opened; in a folder of tables, its name too."""
    table, edition = path.parent.name, path.stem  # as the folder says, until the file itself can be read
    try:
        header, begin, digest = read_head(path)
        table, edition = header.table, header.edition
        if folder is not None and path != edition_path(folder, table, header.first, header.last):
            raise misnamed(path, header)
        body = path.read_bytes()[begin:]
        if hashlib.sha256(body).hexdigest() != header.body:
            raise damaged(path, "has damaged rows")
        open_table(header, digest, memoryview(body), str(path))
    except InputError as error:
        return VerifyResult(str(path), table, edition, False, message=str(error.problem))
    except OSError as error:
        return VerifyResult(
            str(path), table, edition, False, message=f"{shown(path)}: {error.strerror or 'cannot be read'}"
        )
    return VerifyResult(str(path), table, edition, True, digest, left_out=header.left_out)
