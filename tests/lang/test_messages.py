"""What authors are told: snapshots of every message, and the promise of edits that are called safe.

Each file under ``messages/`` holds wrong conditions with the problems they give: code, the text under the caret,
headline, label, help, further labels, and the text after the suggested edit. Run as a program, this file writes the
snapshots anew from the conditions in them; read the difference before keeping it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from scrubber.core.places import Place, Text
from scrubber.engine.compile.compile import placed
from scrubber.lang.compile import Compiled, compile_condition
from scrubber.lang.problems import CODES, Problem

from .conformance import load_cases, subject_named
from .worlds import World

FOLDER = Path(__file__).parent / "messages"


def _entries() -> list[dict[str, Any]]:
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        entries = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        found += [{**entry, "file": path.stem} for entry in entries]
    return found


def _compiled(text: str, scope: str = "line") -> Compiled:
    return compile_condition(text, subject_named(scope), World())


def _edited(text: str, problem: Problem) -> str:
    assert problem.edit is not None
    return text[: problem.edit.start] + problem.edit.text + text[problem.edit.end :]


def _shown(text: str, problem: Problem) -> dict[str, Any]:
    shown: dict[str, Any] = {"code": problem.code}
    if problem.severity != "error":
        shown["severity"] = problem.severity
    shown |= {"at": text[problem.start : problem.end], "headline": problem.headline, "label": problem.label}
    shown["help"] = problem.help
    if problem.labels:
        shown["also"] = [f"{text[start:end]} | {label}" for start, end, label in problem.labels]
    if problem.edit is not None:
        shown |= {"becomes": _edited(text, problem), "safe": "yes" if problem.edit.safe else "no"}
    return shown


ENTRIES = _entries()
IDS = [f"{entry['file']}: {entry.get('scope', 'line')}: {entry['text']}" for entry in ENTRIES]


def test_there_are_enough_wrong_conditions() -> None:
    assert len(ENTRIES) >= 60
    assert len(set(IDS)) == len(IDS)


@pytest.mark.parametrize("entry", ENTRIES, ids=IDS)
def test_message(entry: dict[str, Any]) -> None:
    compiled = _compiled(entry["text"], entry.get("scope", "line"))
    assert [_shown(entry["text"], problem) for problem in compiled.problems] == entry["problems"]
    assert (compiled.condition is None) == any(p.severity == "error" for p in compiled.problems)


@pytest.mark.parametrize("entry", ENTRIES, ids=IDS)
def test_message_has_cause_place_and_remedy(entry: dict[str, Any]) -> None:
    for problem in _compiled(entry["text"], entry.get("scope", "line")).problems:
        assert problem.code in CODES
        assert 0 <= problem.start <= problem.end <= len(entry["text"])
        assert problem.headline.endswith((".", "?"))
        assert problem.help.endswith((".", "?"))
        for start, end, label in problem.labels:
            assert 0 <= start <= end <= len(entry["text"])
            assert label


@pytest.mark.parametrize("entry", ENTRIES, ids=IDS)
def test_a_safe_edit_mends_what_it_is_for(entry: dict[str, Any]) -> None:
    text, scope = entry["text"], entry.get("scope", "line")
    compiled = _compiled(text, scope)
    for problem in compiled.problems:
        if problem.edit is not None and problem.edit.safe:
            after = _compiled(_edited(text, problem), scope)
            assert len(after.problems) < len(compiled.problems)
            if len(compiled.problems) == 1:
                assert after.condition is not None


def test_several_wrong_parts_are_all_told() -> None:
    compiled = _compiled("line.charge > 150 and line.procedure = 9921 and line.foo is missing")
    assert [p.code for p in compiled.problems] == ["SCR304", "SCR302", "SCR203"]


def test_an_edit_that_only_puts_something_in_takes_nothing_out_of_the_file() -> None:
    written = "it.x in {A, B and line.units > 2"
    offsets = tuple((7, 9 + at) for at in range(len(written) + 1))
    text = Text(written, Place("r.yaml", 7, 9, 7, 9 + len(written)), offsets)
    (problem, *_) = _compiled(written).problems
    edit = placed(problem, text).edit
    assert edit is not None
    assert (edit.text, edit.place.column, edit.place.end_column) == ("}", 9 + 13, 9 + 13)


def test_every_code_is_met_by_a_case() -> None:
    met = {problem["code"] for entry in ENTRIES for problem in entry["problems"]}
    met |= {case.error or case.warning for case in load_cases()}
    assert set(CODES) - met - {"SCR102", "SCR124"} == set()


def _write() -> None:
    for path in sorted(FOLDER.glob("*.yaml")):
        entries = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        for entry in entries:
            problems = _compiled(entry["text"], entry.get("scope", "line")).problems
            entry["problems"] = [_shown(entry["text"], problem) for problem in problems]
        body = yaml.safe_dump(entries, allow_unicode=True, width=118, sort_keys=False)
        path.write_text(f"# Wrong conditions and what their author is told.\n{body}", encoding="utf-8")


if __name__ == "__main__":
    _write()
