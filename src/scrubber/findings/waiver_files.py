"""Waiver files (YAML) and baseline files (JSON): reading and writing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from scrubber.core.diagnostics import Diagnostic, RuleFileError, UsageError
from scrubber.core.files import read_file, shown
from scrubber.findings.model import Finding
from scrubber.findings.waivers import MATCHES, Known, Waiver
from scrubber.packs.suggest import nearest
from scrubber.packs.type_names import iso_date
from scrubber.packs.yaml_nodes import MAX_RULE_FILE_BYTES, Node, Scalar, Sequence, parse_yaml
from scrubber.packs.yaml_nodes import Mapping as MappingNode

KEYS = ("rule", "match", "reason", "owner", "approver", "expires")
BASELINE = "scrubber-baseline/1"
LARGEST = 1 << 26
"""Bytes of a baseline: hundreds of thousands of findings."""
TITLES = {
    "SCR851": "unknown or missing key of a waiver",
    "SCR852": "waiver of a rule that no loaded pack has",
    "SCR853": "waiver that is not narrow",
    "SCR854": "value of a waiver that cannot be read",
}
"""Code to title of what can be wrong with a waiver file."""


def read_waivers(path: Path, rules: Iterable[str]) -> tuple[Waiver, ...]:
    """The waivers of a file. ``rules`` are the ids of all loaded rules.

    Raises:
        UsageError: the file is not there, is no ordinary file, or is larger than a rule file may be.
        RuleFileError: with everything that is wrong with it.
    """
    root = parse_yaml(read_file(path, MAX_RULE_FILE_BYTES), path.as_posix(), kind="waiver").root
    problems = _unknown(root, ("waivers",))
    listed = root.get("waivers")
    if not isinstance(listed, Sequence):
        problems.append(Diagnostic("SCR851", "this file has no list `waivers`", root.place, help="begin it: waivers:"))
        raise RuleFileError(problems)
    known = sorted(rules)
    found = [_waiver(item, known, problems) for item in listed.items]
    if problems:
        raise RuleFileError(problems)
    return tuple(waiver for waiver in found if waiver is not None)


def _waiver(node: Node, rules: list[str], problems: list[Diagnostic]) -> Waiver | None:
    if not isinstance(node, MappingNode):
        problems.append(Diagnostic("SCR851", "a waiver is a mapping", node.place, help=f"it has {', '.join(KEYS)}"))
        return None
    before = len(problems)
    problems += _unknown(node, KEYS)
    missing = [key for key in KEYS if node.get(key) is None]
    if missing:
        help_ = "all of rule, match, reason, owner, approver and expires have to be said"
        problems.append(Diagnostic("SCR851", f"this waiver has no {', '.join(missing)}", node.place, help=help_))
    texts = {key: _text(node, key, problems) for key in KEYS if key != "match" and node.get(key) is not None}
    rule = texts.get("rule")
    if rule and rule not in rules:
        place = node.get("rule")
        assert place is not None
        near = nearest(rule, rules)
        problems.append(Diagnostic("SCR852", f"no loaded pack has a rule {rule}", place.place,
                                   help=f"did you mean {near}?" if near else "it names a rule by id"))  # fmt: skip
    expires = iso_date(texts.get("expires", ""))
    if texts.get("expires") and expires is None:
        at = node.get("expires")
        assert at is not None
        problems.append(Diagnostic("SCR854", "this is not a date", at.place, help="write it as 2025-03-31"))
    match = _match(node.get("match"), problems)
    if len(problems) > before or expires is None:
        return None
    return Waiver(texts["rule"], match, texts["reason"], texts["owner"], texts["approver"], expires, str(node.place))


def _match(node: Node | None, problems: list[Diagnostic]) -> dict[str, tuple[str, ...]]:
    if node is None:
        return {}
    if not isinstance(node, MappingNode) or not node.entries:
        problems.append(Diagnostic("SCR853", "a waiver has to be narrow: `match` says which findings it is for",
                                   node.place, help=f"give at least one of {', '.join(MATCHES)}"))  # fmt: skip
        return {}
    problems += _unknown(node, MATCHES)
    match = {}
    for key, value in node.entries:
        items = value.items if isinstance(value, Sequence) else (value,)
        texts = tuple(item.value.strip() for item in items if isinstance(item, Scalar) and item.value.strip())
        if not texts or len(texts) < len(items):
            problems.append(Diagnostic("SCR854", f"`{key.value}` is a value or a list of values", value.place))
        match[key.value] = texts
    return match


def _text(node: MappingNode, key: str, problems: list[Diagnostic]) -> str:
    value = node.get(key)
    if isinstance(value, Scalar) and value.value.strip():
        return " ".join(value.value.split())
    assert value is not None
    problems.append(Diagnostic("SCR854", f"`{key}` says nothing", value.place, help="it has to be filled"))
    return ""


def _unknown(node: MappingNode, known: tuple[str, ...]) -> list[Diagnostic]:
    return [
        Diagnostic("SCR851", f"`{key.value}` is not a key here", key.place,
                   help=f"did you mean {near}?" if (near := nearest(key.value, known)) else f"use {', '.join(known)}")
        for key, _ in node.entries if key.value not in known
    ]  # fmt: skip


def read_baseline(path: Path) -> dict[str, Known]:
    """The findings of a baseline file, by fingerprint.

    Raises:
        UsageError: it is not there, is no ordinary file, is larger than :data:`LARGEST`, or is no baseline.
    """
    data = read_file(path, LARGEST)
    try:
        found = json.loads(data)
        if found["schema"] != BASELINE:
            raise ValueError
        rows = [(each["fingerprint"], each["rule"], each["severity"]) for each in found["findings"]]
        if not all(isinstance(cell, str) for row in rows for cell in row):
            raise TypeError
        return {fingerprint: Known(rule, severity) for fingerprint, rule, severity in rows}
    except (ValueError, KeyError, TypeError, RecursionError):
        raise UsageError(f"{shown(path)} is not a baseline: `scrubber baseline write` makes one.") from None


def baseline_text(known: Mapping[str, Known]) -> str:
    """A baseline file: fingerprints with their rules, in order. It holds nothing of a claim."""
    rows = sorted((each.rule, fingerprint, each.severity) for fingerprint, each in known.items())
    listed = ",\n".join(
        "    " + json.dumps({"rule": rule, "fingerprint": fingerprint, "severity": severity})
        for rule, fingerprint, severity in rows
    )
    return f'{{\n  "schema": "{BASELINE}",\n  "findings": [\n{listed}\n  ]\n}}\n'


def known_of(findings: Iterable[Finding]) -> dict[str, Known]:
    """What a baseline keeps of findings."""
    return {finding.fingerprint: Known(finding.rule, finding.severity) for finding in findings}
