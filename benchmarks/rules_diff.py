"""`scrubber rules diff` on a changed pack over 10,000 generated claims, against two full checks compared here.

    python benchmarks/rules_diff.py [CLAIMS] [--seed N]

The claims are those of `office_claims`. They are checked twice by `scrubber check`, with the pack before and after the
change; the two results are compared claim by claim, knowing nothing of how `rules diff` does it. Any difference between
that and what `rules diff` says ends with exit code 1.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

from machine import describe
from office_claims import office_claims
from scrubber.claims.write import to_json

PACK = """\
id: bench
version: {version}
title: A pack that changes
applies: {{payer_class: {{any_of: [MEDICARE]}}}}
valuesets:
  common: {{type: procedure, members: [{common}]}}
parameters:
  most: {{type: number, default: {most}, meaning: Most lines of a day}}
"""
RULE = """\
  - id: {id}
    title: {id}
    category: payer
    severity: {severity}
    status: {status}
    scope: {scope}
{more}    when: {when}
    message: "{message}"
    authority: {{title: Benchmark, section: "1", evidence: primary}}
"""
_DEFAULT = {"severity": "review", "status": "active", "scope": "line", "more": "", "message": "Look at this line."}
BEFORE: tuple[dict[str, str], ...] = (
    {"id": "B-LINE", "when": "line.procedure in @common and line.units > 1"},
    {"id": "B-PAIR", "scope": "pair", "more": "    pair: {same: [date]}\n",
     "when": "line.procedure in 99211-99215 and other.procedure in {85025, 80061}"},
    {"id": "B-GROUP", "scope": "group", "more": "    group_by: [day, procedure]\n",
     "when": "sum of it.units over group lines > 1"},
    {"id": "B-CLAIM", "scope": "claim", "when": "count of lines > policy.most"},
    {"id": "B-DX", "scope": "diagnosis", "when": "diagnosis.code in {E11.9, I10} and diagnosis.position = 1"},
    {"id": "B-GONE", "when": "line.procedure = 36415 and line.units = 1"},
    {"id": "B-TRIAL", "status": "shadow", "when": "line.procedure = 93000"},
)  # fmt: skip
AFTER: tuple[dict[str, str], ...] = (
    BEFORE[0],  # its value set changes
    {**BEFORE[1], "severity": "deny"},
    {**BEFORE[2], "message": "{group.procedure} is there more than once."},
    BEFORE[3],  # its parameter changes
    {**BEFORE[4], "when": "diagnosis.code in {E11.9, I10}"},
    {**BEFORE[6], "when": "line.procedure in {93000, 94010}"},
    {"id": "B-NEW", "more": "    effective: {from: 2024-08-01}\n", "when": "line.procedure = 81002"},
)  # fmt: skip
LEFT_OUT = ("revision", "pack", "fingerprint", "evidence", "depends_on")
"""What two versions of a rule may differ in while they say the same."""


def write_pack(folder: Path, rules: tuple[dict[str, str], ...], **values: str) -> Path:
    """A pack of those rules."""
    folder.mkdir()
    (folder / "pack.yaml").write_text(PACK.format(**values), encoding="utf-8")
    text = "".join(RULE.format(**{**_DEFAULT, **rule}) for rule in rules)
    (folder / "rules.yaml").write_text(f"rules:\n{text}", encoding="utf-8")
    return folder


def scrubber(*arguments: str) -> tuple[dict[str, Any], float]:
    """What a command prints as JSON, and how long it took."""
    run = "from scrubber.cli.main import main; main()"
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", run, *arguments], capture_output=True, check=False,
                          env={**os.environ, "PYTHONWARNINGS": "ignore"})  # fmt: skip
    took = time.perf_counter() - start
    if done.returncode not in (0, 1, 4):
        raise SystemExit(done.stderr.decode())
    return json.loads(done.stdout), took


def keyed(findings: list[dict[str, Any]]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Findings by rule and place; several on one place are numbered."""
    seen: Counter[tuple[Any, ...]] = Counter()
    found = {}
    for finding in findings:
        key = (finding["rule"], finding["line"], tuple(finding["lines"]), finding.get("diagnosis"))
        seen[key] += 1
        said = {name: value for name, value in finding.items() if name not in LEFT_OUT}
        found[(*key, seen[key])] = said
    return found


