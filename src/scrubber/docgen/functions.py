"""The functions of the condition language, from their registry."""

from __future__ import annotations

from scrubber.docgen.markdown import code, page, table
from scrubber.lang.functions import FUNCTIONS

_INTRO = """\
The list is closed: a pack cannot add to it. Given a missing value each function gives missing, and none can fail.
`valid_…` functions look at the form of a number; whether it was ever issued they cannot say."""


def text() -> str:
    """The page."""
    rows = [
        (
            code(function.signature),
            ", ".join(f"{name}: {type_}" for name, type_ in function.parameters),
            str(function.result),
            function.meaning,
            function.source,
        )
        for function in FUNCTIONS.values()
    ]
    return page("Functions", _INTRO, [table(("Function", "Takes", "Gives", "Meaning", "Source"), rows)])
