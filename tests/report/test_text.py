"""The text report: the demo as a person reads it at 80 columns, and what must never be said."""

from __future__ import annotations

import json
import os
import re
import textwrap
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scrubber import Scrubber
from scrubber.core.diagnostics import InputProblem
from scrubber.engine.provenance import Covers, TableUsed, provenance
from scrubber.report.style import Style, clean, dollars, lines_said, listed, wrapped
from scrubber.report.summary import Tally
from scrubber.report.text import TextReport, tables_said

from .conftest import AS_OF, DEMO, Read

SNAPSHOT = Path(__file__).parent / "demo.txt"


def text_of(scrubber: Scrubber, batch: Read, *paths: Path, width: int = 80, colour: bool = False) -> str:
    made, run = provenance(scrubber.engine, AS_OF), batch(*paths)
    report = TextReport(Style(width, colour), [path.name for path in paths], made, False, True)
    return "\n".join(report.lines(run.problems, run.scrub(scrubber.engine, AS_OF), Tally())) + "\n"


def test_the_demo_reads_as_it_was_approved(scrubber: Scrubber, batch: Read) -> None:
    """Run with SCRUBBER_UPDATE=1 to write the file anew, and read it before you keep it."""
    text = text_of(scrubber, batch, DEMO)
    if os.environ.get("SCRUBBER_UPDATE"):
        SNAPSHOT.write_text(text, encoding="utf-8")
    assert text == SNAPSHOT.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text", ["", " ", "a", " a", "a  b", "a ", "x" * 20, "x" * 21, "ab cd ef gh ij kl mn", "a-b c"]
)
def test_text_that_fits_is_laid_out_as_any_other(text: str) -> None:
    """Such text is not taken apart: its line would be the same."""
    known = textwrap.wrap(text, 20, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False) or ["-"]
    assert Style(20).wrap(text, "- ") == known


@given(
    st.text("ab- é", max_size=80) | st.lists(st.sampled_from(["a", "bc", "d" * 9, "e" * 30, "", "-"])).map(" ".join),
    st.integers(13, 30), st.sampled_from(["", "- ", " " * 12]), st.sampled_from(["", "  ", " " * 12]),
)  # fmt: skip
@example("a" * 12 + " " + "b" * 30, 13, "", "")
def test_text_is_wrapped_as_by_the_standard_library(text: str, width: int, first: str, rest: str) -> None:
    known = textwrap.wrap(text, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
    assert wrapped(text, width, first, rest) == known


@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_line_is_wider_than_asked(scrubber: Scrubber, batch: Read, width: int) -> None:
    text = text_of(scrubber, batch, DEMO, width=width)
    assert max(len(line) for line in text.splitlines()) <= width
    assert all(line == line.rstrip() for line in text.splitlines())


def test_colour_changes_no_word(scrubber: Scrubber, batch: Read) -> None:
    coloured = text_of(scrubber, batch, DEMO, colour=True)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == text_of(scrubber, batch, DEMO)


def test_the_slice_is_named_and_what_was_not_checked_is_not_called_passed(scrubber: Scrubber, batch: Read) -> None:
    text = text_of(scrubber, batch, DEMO)
    assert "(SLICE)" in text
    assert "NOT CHECKED" in text
    assert not re.search(r"\b(pass|passed|ok)\b", text, re.IGNORECASE)


def test_nothing_of_the_patient_is_shown(scrubber: Scrubber, batch: Read) -> None:
    text = text_of(scrubber, batch, DEMO)
    for private in ("EXAMPLE", "ANNA", "DEMO00001A", "19580312", "1958-03-12"):
        assert private not in text


def test_what_could_not_be_read_is_listed(scrubber: Scrubber, batch: Read) -> None:
    run = batch(DEMO)
    problem = InputProblem("x.837", "a segment is cut short.", offset=812, segment=31, element="CLM02", claim="P1")
    report = TextReport(Style(80), ["x.837"], provenance(scrubber.engine, AS_OF), False, True)
    text = "\n".join(report.lines([problem], run.scrub(scrubber.engine, AS_OF), Tally()))
    assert "x.837, claim P1, segment 31, CLM02: a segment is cut short." in text
    assert "could not be read and was not checked" in text


def test_a_slice_behind_a_whole_edition_of_its_days_is_not_shown() -> None:
    quarter = Covers(date(2024, 7, 1), date(2024, 9, 30))
    part = TableUsed("aoc", "e", quarter, "d", 1, True)
    assert tables_said([part])[0] == "aoc for 2024-07-01 to 2024-09-30 (SLICE)"
    whole = TableUsed("aoc", "e", Covers(date(2024, 1, 1), date(2024, 9, 30)), "d", 9, False)
    assert tables_said([part, whole]) == ["aoc for 2024-01-01 to 2024-09-30"]
    short = TableUsed("aoc", "e", Covers(date(2024, 7, 2), date(2024, 9, 30)), "d", 9, False)
    assert any("(SLICE)" in said for said in tables_said([part, short]))


def test_the_small_words() -> None:
    assert dollars("1234567.50") == "$1,234,567.50"
    assert dollars("-3.00") == "-$3.00"
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "a"]) == "a and b"
    assert listed([str(n) for n in range(9)], 4) == "0, 1, 2 and 6 more"
    assert lines_said([3, 1, 3]) == "lines 1 and 3"
    assert clean("a\x1b[31m\tb") == "a\ufffd[31m b"


@pytest.mark.parametrize(
    ("others", "said"),
    [
        (2, r"With     line 1 \(G0239\); line 2 \(G0239\)\n"),
        (30, r"With     lines 1, 2, 3, 4, [0-9, \n]* 19 and 11\s+more\n"),
    ],
)
def test_of_many_related_lines_the_first_are_named(
    scrubber: Scrubber, batch: Read, tmp_path: Path, others: int, said: str
) -> None:
    """A line that is bundled into each of many: JSON names them all, a person is told how many there are."""
    claim = json.loads(DEMO.with_suffix(".json").read_text(encoding="utf-8"))[0]
    first, last = claim["lines"]
    lines = [{**first, "number": at} for at in range(1, others + 1)]
    path = tmp_path / "long.json"
    path.write_text(json.dumps({**claim, "lines": [*lines, {**last, "number": others + 1}]}), encoding="utf-8")
    assert re.search(said, text_of(scrubber, batch, path))
