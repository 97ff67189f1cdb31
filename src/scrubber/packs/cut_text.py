"""Text that a comment cuts short: ``message: Bill claim #2 first`` is read as ``Bill claim``."""

from __future__ import annotations

import re

from scrubber.core.diagnostics import Diagnostic
from scrubber.packs.yaml_nodes import Scalar
from scrubber.packs.yaml_refusals import quote_edit

_CONNECTIVE = re.compile(r"(\b(and|or|not|in|has|of|is|between|where|with|from)|[,=<>(\[{+\-*/])$")


def cut_by_comment(scalar: Scalar) -> Diagnostic | None:
    """A warning where text that should be whole ends at ``#`` and looks cut: ``message: Bill claim #2 first``."""
    if scalar.style:
        return None
    source, end = scalar.source, scalar.end
    line, column = source.position(end)
    rest = source.line_text(line)[column - 1 :]
    comment = re.match(r"[ \t]+#(.?)", rest)
    if comment is None:
        return None
    value = scalar.value
    open_ = any(value.count(a) > value.count(b) for a, b in ("()", "{}", "[]")) or value.count('"') % 2
    if not open_ and not _CONNECTIVE.search(value) and comment[1] in (" ", "", "#", "-", "="):
        return None
    at = end + comment.end() - 1 - len(comment[1])
    whole = end + len(rest.rstrip())
    return Diagnostic(
        "SCR523",
        "` #` starts a comment, so the text ends before it",
        source.place(at, at + 1),
        label="the text is cut here",
        help="put the whole value in double quotes if this is part of it",
        edit=quote_edit(source, scalar.start, whole),
        severity="warning",
    )
