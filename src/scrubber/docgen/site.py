"""A hook of mkdocs: what the built site shows beside the files of ``docs``.

The page ``specification.md`` is ``grammar/SPEC.md`` itself: there is one text of the specification. The pages about
one message or one lint are in no menu, so each has below its title the way back to its list.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

PAGE = "specification.md"
_REFUSED = re.compile(r"^```condition-error (SCR\d{3})( \w+)?$", re.MULTILINE)
_WAY_BACK = {
    "codes/SCR": "[All messages about rule files](index.md)",
    "lints/SCR": "[All lints](index.md) · one page for each thing that `scrubber rules lint` finds",
}
_SCOPED = re.compile(r"^```condition( \w+)$", re.MULTILINE)


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Put the specification in the place of its page, and the way back on pages that no menu names."""
    for start, link in _WAY_BACK.items():
        if page.file.src_uri.startswith(start):
            title, _, rest = markdown.partition("\n")
            return f"{title}\n\n{link}\n{rest}"
    if page.file.src_uri != PAGE:
        return markdown
    root = Path(config["config_file_path"]).parent
    return prepared((root / "grammar" / "SPEC.md").read_text(encoding="utf-8"))


def prepared(text: str) -> str:
    """The specification with fences that mkdocs understands: what a test reads off a fence becomes its title."""
    text = _REFUSED.sub(lambda found: f'```condition title="refused with {found[1]}"', text)
    return _SCOPED.sub(lambda found: f'```condition title="scope{found[1]}"', text)
