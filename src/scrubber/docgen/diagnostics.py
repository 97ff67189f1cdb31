"""Every code of a message about rule files, golden tests and waivers, from the registries of those who say them."""

from __future__ import annotations

from scrubber.docgen.markdown import page, table
from scrubber.engine.compile.diagnostic_codes import TITLES as ENGINE
from scrubber.findings.waiver_files import TITLES as WAIVERS
from scrubber.lang.problems import CODES
from scrubber.lint.codes import TITLES as LINT
from scrubber.packs.diagnostic_codes import TITLES
from scrubber.testing.read import TITLES as GOLDEN

_INTRO = """\
A message about a rule file says where (`path:line:column`), what is wrong, and what to type. Its code never changes its
meaning, so it can be searched for and quoted. Messages about claims have no such codes: those are findings.

Each code links to its page, which shows what is wrong, the message it gives, word for word, and a way to write it
instead.

A block without a title is part of a rule file and shows the keys that matter; a rule also has `id`, `title`,
`category`, `severity`, `when`, `message` and `authority`. A block with a title is that file, whole. A pack has a
`pack.yaml` even where none is shown."""

GROUPS = (
    ("SCR1", "The text is not a condition"),
    ("SCR2", "A name means nothing here"),
    ("SCR3", "The types do not fit"),
    ("SCR4", "It means something, though hardly what was meant"),
    ("SCR5", "The YAML of a file"),
    ("SCR6", "One pack"),
    ("SCR7", "Packs loaded together and compiled"),
    ("SCR8", "Golden tests and waivers"),
    ("SCR9", "The rule can be run, though hardly as it was meant"),
)


def registered() -> dict[str, str]:
    """Every code with its title.

    Raises:
        ValueError: two registries claim one code.
    """
    found: dict[str, str] = {}
    for registry in (CODES, TITLES, ENGINE, GOLDEN, WAIVERS, LINT):
        twice = found.keys() & registry.keys()
        if twice:
            raise ValueError(f"{', '.join(sorted(twice))} stands in two registries")
        found.update(registry)
    return dict(sorted(found.items()))


def text() -> str:
    """The page that lists the codes, in the folder of the pages about each."""
    known = registered()
    parts = []
    for start, heading in GROUPS:
        rows = [
            (f"[{number}]({'../lints/' if number in LINT else ''}{number}.md)", title[:1].upper() + title[1:])
            for number, title in known.items()
            if number.startswith(start)
        ]
        if rows:
            parts.append(f"## {heading}\n\n{table(('Code', 'What is wrong'), rows)}")
    return page("Messages about rule files", _INTRO, parts)
