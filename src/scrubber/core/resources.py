"""Where the files shipped with the package are: the grammar and the bundled packs. Paths are text here and wherever a
command starts: loading `pathlib`, with what it loads, takes over a quarter of a bare start of Python."""

from __future__ import annotations

import os
from os import PathLike

AnyPath = str | PathLike[str]
"""A path as callers may give it."""

_PACKAGE = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
_CHECKOUT = os.path.dirname(os.path.dirname(_PACKAGE))


def resource(*parts: str) -> str:
    """The path of a shipped file or folder, such as ``resource("grammar", "condition.lark")``.

    An installed wheel holds them under ``scrubber/data``; a checkout has them at its root.

    Raises:
        FileNotFoundError: the installation lacks the file, which is a broken installation.
    """
    for root in (os.path.join(_PACKAGE, "data"), _CHECKOUT):
        path = os.path.join(root, *parts)
        if os.path.exists(path):
            return path
    raise FileNotFoundError(f"this installation lacks {'/'.join(parts)}: install claim-scrubber again")
