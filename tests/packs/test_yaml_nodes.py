"""The node tree: every scalar is text, and every character of it is where the tree says."""

from __future__ import annotations

import time

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.core.diagnostics import Diagnostic, RuleFileError
from scrubber.core.places import Text
from scrubber.packs.diagnostic_codes import TITLES
from scrubber.packs.yaml_nodes import (
    LOADER,
    MAX_DEPTH,
    MAX_RULE_FILE_BYTES,
    Mapping,
    Scalar,
    Sequence,
    parse_yaml,
    plain,
    text_of,
)

LOADERS = [LOADER, yaml.BaseLoader]


def value_of(text: str, loader: object = LOADER) -> Text:
    """The text of the key ``k``."""
    node = parse_yaml(text.encode(), "f.yaml", loader).root.get("k")
    assert isinstance(node, Scalar)
    return node.text()


def pointed_at(source: str, text: Text) -> str:
    """What stands in the source at each of the text's positions."""
    lines = [*source.splitlines(), ""]
    return "".join((lines[line - 1] + "\n")[column - 1] for line, column in text.offsets[:-1])


STYLES = {
    "plain": ("k: line.units > 1\n", "line.units > 1", "line.units > 1"),
    "plain over lines": ("k: line.units\n   > 1\n\n   and x\n", "line.units > 1\nand x", "line.units\n> 1\nand x"),
    "single": ("k: 'it''s here'\n", "it's here", "it's here"),
    "single over lines": ("k: 'one  \n   two\n\n   three'\n", "one two\nthree", "one\ntwo\nthree"),
    "double": ('k: "a \\"b\\" \\u00e9 c"\n', 'a "b" é c', "a \\b\\ \\ c"),
    "double, joined lines": ('k: "one \\\n   two\n   three"\n', "one two three", "one two\nthree"),
    "literal": ("k: |\n  one\n    two\n\n  three\n", "one\n  two\n\nthree\n", "one\n  two\n\nthree\n"),
    "literal, stripped": ("k: |-\n  one\n  two\n\n", "one\ntwo", "one\ntwo"),
    "literal, kept": ("k: |+\n  one\n\n", "one\n\n", "one\n\n"),
    "literal, indented by hand": ("k: |2\n    one\n  two\n", "  one\ntwo\n", "  one\ntwo\n"),
    "folded": ("k: >\n  one\n  two\n\n  three\n    four\n  five\n", "one two\nthree\n  four\nfive\n", None),
    "folded, stripped": ("k: >-\n  a and\n  b\nj: x\n", "a and b", "a and\nb"),
    "folded, no last break": ("k: >\n  one\n  two", "one two", "one\ntwo"),
}


@pytest.mark.parametrize("loader", LOADERS, ids=["libyaml", "python"])
@pytest.mark.parametrize("style", list(STYLES))
def test_each_character_has_its_place(style: str, loader: object) -> None:
    source, value, seen = STYLES[style]
    text = value_of(source, loader)
    assert text.value == value
    assert len(text.offsets) == len(value) + 1
    assert list(text.offsets) == sorted(text.offsets)
    if seen is not None:
        assert pointed_at(source, text) == seen


def test_the_place_of_a_character_in_a_folded_block() -> None:
    text = value_of("k: >\n  line.units > 1\n  and line.procedre = 99213\n")
    place = text.at(text.value.index("line.procedre"), text.value.index(" = 99213"))
    assert (place.line, place.column, place.end_line, place.end_column) == (3, 7, 3, 20)


def test_windows_line_ends_do_not_move_places() -> None:
    text = value_of("a: b\r\nk: |\r\n  one\r\n  two\r\n")
    assert text.value == "one\ntwo\n"
    assert text.offsets[4] == (4, 3)


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.sampled_from(" '\"\\{}#:@,"), max_size=40
)


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=4), st.sampled_from(["'", '"', "|", ">", ""]), st.sampled_from([20, 80]))
def test_positions_point_at_the_same_characters(lines: list[str], style: str, width: int) -> None:
    value = "\n".join(line.strip() for line in lines)
    source = yaml.dump({"k": value}, default_style=style or None, allow_unicode=True, width=width)
    try:
        text = value_of(source)
    except RuleFileError:
        return
    assert text.value == value
    if text.offsets and style in ("'", "|"):
        rows = source.split("\n")
        for char, (line, column) in zip(text.value, text.offsets, strict=False):
            if char not in "\n ":
                assert rows[line - 1][column - 1] == char
    if "\\" not in source:
        assert len(text.offsets) == len(value) + 1


@pytest.mark.parametrize(
    "scalar", ["0450", "02", "00100", "59:30", "250.00", "NO", "yes", "1e5", "2024-01-01", "null", "~", "0x1F"]
)
def test_codes_stay_as_written(scalar: str) -> None:
    """YAML 1.1 would read these as 296, 2, 64, 3570, 250.0, False, True, 100000.0, a date, None, None and 31."""
    assert value_of(f"k: {scalar}\n").value == scalar
    assert plain(parse_yaml(f"k: [{scalar}]\n".encode(), "f").root) == {"k": [scalar]}


