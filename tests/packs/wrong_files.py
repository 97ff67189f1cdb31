"""Packs that are wrong in one way each, and the file of the pack that is wrong."""

from __future__ import annotations

from pathlib import Path

PACK = "id: trial\nversion: 1.0.0\ntitle: Trial pack\n"

RULE = """\
rules:
  - id: TRIAL-01
    title: A modifier is missing
    category: modifier
    severity: deny
    when: line.procedure in 99202-99215
    message: "{line.procedure} needs a modifier."
    authority: {title: Trial manual, evidence: primary}
"""


def rule(**changes: str | None) -> str:
    """The good rule file with lines replaced, added or (None) left out."""
    lines = RULE.splitlines()
    for key, value in changes.items():
        name = key.rstrip("_")
        place = next((i for i, line in enumerate(lines) if line.strip(" -").startswith(f"{name}:")), None)
        lead = "  - " if name == "id" else "    "
        new = [] if value is None else [f"{lead}{name}:{'' if value.startswith(chr(10)) else ' '}{value}"]
        if place is None:
            lines.extend(new)
        else:
            lines[place : place + 1] = new
    return "\n".join(lines) + "\n"


def pack(extra: str) -> str:
    """pack.yaml with more lines."""
    return PACK + extra


REVISIONS = """
      - effective: {to: 2024-12-31}
        severity: review
      - effective: {from: 2024-12-31}
        severity: deny"""

