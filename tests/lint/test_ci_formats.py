"""What programs read of wrong rule files and of golden cases that do not hold: SARIF, JUnit and GitHub annotations."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest

from scrubber.core.diagnostics import Diagnostic
from scrubber.lint.pack_check import check_all
from scrubber.lint.registry import titles
from scrubber.lint.render_github import as_github
from scrubber.lint.render_junit import as_junit
from scrubber.lint.render_sarif import as_sarif

from .sarif import SCHEMA

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "packs"))
from wrong_files import WRONG, write  # noqa: E402

ANNOTATION = re.compile(r"::(error|warning) ((?:[a-zA-Z]+=[^,:\r\n]*)(?:,[a-zA-Z]+=[^,:\r\n]*)*)::[^\r\n]+")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[Diagnostic]:
    """Everything said of every wrong pack there is a snapshot of."""
    said: list[Diagnostic] = []
    for name, files in WRONG.items():
        folder = tmp_path_factory.mktemp("wrong") / name
        write(folder, files)
        said += check_all([folder]).found
    assert len(said) > 100
    return said


def valid_sarif(text: str) -> list[dict[str, Any]]:
    """The results of a SARIF log that keeps to the standard and to itself."""
    log = json.loads(text)
    jsonschema.validate(log, SCHEMA)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        for location in (*result["locations"], *result.get("relatedLocations", ())):
            region = location["physicalLocation"]["region"]
            assert (region["endLine"], region["endColumn"]) >= (region["startLine"], region["startColumn"])
    return list(run["results"])


def test_sarif_of_every_wrong_pack_keeps_to_the_standard(found: list[Diagnostic]) -> None:
    results = valid_sarif(as_sarif(found, titles()))
    assert [result["ruleId"] for result in results] == [item.code for item in found]
    assert any("fixes" in result for result in results)
    assert any("relatedLocations" in result for result in results)
    assert valid_sarif(as_sarif([], titles())) == []


def test_github_reads_every_annotation(found: list[Diagnostic]) -> None:
    lines = as_github(found).splitlines()
    assert len(lines) == len(found)
    assert [line for line in lines if not ANNOTATION.fullmatch(line)] == []


def test_junit_counts_every_problem(found: list[Diagnostic]) -> None:
    root = ElementTree.fromstring(as_junit(found).encode())
    assert sum(int(suite.get("tests", "0")) for suite in root) == len(found)
    for suite in root:
        assert suite.get("tests") == suite.get("failures") == str(len(suite.findall("testcase/failure")))
    (suite,) = ElementTree.fromstring(as_junit([]).encode())
    assert (suite.get("tests"), suite.get("failures")) == ("1", "0")
