"""What is read without click is what click reads."""

from __future__ import annotations

from typing import Any

import click
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.cli import check
from scrubber.cli.checking import OPTIONS
from scrubber.cli.declared import Option
from scrubber.cli.plain import plain_arguments

WORDS = st.sampled_from(["a.837", "b.json", "-", "--", "", "a b", "=", "ä"])
VALUES = st.sampled_from(["2024-08-15", "20240815", "2024-13-01", "x", "x=1", "policy.y=2,3", "=", " = ", "deny",
                          "Deny", "json", "text", "-", "-x", "--as-of", ""])  # fmt: skip


@st.composite
def given_options(draw: st.DrawFn) -> list[str]:
    """An option as a person may write it, well or not."""
    option: Option = draw(st.sampled_from(OPTIONS))
    good = {"--as-of": "2024-08-15", "--param": "x=1"}.get(option.flag, (*option.choices, "x")[0])
    value = draw(st.one_of(st.just(good), VALUES))
    spelled = draw(
        st.sampled_from([option.flag, option.flag, option.flag, option.flag[:-1], option.flag.upper(), "-h"])
    )
    forms = (
        [[spelled, value], [spelled], [f"{spelled}={value}"]] if option.takes_value else [[spelled], [spelled, value]]
    )
    return draw(st.sampled_from([forms[0], *forms]))


LINES = st.lists(st.one_of(st.just(["a.837"]), WORDS.map(lambda word: [word]), given_options()), max_size=6)


def by_click(words: list[str]) -> dict[str, Any] | None:
    """What click makes of the words; None where it refuses them or shows its help."""
    try:
        return check.check.make_context("check", list(words)).params
    except (click.ClickException, click.exceptions.Exit):
        return None


@settings(max_examples=600, deadline=None)
@given(parts=LINES)
def test_plain_words_give_what_click_gives(parts: list[list[str]]) -> None:
    words = [word for part in parts for word in part]
    plain = plain_arguments(words, OPTIONS)
    if plain is not None:
        files, options = plain
        assert {"files": files, **options} == by_click(words)


@pytest.mark.parametrize(
    "words",
    [
        ["a.837"],
        ["a.837", "b.837", "--as-of", "2024-08-15"],
        ["--no-cache", "a.837", "--format", "json", "--fail-on", "deny", "--output", "out.json"],
        ["--pack", "one", "--pack", "two", "--param", "policy.x=1", "--param", "y=2", "--require-history", "a.837"],
    ],
)
def test_the_usual_command_lines_are_plain(words: list[str]) -> None:
    plain = plain_arguments(words, OPTIONS)
    assert plain is not None
    assert {"files": plain[0], **plain[1]} == by_click(words)


@pytest.mark.parametrize(
    "words",
    [[], ["--no-cache"], ["-"], ["a.837", "-h"], ["a.837", "--bogus"], ["a.837", "--as-of"], ["a.837", "--format=json"],
     ["a.837", "--format", "xml"], ["a.837", "--as-of", "2024-13-01"], ["a.837", "--output", "a", "--output", "b"]],
)  # fmt: skip
def test_what_is_not_plain_is_left_to_click(words: list[str]) -> None:
    assert plain_arguments(words, OPTIONS) is None
