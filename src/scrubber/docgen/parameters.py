"""A page about every parameter of the bundled packs: what it decides, its default, and which pack sets it."""

from __future__ import annotations

from scrubber.docgen.markdown import code, codes, page, table
from scrubber.docgen.packs import bundled, whom

_INTRO = """\
What published policy leaves open, or payers set differently. A value goes from the default, through the packs in force
for the claim in the order they were loaded, to the caller: `--param NAME=VALUE`, or `parameters=` of `Scrubber.load`.
The last one that says something wins, and every result names the parameters that are away from their default."""


def text() -> str:
    """The page."""
    packs = bundled()
    parts = []
    for pack in packs:
        for parameter in pack.parameters:
            said = [
                f"## {parameter.name}",
                " ".join(parameter.meaning.split()),
                f"- **Type** {parameter.type}\n- **Default** {codes(parameter.default) or 'nothing'}\n"
                f"- **Declared by** pack {code(pack.id)}",
            ]
            rows = [
                (code(other.id), whom(other.applies), codes(setting.value), setting.reason)
                for other in packs
                for setting in other.settings
                if setting.name == parameter.name
            ]
            if rows:
                said.append(table(("Set by", "For", "Value", "Why"), rows))
            parts.append("\n\n".join(said))
    return page("Parameters", _INTRO, parts)
