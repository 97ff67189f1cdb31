"""Wrong packs and what is said of them, word for word. Run with SCRUBBER_SNAPSHOTS=write to write the messages anew."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from wrong_files import WRONG, write

from scrubber.packs.diagnostic_codes import TITLES
from scrubber.packs.load import check_pack
from scrubber.report.diagnostics import render

MESSAGES = Path(__file__).parent / "messages"


def said(folder: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str]) -> str:
    """Everything said of a pack, as a person would see it."""
    write(folder / "trial", files)
    monkeypatch.chdir(folder)
    _, problems = check_pack("trial")
    texts = []
    for problem in problems:
        assert problem.code in TITLES
        path = Path(problem.place.path)
        texts.append(render(problem, path.read_bytes().decode() if path.is_file() else None))
    return "\n\n".join(texts) + "\n"


@pytest.mark.parametrize("name", list(WRONG))
def test_a_wrong_pack_is_explained(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = said(tmp_path, monkeypatch, WRONG[name])
    expected = MESSAGES / f"{name}.txt"
    if os.environ.get("SCRUBBER_SNAPSHOTS") == "write":
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")
    assert "SCR" in text
    assert "Traceback" not in text
    for message in text.strip().split("\n\n"):
        place, _, rest = message.partition(" SCR")
        assert re.fullmatch(r"trial/\S+:\d+:\d+:", place), message  # where
        assert re.search(r"\S.* \S", rest.splitlines()[0]), message  # what is wrong
        assert "^" in message, message
        assert re.search(r"^  help: \S", message, re.MULTILINE), message  # what to type


@pytest.mark.parametrize("name", list(WRONG))
def test_the_message_names_the_right_file_and_fits_the_width(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = said(tmp_path, monkeypatch, WRONG[name])
    assert any(f"trial/{file}" in text for file in WRONG[name])
    for line in text.splitlines():
        assert len(line) <= 80 or ": SCR" in line, line


def test_no_message_is_left_over() -> None:
    assert {path.stem for path in MESSAGES.glob("*.txt")} == set(WRONG)


def test_there_are_enough_wrong_packs() -> None:
    assert len(WRONG) >= 100
