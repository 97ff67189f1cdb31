"""``python -m scrubber.docgen [FOLDER]``: write the generated pages into a folder, ``docs`` unless another is named."""

from __future__ import annotations

import sys
from pathlib import Path

from scrubber.docgen.pages import PAGES


def main(folder: Path) -> None:
    """Write every page that has changed."""
    for name, text in PAGES.items():
        path, made = folder / name, text()
        if not path.is_file() or path.read_text(encoding="utf-8") != made:
            path.write_text(made, encoding="utf-8")
            sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
