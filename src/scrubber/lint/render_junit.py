"""Diagnostics as JUnit XML: a suite a file with something in it, a failing test a problem."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree

from scrubber.core.diagnostics import Diagnostic


def as_junit(found: Iterable[Diagnostic], name: str = "rules") -> str:
    """Where nothing was found, one test that passes: a report without tests is taken for a run that broke off."""
    files: dict[str, list[Diagnostic]] = {}
    for item in found:
        files.setdefault(item.place.path, []).append(item)
    root = ElementTree.Element("testsuites", name=name)
    for path, items in files.items():
        count = str(len(items))
        suite = ElementTree.SubElement(root, "testsuite", name=path, tests=count, failures=count, errors="0")
        for item in items:
            place = item.place
            where = f"{item.code} {place.line}:{place.column}"
            test = ElementTree.SubElement(suite, "testcase", classname=path, name=where, file=path,
                                          line=str(place.line))  # fmt: skip
            failure = ElementTree.SubElement(test, "failure", type=item.severity, message=plain(item.headline))
            failure.text = plain(f"{place}: {item.code} {item.headline}\n{item.help}".rstrip())
    if not files:
        suite = ElementTree.SubElement(root, "testsuite", name=name, tests="1", failures="0", errors="0")
        ElementTree.SubElement(suite, "testcase", classname=name, name="no problems found")
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def plain(text: str) -> str:
    """Without the control characters that XML has no way to write."""
    return "".join(character for character in text if character >= " " or character in "\n\t")
