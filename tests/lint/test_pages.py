"""Each lint has a page whose example produces it, and whose better way does not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scrubber.lint.codes import TITLES
from scrubber.lint.registry import titles
from scrubber.lint.run import LINTS, UNUSED

from .conftest import Write, linted

PAGES = Path(__file__).resolve().parents[2] / "docs" / "lints"
NEEDS_A_TABLE = {"SCR911"}


def files_of(section: str) -> dict[str, str]:
    """The files of the blocks of a section: a comment in the first line names one that is not rules.yaml."""
    found = {}
    for text in re.findall(r"```(?:yaml|csv)\n(.*?)```", section, re.DOTALL):
        named = re.match(r"# ([a-z]+\.(?:yaml|csv))\n", text)
        found[named[1] if named else "rules.yaml"] = text[named.end() :] if named else text
    return found


def test_codes_are_those_that_lints_give_and_meet_no_other_registry() -> None:
    given = {code for lint in LINTS for code in lint.codes} | {UNUSED}
    assert given == set(TITLES)
    assert set(TITLES) < set(titles())


@pytest.mark.parametrize("code", sorted(TITLES))
def test_page(code: str, pack: Write) -> None:
    text = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {code}: {TITLES[code]}\n")
    assert f"({code}.md)" in (PAGES / "index.md").read_text(encoding="utf-8")
    _, _, rest = text.partition("## Example\n")
    if code in NEEDS_A_TABLE:
        assert not rest
        return
    example, _, instead = rest.partition("## Instead\n")
    wrong = linted(pack(files_of(example)))
    assert code in [item.code for item in wrong.found]
    right = linted(pack(files_of(instead)))
    assert [str(item) for item in right.found] == []
