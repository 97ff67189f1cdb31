"""A run of golden files as text, JSON, JUnit XML and GitHub annotations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree

import msgspec

from scrubber.core.diagnostics import Diagnostic
from scrubber.core.places import Place
from scrubber.lint.render_junit import plain
from scrubber.testing.runner import FileResult, TestRun

SCHEMA = "scrubber-golden/1"
Render = Callable[[Diagnostic], str]
"""A diagnostic as people read it."""


def as_text(run: TestRun, render: Render, verbose: bool = False) -> Iterator[str]:
    """Each failure with what differed, the clauses and the claim; then one line that sums up."""
    for file in run.files:
        if verbose:
            yield from (f"{'ok    ' if each.passed else 'FAILED'} {file.file}::{each.case}" for each in file.results)
        for diagnostic in file.problems:
            yield render(diagnostic) + "\n"
        for result in file.failed:
            yield f"FAILED {file.file}::{result.case}\n{result.message}\n"
        if file.missing:
            yield f"FAILED {file.file}: {file.lacking}\n"
    for rule in run.untested:
        yield f"FAILED {rule} is in force and no golden file of this run tests it\n"
    yield summary(run)


def summary(run: TestRun) -> str:
    """``81 golden files, 532 cases: all hold.``"""
    failed = sum(len(file.failed) for file in run.files)
    parts = [
        f"{failed} failed" if failed else "",
        _count(sum(1 for file in run.files if file.problems), "file that cannot be used", "files that cannot be used"),
        _count(sum(1 for file in run.files if file.missing), "rule tested on one side only",
               "rules tested on one side only"),
        _count(len(run.untested), "rule without a golden file", "rules without a golden file"),
    ]  # fmt: skip
    said = ", ".join(part for part in parts if part) or "all hold"
    return f"{_count(len(run.files), 'golden file', 'golden files')}, {run.cases} cases: {said}."


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}" if number else ""


def as_json(run: TestRun) -> bytes:
    """The run as one JSON document (schema ``scrubber-golden/1``)."""
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "files": [
            {
                "file": file.file, "rule": file.rule, "status": file.status, "passed": file.passed,
                "cases": [
                    {"name": each.case, "line": each.place.line, "expected": each.expected, "came": each.came,
                     "passed": each.passed, "differences": each.differences} for each in file.results
                ],
                "problems": [str(diagnostic) for diagnostic in file.problems],
                "missing": file.missing,
            }
            for file in run.files
        ],
        "untested": run.untested,
        "summary": {
            "files": len(run.files), "cases": run.cases, "failed": sum(len(file.failed) for file in run.files),
            "passed": run.passed,
        },
    }  # fmt: skip
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def as_junit(run: TestRun) -> bytes:
    """JUnit XML: a suite a file, a test a case, and one that the rule is tested on both sides."""
    root = ElementTree.Element("testsuites", name="golden")
    for file in run.files:
        root.append(_suite(file))
    if run.untested:
        suite = ElementTree.SubElement(root, "testsuite", name="rules without a golden file")
        for rule in run.untested:
            _failed(_test(suite, rule, "has a golden file", "", 0), f"no golden file of this run tests {rule}", "")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root) + b"\n"


TITLES = {
    "GOLDEN": "golden case that does not hold",
    "GOLDEN-SIDES": "rule that is not tested on both sides",
    "GOLDEN-UNTESTED": "rule in force without a golden file",
}
"""What SARIF calls that which is wrong with a run and is no message about a file."""


def as_diagnostics(run: TestRun) -> Iterator[Diagnostic]:
    """Everything that is wrong, each at its place in the golden file; a rule without one at the rule's own."""
    for file in run.files:
        yield from file.problems
        for result in file.failed:
            yield Diagnostic("GOLDEN", f"{file.rule}: {result.case}: {'; '.join(result.differences)}.", result.place,
                             help=result.message)  # fmt: skip
        if file.missing:
            yield Diagnostic("GOLDEN-SIDES", f"{file.lacking}.", Place(file.file, 1, 1, 1, 1))
    for rule, place in run.untested_places:
        yield Diagnostic("GOLDEN-UNTESTED", f"{rule} is in force and no golden file of this run tests it.", place)


def _suite(file: FileResult) -> ElementTree.Element:
    failures = len(file.failed) + (1 if file.missing else 0)
    tests = len(file.results) + (1 if file.rule else 0) + len(file.problems)
    suite = ElementTree.Element(
        "testsuite", name=file.file, tests=str(tests), failures=str(failures), errors=str(len(file.problems)),
        time=f"{file.seconds:.3f}",
    )  # fmt: skip
    for result in file.results:
        test = _test(suite, file.rule, result.case, file.file, result.place.line)
        if not result.passed:
            _failed(test, "; ".join(result.differences), result.message)
    for diagnostic in file.problems:
        test = _test(suite, file.rule or file.file, diagnostic.code, file.file, diagnostic.place.line)
        ElementTree.SubElement(test, "error", message=plain(str(diagnostic)))
    if file.rule:
        test = _test(suite, file.rule, "fires and is clear", file.file, 1)
        if file.missing:
            _failed(test, file.lacking, "")
    return suite


def _test(suite: ElementTree.Element, rule: str, name: str, file: str, line: int) -> ElementTree.Element:
    where = {"file": file, "line": str(line)} if file else {}
    return ElementTree.SubElement(suite, "testcase", {"classname": rule, "name": plain(name), **where})


def _failed(test: ElementTree.Element, message: str, text: str) -> None:
    ElementTree.SubElement(test, "failure", message=plain(message)).text = plain(text)


def as_github(run: TestRun) -> Iterator[str]:
    """Workflow commands that GitHub shows beside the lines they are about; then the summary."""
    for file in run.files:
        for diagnostic in file.problems:
            place = diagnostic.place
            text = diagnostic.headline + (f"\n{diagnostic.help}" if diagnostic.help else "")
            yield _annotation(place.path, place.line, place.column, diagnostic.code, text)
        for result in file.failed:
            place = result.place
            yield _annotation(file.file, place.line, place.column, f"{file.rule}: {result.case}", result.message)
        if file.missing:
            yield _annotation(file.file, 1, 1, file.rule, file.lacking)
    for rule in run.untested:
        yield f"::error title={_escaped(rule, ':,')}::no golden file of this run tests it"
    yield summary(run)


def _annotation(path: str, line: int, column: int, title: str, text: str) -> str:
    where = f"file={_escaped(path, ':,')},line={line},col={column},title={_escaped(title, ':,')}"
    return f"::error {where}::{_escaped(text)}"


def _escaped(text: str, more: str = "") -> str:
    for character in "%\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text
