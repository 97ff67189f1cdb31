"""Every example of the language reference compiles, or is refused with the code it names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scrubber.core.types import CALENDAR, DURATION, FIELDS, NUMBER, codes
from scrubber.lang.compile import compile_condition
from scrubber.lang.functions import FUNCTIONS
from scrubber.lang.words import KEYWORDS

from .conformance import subject_named
from .worlds import World

SPEC = Path(__file__).resolve().parents[2] / "grammar" / "SPEC.md"
_FENCE = re.compile(r"^```(condition(?:-error)?)([^\n]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def _examples() -> list[tuple[str, str, str]]:
    found = []
    for kind, words, body in _FENCE.findall(SPEC.read_text(encoding="utf-8")):
        names = words.split()
        error = names.pop(0) if kind == "condition-error" else ""
        found += [(line, names[0] if names else "line", error) for line in body.strip().splitlines()]
    return found


EXAMPLES = _examples()


def test_the_reference_has_examples() -> None:
    assert len(EXAMPLES) > 30


@pytest.mark.parametrize(("text", "scope", "error"), EXAMPLES, ids=[text for text, _, _ in EXAMPLES])
def test_example(text: str, scope: str, error: str) -> None:
    compiled = compile_condition(text, subject_named(scope), World())
    assert [p.code for p in compiled.problems if p.severity == "error"] == ([error] if error else [])


def test_the_reference_lists_the_reserved_words() -> None:
    listed = re.search(r"Reserved words[^`]*`([^`]*)`", SPEC.read_text(encoding="utf-8"))
    assert listed is not None
    assert set(listed[1].split()) == KEYWORDS


def test_the_reference_lists_every_function() -> None:
    text = SPEC.read_text(encoding="utf-8")
    assert [name for name in FUNCTIONS if f"`{name}(" not in text] == []


def test_world_is_what_packs_declare() -> None:
    world = World()
    assert world.parameter("same_provider") == FIELDS
    assert world.parameter("filing_limit") == DURATION
    assert world.parameter("filing_calendar") == CALENDAR
    assert world.parameter("most_units") == NUMBER
    assert world.parameter("ndc_procedures") == codes("procedure")
