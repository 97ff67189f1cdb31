"""What authors get wrong most (the field catalogue's list of eleven, measured over production rules): each is told.

Each mistake is a lint or a message with a page, and the better way says nothing of it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from scrubber.lint.pack_check import check_all
from scrubber.lint.run import LINTS, lint

from .conftest import Write
from .test_pages import NEEDS_A_TABLE, PAGES, files_of
from .test_single_lints import store

DOCS = Path(__file__).resolve().parents[2] / "docs"
FIX = '    fix: [{kind: add_modifier, choose: "{25}", because: If so.}]\n'
ROWS = [{"code": "99213", "effective": "2000-01-01", "deletion": ""}, {"code": "25", "effective": "", "deletion": ""}]
MISTAKES = [
    ("1 two codes asked of one line", "SCR401", "line.procedure = 99213 and line.procedure = 36415",
     "line.procedure = 99213 and any other line where (it.procedure = 36415)"),
    ("2 negatives joined by or", "SCR402", "line.modifiers has none of {25} or line.modifiers has none of {59}",
     "line.modifiers has none of {25, 59} and line.procedure = 99213"),
    ("3 after the first of a month", "SCR406", "line.procedure = 99213 and line.date > 2025-01-01",
     "line.procedure = 99213 and line.date >= 2025-01-15"),
    ("3 the policy's day inside the condition", "SCR916", "line.procedure = 99213 and line.date >= 2025-01-01",
     "line.procedure = 99213"),
    ("4 a fix that does not clear its finding", "SCR908", f"line.procedure = 99213\n{FIX}",
     f"line.procedure = 99213 and line.modifiers has none of {{25}}\n{FIX}"),
    ("5 one position where any was meant", "SCR909", "line.procedure = 99213 and line.modifier_1 = 59",
     "line.procedure = 99213 and line.modifiers has 59"),
    ("6 finger and toe patterns", "SCR405", "line.procedure = 11720 and line.modifiers has T*",
     "line.procedure = 11720 and line.modifiers has any of {TA, T1-T9}"),
    ("6 one-character patterns", "SCR910", "line.procedure in {9*}", "line.procedure in 99202-99215"),
    ("7 two codes fused", "SCR302", "line.procedure in {9921399214}", "line.procedure in {99213, 99214}"),
    ("7 a duplicate", "SCR403", "line.procedure in {99213, 99213}", "line.procedure in {99213}"),
    ("7 covered by a pattern", "SCR404", "line.procedure in {99213, 992*}", "line.procedure in {99213}"),
    ("7 not valid on the rule's dates", "SCR911", "line.procedure = G2211", "line.procedure = 99213"),
    ("8 a bracket that is not closed", "SCR107", '"line.procedure in {99213, 99214"', "line.procedure in {99213}"),
    ("8 values without brackets", "SCR108", "line.procedure in 99213, 99214", "line.procedure in {99213, 99214}"),
    ("9 lists nearly alike", "SCR913", None, None),
    ("9 rules that differ only by payer", "SCR912", None, None),
    ("10 message and condition disagree", "SCR914",
     "line.procedure = 99213 and line.patient_age > 20\n    message: Not for patients 20 and older.",
     "line.procedure = 99213 and line.patient_age >= 20\n    message: Not for patients 20 and older."),
    ("11 only a negative code condition", "SCR915", "line.procedure != 99213\n    severity: deny",
     "line.procedure != 99213\n    severity: review"),
]  # fmt: skip


def said(pack: Write, text: str, code: str) -> set[str]:
    """The codes of the check and, where it compiles, of the lints."""
    files = files_of(text) if text.startswith("```") else f"rules:\n  - id: EX-01\n    when: {text}\n"
    folder = pack(files)
    checked = check_all([folder])
    found = {item.code for item in checked.found}
    if checked.program is not None:
        tables = store("hcpcs", "procedure", ROWS) if code == "SCR911" else None
        found |= {item.code for item in lint(checked.packs, checked.program, tables, frozenset(), [folder]).found}
    return found


@pytest.mark.parametrize(("mistake", "code", "wrong", "right"), MISTAKES, ids=[each[0] for each in MISTAKES])
def test_each_mistake_is_told(pack: Write, mistake: str, code: str, wrong: str | None, right: str | None) -> None:
    page = DOCS / ("lints" if code.startswith("SCR9") else "codes") / f"{code}.md"
    text = page.read_text(encoding="utf-8")
    if wrong is None or right is None:
        _, _, rest = text.partition("## Example\n")
        wrong, _, right = (part.strip() for part in rest.partition("## Instead\n"))
        wrong = wrong[wrong.index("```") :]
        right = right[right.index("```") :]
    assert code in said(pack, wrong, code)
    assert code not in said(pack, right, code)


def test_all_eleven_are_there() -> None:
    assert {int(each[0].split()[0]) for each in MISTAKES} == set(range(1, 12))


OF_A_RULE = sorted({code for each in LINTS for code in each.codes} - {"SCR913", "SCR918", "SCR920"} - NEEDS_A_TABLE)
"""Lists, value sets and tables are of no one rule."""


@pytest.mark.parametrize("code", OF_A_RULE)
def test_each_lint_is_switched_off_for_a_rule(pack: Write, code: str) -> None:
    """With a reason on every rule of the page's example nothing is left to find, and it is counted."""
    text = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    files = files_of(text.partition("## Example\n")[2].partition("## Instead\n")[0])
    off = f"    lint_off: [{{code: {code}, reason: It is meant.}}]\n"
    rules = files["rules.yaml"]
    files["rules.yaml"] = "".join(
        line + (off if line.startswith("  - id:") else "") for line in rules.splitlines(keepends=True)
    )
    folder = pack(files)
    checked = check_all([folder])
    assert checked.program is not None, [str(item) for item in checked.found]
    result = lint(checked.packs, checked.program, None, frozenset({code}), [folder])
    assert result.found == ()
    assert result.off >= 1
