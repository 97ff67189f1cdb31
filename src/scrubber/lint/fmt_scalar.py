"""A text written as YAML where another stood: plain where it can be, in quotes where it must be, folded where long."""

from __future__ import annotations

import re

from scrubber.packs.yaml_nodes import Scalar

WIDTH = 120
_SPECIAL = frozenset("!&*{}[],#|>@`\"'%-?:")
_READS_AS_OTHER = re.compile(r"[-+.\d][\d_.,eExXoO:-]*|~|null|true|false|yes|no|on|off", re.IGNORECASE)


def plain(text: str, flow: bool) -> bool:
    """Whether a text may stand without quotes."""
    if not text or text[0] in _SPECIAL or text != text.strip() or _READS_AS_OTHER.fullmatch(text):
        return False
    if ": " in text or " #" in text or text.endswith(":"):
        return False
    return not (flow and re.search(r"[,\[\]{}]", text))


def one_line(text: str, style: str, flow: bool) -> str:
    """The text on one line, in the quotes it had; without quotes where it had none and needs none."""
    if style not in ("'", '"') and plain(text, flow):
        return text
    if style == "'" or "\\" in text or '"' in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'


def folded(lines: list[str], indent: int) -> str:
    """A folded block: its lines under the indicator, ``indent`` blanks in."""
    return ">\n" + "\n".join(" " * indent + line for line in lines)


def end_of(node: Scalar) -> int:
    """The index after the last character of a scalar, without the blank lines behind a block."""
    text = node.source.text
    end = node.end
    if node.style in ("|", ">"):
        while end > node.start and text[end - 1] in " \t\r\n":
            end -= 1
    return end
