"""A hook of mkdocs: the page ``specification.md`` of the built site is ``grammar/SPEC.md`` itself.

There is one text of the specification; the page in ``docs`` only says where it is.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

PAGE = "specification.md"
_REFUSED = re.compile(r"^```condition-error (SCR\d{3})( \w+)?$", re.MULTILINE)
_SCOPED = re.compile(r"^```condition( \w+)$", re.MULTILINE)


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Put the specification in the place of its page; leave every other page as it is."""
    if page.file.src_uri != PAGE:
        return markdown
    root = Path(config["config_file_path"]).parent
    return prepared((root / "grammar" / "SPEC.md").read_text(encoding="utf-8"))


def prepared(text: str) -> str:
    """The specification with fences that mkdocs understands: what a test reads off a fence becomes its title."""
    text = _REFUSED.sub(lambda found: f'```condition title="refused with {found[1]}"', text)
    return _SCOPED.sub(lambda found: f'```condition title="scope{found[1]}"', text)
