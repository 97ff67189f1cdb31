"""Each code of a message has a page, whose example gives it, word for word, and whose better way gives nothing.

Run with SCRUBBER_SNAPSHOTS=write to write the messages anew into the pages; read the difference before keeping it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scrubber.docgen.diagnostics import registered
from scrubber.lang.text_checks import MAX_LENGTH
from scrubber.packs.csv_lists import MAX_ROWS
from scrubber.packs.yaml_nodes import MAX_DEPTH, MAX_NODES, MAX_RULE_FILE_BYTES

from .codes import CODES, PAGES, completed, files_of, found_in, message_of, section, shown
from .pages import DOCS

RULES = "rules:\n  - id: EX-01\n"
ROWS = "    for_each_row: limits.csv\n    columns: {procedure: procedure}\n    when: line.procedure = row.procedure\n"
MADE: dict[str, tuple[str, dict[str, bytes]]] = {
    "SCR102": (
        "the condition is longer than a page can show",
        {"rules.yaml": completed(RULES + f"    when: line.units > {'1' * MAX_LENGTH}\n").encode()},
    ),
    "SCR501": ("the file is larger than a page can show", {"rules.yaml": b"# " + b"x" * MAX_RULE_FILE_BYTES}),
    "SCR502": ("pages are UTF-8 and cannot hold what is not", {"rules.yaml": b"rules: \xe9\n"}),
    "SCR503": ("a byte order mark cannot be seen on a page", {"rules.yaml": b"\xef\xbb\xbf" + RULES.encode()}),
    "SCR505": (
        "the nesting is deeper than a page can show in one piece",
        {"rules.yaml": b"rules: " + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH + b"\n"},
    ),
    "SCR506": ("the values are more than a page can show", {"rules.yaml": b"rules: [" + b"1," * MAX_NODES + b"1]\n"}),
    "SCR653": (
        "the rows are more than a page can show",
        {
            "rules.yaml": completed(RULES + ROWS).encode(),
            "limits.csv": b"procedure\n" + b"99213\n" * (MAX_ROWS + 1),
        },
    ),
}
"""Codes whose cause cannot stand on a page: why not, and files that give them. Their pages say how they arise."""
LONGEST = 90
"""Lines of a page beside the message; two packs side by side are the longest examples."""


def page_of(code: str) -> str:
    return (PAGES / f"{code}.md").read_text(encoding="utf-8")


def checked_message(code: str, text: str) -> None:
    """The message on the page is the one that was said; with SCRUBBER_SNAPSHOTS=write it is put there first."""
    page = page_of(code)
    if os.environ.get("SCRUBBER_SNAPSHOTS") == "write":
        page = page.replace(f"```text\n{message_of(section(page, 'Message'))}```\n", f"```text\n{text}```\n")
        (PAGES / f"{code}.md").write_text(page, encoding="utf-8")
    assert message_of(section(page, "Message")) == text


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert {path.stem for path in PAGES.glob("SCR*.md")} == set(CODES)
    lints = {path.stem for path in (DOCS / "lints").glob("SCR*.md")}
    assert set(CODES) | lints == registered().keys()


@pytest.mark.parametrize("code", CODES)
def test_page_begins_with_the_title_and_says_what_to_do(code: str) -> None:
    heading, _, rest = page_of(code).partition("\n")
    assert heading.casefold() == f"# {code}: {registered()[code]}".casefold()
    said = rest.partition("\n## ")[0].strip()
    assert said.endswith(".")
    beside = rest.replace(message_of(section(rest, "Message")), "")
    assert beside.count("\n") < LONGEST, "a page is short"


@pytest.mark.parametrize("code", [code for code in CODES if code not in MADE])
def test_example_gives_the_message(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = found_in(tmp_path, files_of(section(page_of(code), "Example")), monkeypatch)
    assert {item.code for item in found} == {code}
    checked_message(code, shown(found))


@pytest.mark.parametrize("code", [code for code in CODES if code not in MADE])
def test_better_way_gives_none(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = files_of(section(page_of(code), "Instead"))
    assert files
    assert files != files_of(section(page_of(code), "Example"))
    found = found_in(tmp_path, files, monkeypatch)
    assert [str(item) for item in found] == []


@pytest.mark.parametrize("code", MADE)
def test_message_without_an_example(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert files_of(page_of(code)) == {}
    found = found_in(tmp_path, MADE[code][1], monkeypatch)
    first = [item for item in found if item.code == code]
    assert first
    checked_message(code, shown(first))


def test_broken_pages_would_be_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sound file under the heading Example would give nothing at all, and a wrong one under Instead its code."""
    assert list(found_in(tmp_path, {"rules.yaml": completed(RULES)}, monkeypatch)) == []
    wrong = found_in(tmp_path, {"rules.yaml": completed(RULES + "    when: line.unit > 1\n")}, monkeypatch)
    assert [item.code for item in wrong] == ["SCR203"]