def test_places_of_keys_lists_and_mappings() -> None:
    root = parse_yaml(b"a:\n  - x: 1\n    y: {b: c}\n  - z\n", "f.yaml").root
    items = root.get("a")
    assert isinstance(items, Sequence)
    assert (items.place.line, items.place.column) == (2, 3)
    first = items.items[0]
    assert isinstance(first, Mapping)
    assert (first.place.line, first.place.column, first.place.end_line) == (2, 5, 3)
    flow = first.get("y")
    assert isinstance(flow, Mapping)
    assert (flow.flow, flow.written, flow.place.end_column) == (True, "{b: c}", 14)


def refusal(data: bytes) -> str:
    """The code of the first diagnostic."""
    with pytest.raises(RuleFileError) as caught:
        parse_yaml(data, "f.yaml")
    return caught.value.diagnostics[0].code


def test_limits_hold_on_both_sides() -> None:
    deep = MAX_DEPTH - 2
    assert parse_yaml(b"k: " + b"[" * deep + b"x" + b"]" * deep, "f").root.get("k") is not None
    assert refusal(b"k: " + b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1)) == "SCR505"
    filler = b"k: " + b"x" * (MAX_RULE_FILE_BYTES - 4) + b"\n"
    assert len(filler) == MAX_RULE_FILE_BYTES
    assert parse_yaml(filler, "f").root.get("k") is not None
    assert refusal(filler + b"\n") == "SCR501"
    assert refusal(b"k: [" + b"1," * 250_000 + b"1]") == "SCR506"


def test_a_list_that_is_too_long_is_not_sent_into_the_list_it_is() -> None:
    """docs/codes/SCR501.md: the help is for what the file is."""
    for name, what, advice in (
        ("codes.CSV", "a list of a pack", "declare a table"),
        ("r.yaml", "a rule file", "into a CSV"),
    ):
        with pytest.raises(RuleFileError) as caught:
            text_of(b"x" * (MAX_RULE_FILE_BYTES + 1), name)
        (problem,) = caught.value.diagnostics
        assert problem.headline == f"this file has more than the 1,048,576 bytes that {what} may have"
        assert advice in problem.help


def test_a_bomb_is_refused_at_once() -> None:
    """Ten levels of nine aliases each would be 3.5 billion values."""
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 11)]
    begin = time.perf_counter()
    assert refusal("\n".join(lines).encode()) == "SCR508"
    assert refusal(b"k: " + b"[" * 500_000) == "SCR505"
    assert refusal(b"{" * 500_000) == "SCR505"
    assert time.perf_counter() - begin < 5


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xff\xfek\x00", "SCR502"),
        (b"k: \xe9\n", "SCR502"),
        (b"\xef\xbb\xbfk: x\n", "SCR503"),
        (b"k: a\0b\n", "SCR504"),
        (b"k: \xe2\x80\xaex\n", "SCR504"),
        (b"? [a]\n: b\n", "SCR517"),
        (b"k: *a\n", "SCR509"),
        (b"k: !!int 1\n", "SCR511"),
        (b"k: x\n---\nk: y\n", "SCR512"),
        (b"- x\n", "SCR515"),
        (b"text\n", "SCR515"),
        (b"", "SCR514"),
    ],
)
def test_what_is_not_allowed_has_its_own_code(data: bytes, code: str) -> None:
    assert refusal(data) == code


def test_long_lines_and_many_blocks_take_time_in_proportion() -> None:
    begin = time.perf_counter()
    assert refusal(b"k: a" + b" " * 900_000 + b"b: c\n") == "SCR524"
    blocks = "".join(f"k{n}: >\n  one\n  two\n" for n in range(20_000))
    root = parse_yaml(blocks.encode(), "f").root
    assert {node.text().value for _, node in root.entries if isinstance(node, Scalar)} == {"one two\n"}
    assert time.perf_counter() - begin < 10


def test_every_key_given_twice_is_named() -> None:
    with pytest.raises(RuleFileError) as caught:
        parse_yaml(b"a: 1\nb: 2\na: 3\nb: 4\n", "f")
    assert [(d.code, d.place.line) for d in caught.value.diagnostics] == [("SCR507", 3), ("SCR507", 4)]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | st.text("ab:-[]{}'\"|>#&*!@%`\n \t,?", max_size=80).map(str.encode))
def test_arbitrary_bytes_give_diagnostics(data: bytes) -> None:
    for loader in LOADERS:
        found: list[Diagnostic] = []
        try:
            assert isinstance(plain(parse_yaml(data, "f", loader).root), dict)
        except RuleFileError as error:
            found = error.diagnostics
        assert all(d.code in TITLES and d.place.line >= 1 and d.place.column >= 1 for d in found)
