"""A diagnostic as a person reads it."""

from __future__ import annotations

from scrubber.core.diagnostics import Diagnostic, Label, Replacement
from scrubber.core.places import Place
from scrubber.report.diagnostics import render


def at(line: int, column: int, end: int, path: str = "p/r.yaml") -> Place:
    return Place(path, line, column, line, end)


def test_all_its_parts() -> None:
    found = Diagnostic(
        "SCR612",
        "`modifer` is not a value of `category`",
        at(2, 11, 18),
        "not allowed",
        "did you mean `modifier`?",
        (Label(at(1, 1, 6), "in this list"), Label(at(9, 2, 3, "q.yaml"), "and here")),
        Replacement(at(2, 11, 18), "modifier"),
    )
    assert render(found, "rules:\ncategory: modifer\n") == (
        "p/r.yaml:2:11: SCR612 `modifer` is not a value of `category`\n"
        "    2 | category: modifer\n"
        "      |           ^^^^^^^ not allowed\n"
        "    1 | rules:\n"
        "      | ----- in this list\n"
        "  q.yaml:9:2: and here\n"
        "  help: did you mean `modifier`?\n"
        "  write | category: modifier"
    )


def test_without_the_text_of_the_file() -> None:
    found = Diagnostic("SCR610", "no such key", at(3, 4, 5), "here", "remove it", edit=Replacement(at(3, 4, 5), "x"))
    assert render(found) == "p/r.yaml:3:4: SCR610 no such key\n  help: remove it\n  write: x"


def test_long_lines_are_cut_around_the_caret() -> None:
    line = "a" * 200 + "X" + "b" * 200
    text = render(Diagnostic("SCR610", "no", at(1, 201, 202), "here"), line)
    _, source, caret = text.splitlines()
    assert len(source) == 80
    assert source[caret.index("^")] == "X"


def test_a_warning_says_so_and_control_characters_are_not_printed() -> None:
    text = render(Diagnostic("SCR523", "cut", at(1, 2, 3), severity="warning"), "k\x1b[31m: x")
    assert text.startswith("p/r.yaml:1:2: SCR523 warning: cut")
    assert "\x1b" not in text


def test_a_place_past_the_end_of_the_file_is_no_trouble() -> None:
    assert render(Diagnostic("SCR514", "empty", at(5, 1, 1)), "x\n") == "p/r.yaml:5:1: SCR514 empty"