WRONG: dict[str, dict[str, str]] = {
    # ---- YAML
    "trap-at-sign": {"r.yaml": rule(when="@visits")},
    "trap-backtick": {"r.yaml": rule(title="`modifier` is missing")},
    "trap-percent": {"r.yaml": rule(message="% of charge is wrong")},
    "trap-star": {"r.yaml": rule(message="*25 is missing")},
    "trap-ampersand": {"r.yaml": rule(message="&c is missing")},
    "trap-exclamation": {"r.yaml": rule(message="!Attention needed")},
    "trap-braces-text": {"r.yaml": rule(message="{line.procedure}")},
    "trap-braces-then-text": {"r.yaml": rule(message="{line.procedure} needs a modifier")},
    "trap-braces-when": {"r.yaml": rule(when="{25, 57}")},
    "trap-brackets-text": {"r.yaml": rule(message="[25] is missing")},
    "trap-brackets-only": {"r.yaml": rule(title="[A, B]")},
    "trap-hash-warning": {"r.yaml": rule(message="Send claim #2 first")},
    "trap-hash-open-brace": {"r.yaml": rule(when="line.modifiers has none of {25, # and 57}")},
    "trap-colon": {"r.yaml": rule(message="Send this: not that")},
    "trap-quote-not-closed": {"r.yaml": rule(message='"never closed')},
    "trap-quote-then-text": {"r.yaml": rule(message='"25" is missing')},
    "trap-bracket-not-closed": {"r.yaml": rule(denial="{carc: [236, rarc: [M80]}")},
    "trap-braces-in-braces": {"r.yaml": rule(unless="[{if: line.modifiers has any of {25}, reason: x}]")},
    "trap-comma-in-braces": {"r.yaml": rule(fix="[{kind: advice, because: Look, then decide}]")},
    "trap-dash-without-blank": {"r.yaml": rule(unless="\n      - if: line.units > 1\n        reason: x\n      -if: x")},
    "trap-colon-without-blank": {"r.yaml": RULE.replace("title: A", "title:A")},
    "trap-too-far-in": {"r.yaml": RULE.replace("    category", "      category")},
    "trap-not-lined-up": {"r.yaml": RULE.replace("    category", "   category")},
    "trap-value-on-next-line": {"r.yaml": RULE.replace("when: line", "when:\n    line")},
    "trap-empty-value": {"r.yaml": rule(message="")},
    "trap-tab": {"r.yaml": RULE.replace("    category", "\tcategory")},
    "trap-tab-in-list": {"r.yaml": rule(when="\n      - line.units > 1\n\t- line.units < 9")},
    "trap-exclamation-mark": {"r.yaml": rule(when="!(line.units > 3)")},
    "trap-backslash": {"r.yaml": rule(message='"a\\q"')},
    "trap-stray-bracket": {"r.yaml": rule(message="] is closed")},
    "yaml-duplicate-key": {"r.yaml": rule() + "    title: Again\n"},
    "yaml-anchor": {"r.yaml": rule(title="&title")},
    "yaml-alias": {"r.yaml": rule(title="*title")},
    "yaml-merge-key": {"r.yaml": rule() + "    <<: {status: draft}\n"},
    "yaml-tag": {"r.yaml": rule(title="!!python/object/apply:os.system [ls]")},
    "yaml-two-documents": {"r.yaml": rule() + "---\n" + rule()},
    "yaml-empty": {"r.yaml": "# nothing\n"},
    "yaml-list-at-top": {"r.yaml": "- id: TRIAL-01\n"},
    "yaml-nul": {"r.yaml": rule(title="a\0b")},
    "yaml-bom": {"r.yaml": "\ufeff" + rule()},
    "yaml-invisible": {"r.yaml": rule(title="a\u200bb")},
    "yaml-directive": {"r.yaml": "%YAML 1.1\n---\n" + rule()},
    "trap-colon-in-condition": {"r.yaml": rule(when="\n      - line.units > 1: x\n      - line.epsdt")},
    "trap-colon-in-list": {"pack.yaml": pack("valuesets:\n  visits: [99213: 99214]\n")},
    "trap-dashes-without-blanks": {"r.yaml": rule(unless="\n      -if\n      -reason")},
    "trap-text-under-key": {"r.yaml": rule(message="\n    Add a modifier")},
    # ---- rules
    "rule-unknown-key": {"r.yaml": RULE.replace("severity", "severty")},
    "rule-missing-title": {"r.yaml": rule(title=None)},
    "rule-bad-category": {"r.yaml": rule(category="modifer")},
    "rule-bad-severity": {"r.yaml": rule(severity="error")},
    "rule-bad-id": {"r.yaml": rule(id="trial 01")},
    "rule-bad-date": {"r.yaml": rule(effective="{from: 1/2/2024}")},
    "rule-date-slashes": {"r.yaml": rule(effective="{from: 2024/1/31}")},
    "rule-date-american-no-day": {"r.yaml": rule(effective="{from: 31/12/2024}")},
    "rule-unless-text": {"r.yaml": rule(unless="line.modifiers has 76")},
    "rule-unless-item-text": {"r.yaml": rule(unless="\n      - line.modifiers has 76")},
    "rule-fix-text": {"r.yaml": rule(fix="Remove the line.")},
    "rule-list-with-braces": {"r.yaml": rule(when="[line.units > 1, line.modifiers has none of {25, 59}]")},
    "rule-no-such-day": {"r.yaml": rule(effective="{from: 2023-02-29}")},
    "rule-window-backwards": {"r.yaml": rule(effective="{from: 2024-02-01, to: 2024-01-01}")},
    "rule-no-when": {"r.yaml": rule(when=None)},
    "rule-no-when-deny": {"r.yaml": rule(when=None, applies="{payer: {any_of: [ACME]}}")},
    "rule-active-secondary": {"r.yaml": rule(authority="{title: A blog, evidence: secondary}")},
    "rule-no-authority": {"r.yaml": rule(authority=None)},
    "rule-no-message": {"r.yaml": rule(message=None)},
    "rule-revisions-overlap": {"r.yaml": rule(revisions=REVISIONS)},
    "rule-dates-twice": {
        "r.yaml": rule(effective="{from: 2020-01-01}", revisions=REVISIONS.replace("12-31}", "12-30}", 1))
    },
    "rule-pair-scope": {"r.yaml": rule(scope="pair")},
    "rule-pair-not-scope": {"r.yaml": rule(pair="{same: [date]}")},
    "rule-group-scope": {"r.yaml": rule(scope="group")},
    "rule-fix-kind": {"r.yaml": rule(fix="[{kind: add-modifier, choose: '{25}'}]")},
    "rule-fix-choose": {"r.yaml": rule(fix="[{kind: add_modifier}]")},
    "rule-fix-brace": {"r.yaml": rule(fix="[{kind: add_modifier, choose: {25, 57}}]")},
    "rule-tree-two-keys": {"r.yaml": rule(when="{all: [a], any: [b]}")},
    "rule-unless-no-reason": {"r.yaml": rule(unless="[{if: line.units > 1}]")},
    "rule-applies-shape": {"r.yaml": rule(applies="{payer_class: MEDICARE}")},
    "rule-effective-alone": {"r.yaml": rule(effective="2024-01-01")},
    "rule-authority-alone": {"r.yaml": rule(authority="Trial manual, page 3")},
    "rule-bad-class": {"r.yaml": rule(applies="{payer_class: {any_of: [MEDICARE_PART_B]}}")},
    "rule-bad-state": {"r.yaml": rule(applies="{state: {any_of: [Texas]}}")},
    "rule-denial-codes": {"r.yaml": rule(denial="{carc: [CO-97, 9x7, 016], rarc: N-390}")},
    "rule-denial-status": {"r.yaml": rule(denial="{claim_status: [A7, '21', banana]}")},
    "rule-needs": {"r.yaml": rule(needs="[history, tables]")},
    "rule-id-twice": {"r.yaml": rule(), "s.yaml": rule()},
    "rule-rows-no-columns": {"r.yaml": rule(for_each_row="limits.csv"), "limits.csv": "procedure\n99213\n"},
    "rule-rows-none": {
        "r.yaml": rule(for_each_row="limits.csv", columns="{procedure: procedure}"),
        "limits.csv": "procedure\n",
    },
    "rule-rows-spreadsheet": {
        "r.yaml": rule(for_each_row="limits.csv", columns="{procedure: procedure}"),
        "limits.csv": "procedure\n8.1003E4\n",
    },
    "rule-rows-no-file": {"r.yaml": rule(for_each_row="limits.csv", columns="{procedure: procedure}")},
    "rule-rows-cells": {
        "r.yaml": rule(for_each_row="limits.csv", columns="{procedure: procedure, most: number, starts: date}"),
        "limits.csv": 'procedure,most,starts\n99213,2,2024-01-01\n992,two,1/1/2024\n"99,214"\n',
    },
    "rule-rows-column": {
        "r.yaml": rule(for_each_row="limits.csv", columns="{procedure: procedure, limit: number}"),
        "limits.csv": "procedure,limits\n99213,2\n",
    },
    "rule-several": {"r.yaml": rule(category="modifer", severity="fatal", titel="x", when="{25, 57}", message="")},
    # ---- pack.yaml
    "pack-unknown-key": {"pack.yaml": pack("extend: [ncci]\n")},
    "pack-version": {"pack.yaml": PACK.replace("1.0.0", "1.0")},
    "pack-requires": {"pack.yaml": pack('requires: ">=99"\n')},
    "pack-requires-form": {"pack.yaml": pack("requires: newest\n")},
    "pack-language": {"pack.yaml": pack("language: 2\n")},
    "pack-rules-in-pack": {"pack.yaml": pack("rules: []\n")},
    "pack-valueset-in-rules": {"r.yaml": rule() + "valuesets: {x: [99213]}\n"},
    "pack-set-comma": {
        "pack.yaml": pack("valuesets:\n  visits: {type: procedure, members: [99213 99214, 9921599216]}\n")
    },
    "pack-set-shape": {"pack.yaml": pack("valuesets:\n  visits: {type: procedure, members: [9921, E11]}\n")},
    "pack-set-place": {"pack.yaml": pack("valuesets:\n  office: {type: place_of_service, members: [2, 11]}\n")},
    "pack-set-twice": {"pack.yaml": pack("valuesets:\n  visits: {type: procedure, members: [99213, 992*, 99213]}\n")},
    "pack-set-range": {"pack.yaml": pack("valuesets:\n  visits: [99215-99202, 99202 - 99205, 1234-0001T]\n")},
    "pack-set-unknown": {"pack.yaml": pack('valuesets:\n  visits: [99213]\n  more: ["@visit"]\n')},
    "pack-set-cycle": {"pack.yaml": pack('valuesets:\n  a: ["@b"]\n  b: ["@c"]\n  c: ["@a"]\n')},
    "pack-set-nothing": {"pack.yaml": pack("valuesets:\n  visits: {type: procedure}\n")},
    "pack-set-type": {"pack.yaml": pack("valuesets:\n  visits: {type: procedures, members: [99213]}\n")},
    "pack-set-local": {"pack.yaml": pack("valuesets:\n  local/ours: {type: procedure, members: [99213]}\n")},
    "pack-set-versions": {
        "pack.yaml": pack(
            "valuesets:\n  a:\n    type: modifier\n    versions:\n"
            "      - {effective: {to: 2024-12-31}, members: [25]}\n"
            "      - {effective: {from: 2024-06-01}, members: [57]}\n"
        )
    },
    "pack-parameter": {"pack.yaml": pack("parameters:\n  limit: {type: duration, default: 95, meaning: how long}\n")},
    "pack-parameter-number": {"pack.yaml": pack("parameters:\n  most: {type: number, default: ten, meaning: most}\n")},
    "pack-parameter-half": {"pack.yaml": pack("parameters:\n  limit: {default: 95 days}\n")},
    "pack-setting-half": {"pack.yaml": pack("parameters:\n  limit: {set: 95 days}\n")},
    "pack-override-half": {"pack.yaml": pack("extends: ncci\noverrides:\n  - {rule: NCCI-PTP-01, action: disable}\n")},
    "pack-override-retune": {
        "pack.yaml": pack(
            "extends: ncci\noverrides:\n  - {rule: NCCI-PTP-01, action: retune, reason: x, authority: {title: y}}\n"
        )
    },
    "pack-table": {
        "pack.yaml": pack("tables:\n  mue: {keys: {procedure: procedure}, columns: {units: numbr}, absent: never}\n")
    },
    "pack-set-underscore": {"pack.yaml": pack("valuesets:\n  my_drugs: [J3420]\n")},
    "pack-definition-dash": {"pack.yaml": pack("definitions:\n  is-visit: line.procedure = 99213\n")},
    "pack-empty": {"pack.yaml": ""},
}


def write(folder: Path, files: dict[str, str]) -> Path:
    """Put the files of a wrong pack into a folder, with a good pack.yaml where none is given."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {"pack.yaml": PACK, **files}.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return folder