def by_hand(before: dict[str, Any], after: dict[str, Any]) -> dict[str, dict[str, set[Any]]]:
    """Two whole results compared: claim to the keys of what came, went and changed; claims alike are left out."""
    found = {}
    for one, two in zip(before["claims"], after["claims"], strict=True):
        assert one["claim"] == two["claim"]
        parts: dict[str, set[Any]] = {}
        for part, prefix in (("findings", ""), ("shadow", "shadow_")):
            old, new = keyed(one[part]), keyed(two[part])
            parts[f"{prefix}added"] = new.keys() - old.keys()
            parts[f"{prefix}removed"] = old.keys() - new.keys()
            if not prefix:
                parts["changed"] = {key for key in old.keys() & new.keys() if old[key] != new[key]}
        gaps = [len(each["undetermined"]) + len(each["not_evaluated"]) for each in (one, two)]
        if any(parts.values()) or one["outcome"] != two["outcome"] or gaps[0] != gaps[1]:
            found[two["claim"]["patient_control_number"]] = parts
    return found


def as_told(diff: dict[str, Any]) -> dict[str, dict[str, set[Any]]]:
    """What `rules diff` says, in the same form."""
    found = {}
    for claim in diff["claims"]:
        changed = [entry["after"] for entry in claim["changed"]]
        parts = {part: set(keyed(claim[part])) for part in ("added", "removed", "shadow_added", "shadow_removed")}
        found[claim["claim"]["patient_control_number"]] = {**parts, "changed": set(keyed(changed))}
    return found


def main() -> None:
    """Print the machine, the times, the sums; exit 1 where the two ways differ."""
    parser = argparse.ArgumentParser()
    parser.add_argument("claims", nargs="?", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=20240815)
    options = parser.parse_args()
    print(describe())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        old = write_pack(folder / "old", BEFORE, version="1.0.0", common="99213, 99214", most="4")
        new = write_pack(folder / "new", AFTER, version="1.1.0", common="99214, 99215", most="5")
        claims = folder / "claims.ndjson"
        claims.write_bytes(b"\n".join(to_json(claim) for claim in office_claims(options.claims, options.seed)) + b"\n")
        asked = ("--as-of", "2024-08-20", "--format", "json")
        bundled = [option for path in packs() for option in ("--pack", path)]
        before, first = scrubber("check", str(claims), *bundled, "--pack", str(old), *asked)
        after, second = scrubber("check", str(claims), *bundled, "--pack", str(new), *asked)
        diff, took = scrubber("rules", "diff", str(old), str(new), "--claims", str(claims), *asked)
    hand, told = by_hand(before, after), as_told(diff)
    sums = Counter[str]()
    for parts in hand.values():
        sums.update({part: len(keys) for part, keys in parts.items()})
    summary = diff["summary"]
    dollars = [Decimal(each["summary"]["dollars_at_risk"]) for each in (before, after)]
    same = (
        hand == told
        and all(
            summary[part] == sums[part] for part in ("added", "removed", "changed", "shadow_added", "shadow_removed")
        )
        and (summary["claims"], summary["touched"]) == (options.claims, len(hand))
        and [Decimal(summary[f"dollars_at_risk_{side}"]) for side in ("before", "after")] == dollars
    )
    print(f"claims     {options.claims:,}, seed {options.seed}; {len(hand):,} touched")
    print("findings   " + ", ".join(f"{sums[part]:,} {part.replace('_', ' ')}" for part in
                                    ("added", "removed", "changed", "shadow_added", "shadow_removed")))  # fmt: skip
    print(f"at risk    {dollars[0]:,} before, {dollars[1]:,} after")
    print(f"times      rules diff {took:.1f} s; the two checks {first:.1f} s and {second:.1f} s")
    print(f"equal      {'yes: rules diff says what two full runs compared by hand say' if same else 'NO'}")
    if not same:
        raise SystemExit(1)


def packs() -> list[str]:
    """The bundled packs, which `rules diff` loads on both sides."""
    from scrubber.packs.bundled import bundled_packs

    return bundled_packs()


if __name__ == "__main__":
    main()
