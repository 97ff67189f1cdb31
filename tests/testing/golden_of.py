"""A pack of one rule with its golden file, for tests of what is made of golden files."""

from pathlib import Path

PACK = "id: mine\nversion: 1.0.0\ntitle: Mine\napplies:\n  payer_class: {any_of: [COMMERCIAL]}\n"
RULE = """\
rules:
  - id: MINE-01
    title: A visit with too many units
    category: units
    severity: deny
    status: active
    scope: line
    effective: {from: 2024-01-01}
    when:
      - line.procedure in 99202-99215
      - line.units > 1
    unless:
      - if: line.modifiers has 25
        reason: it carries 25
    message: "{line.procedure} has {line.units} units."
    authority: {title: An example, evidence: primary}
"""
GOLDEN = """\
# Cases of MINE-01.
rule: MINE-01
packs: [../pack]
as_of: 2024-08-15
payer: {payer: ACME, class: COMMERCIAL}
source: an example

cases:
  # the plain case
  - name: two units
    claim: {lines: ["99213 x2"]}
    expect: fires # stays
    line: 1
    message: 99213 has 2 units.

  - {name: one unit, claim: {lines: ["99213"]}, expect: clear}
  - {name: with 25, claim: {lines: ["99213-25 x2"]}, expect: bypassed, reason: it carries 25}
"""


def folder(tmp_path: Path, golden: str = GOLDEN, rule: str = RULE) -> Path:
    """``pack`` and ``golden/MINE-01.yaml`` under ``tmp_path``; the path of the golden file."""
    (tmp_path / "pack").mkdir(exist_ok=True)
    (tmp_path / "pack" / "pack.yaml").write_text(PACK, encoding="utf-8")
    (tmp_path / "pack" / "rules.yaml").write_text(rule, encoding="utf-8")
    (tmp_path / "golden").mkdir(exist_ok=True)
    path = tmp_path / "golden" / "MINE-01.yaml"
    path.write_text(golden, encoding="utf-8")
    return path
