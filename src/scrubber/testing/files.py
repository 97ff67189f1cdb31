"""Which files are golden files. Loads nothing of the engine: pytest asks it of every file it comes by."""

from __future__ import annotations

import codecs
import os
import re
from itertools import chain
from pathlib import Path

from scrubber.core.diagnostics import UsageError
from scrubber.core.files import files_below, refuse_no_text

_KINDS = (".yaml", ".yml")
_TOP = re.compile(rb"""["']?(rule|cases)["']?[ \t]*:""")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def golden_files(folder: Path | str) -> list[Path]:
    """The golden files under a folder, in order.

    Raises:
        UsageError: a name is not UTF-8; a folder or a YAML file below cannot be read, so that its tests would be passed
            over; or it holds more files than anybody has tests.
    """
    found = []
    for path, problem in files_below(os.fspath(folder), "golden files"):
        named = Path(path)
        if problem is None and is_golden(named):
            refuse_no_text(path)
            found.append(named)
        elif problem is not None and (named.suffix.lower() in _KINDS or named.is_dir()):
            raise UsageError(f"{problem.file}: {problem.message}")
    return found


def is_golden(path: Path) -> bool:
    """Whether a file is a golden file: YAML with ``rule:`` or ``cases:`` at its top.

    One of the two is enough, so that of a file in which one is misspelt, or of one saved as UTF-16, people hear; a file
    that is passed over would pass its tests. Reads it as bytes, no further than it must.
    """
    if path.suffix.lower() not in _KINDS or not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            first = file.readline()
            lines = chain([first.removeprefix(codecs.BOM_UTF8)], file)
            return first.startswith(_UTF_16) or any(_TOP.match(line) for line in lines)
    except OSError:
        return True  # whoever reads it says why it cannot be read
