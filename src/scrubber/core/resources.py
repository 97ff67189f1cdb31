"""Where the files shipped with the package are: the grammar and the bundled packs."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def resource(*parts: str) -> Path:
    """The path of a shipped file or folder, such as ``resource("grammar", "condition.lark")``.

    An installed wheel holds them under ``scrubber/data``; a checkout has them at its root.

    Raises:
        FileNotFoundError: the installation lacks the file, which is a broken installation.
    """
    for root in (_PACKAGE / "data", _PACKAGE.parents[1]):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"this installation lacks {'/'.join(parts)}: install claim-scrubber again")
