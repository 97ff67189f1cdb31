"""Each of the 44 PTP-associated modifiers alone, on each line of a pair, before and after 2019-07-01.

The table is written from the sources, not from the pack: Medicare NCCI Policy Manual 1/1/2026, page I-14 (the list of 44;
22, 76 and 77 lift nothing, 50 and 51 are not in it), page I-17 (24, 25 and 57 are of the evaluation and management
service), page I-20 (X modifiers in place of 59), and CR 11168, Transmittal R2259OTN: from 2019-07-01 59 and the X
modifiers on either line. Anatomic modifiers on either line is the common practice, and a parameter.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from scrubber.testing.golden import load_suite
from scrubber.testing.programs import Programs

ANATOMIC = [
    *(f"E{n}" for n in range(1, 5)), "FA", *(f"F{n}" for n in range(1, 10)), "TA", *(f"T{n}" for n in range(1, 10)),
    "LT", "RT", "LC", "LD", "RC", "LM", "RI",
]  # fmt: skip
VISIT = ["24", "25", "57"]
SURGERY = ["58", "78", "79"]
DISTINCT = ["59", "XE", "XS", "XP", "XU"]
OTHER = ["27", "91"]
LISTED = [*ANATOMIC, *VISIT, *SURGERY, *DISTINCT, *OTHER]
NOT_LISTED = ["22", "76", "77", "50", "51", "26", "TC", "52", "53", "GP"]
BEFORE, SINCE = "2019-06-30", "2019-07-01"
PAIRS = {
    "neither is a visit": ("11055", "11720"),
    "column 1 is a visit": ("99214", "94010"),
    "column 2 is a visit": ("11055", "99213"),
}
HOSPITAL_PAIRS = {**PAIRS, "column 1 is a visit": ("G0463", "94010"), "column 2 is a visit": ("11055", "G0463")}
PROGRAMS = Programs()


def lifts(modifier: str, column: int, day: str, visit: int | None) -> bool:
    """Whether a modifier on the line of this column lifts an edit of indicator 1. ``visit``: the column of the visit."""
    if modifier in ANATOMIC:
        return True
    if modifier in DISTINCT:
        return column == 2 or day >= "2019-07-01"
    if modifier in VISIT:
        return column == visit
    return modifier in (*SURGERY, *OTHER) and column == 2


def golden(rule: str, setting: str, head: str, pairs: dict[str, tuple[str, str]]) -> str:
    """A golden file that asks of every modifier, column and day."""
    text = [f"rule: {rule}", "as_of: 2019-08-01", "payer: MEDICARE",
            "source: Medicare NCCI Policy Manual 1/1/2026, chapter I, pages I-14 to I-20; CR 11168", head, "tables:",
            f"  ptp/{setting}:"]  # fmt: skip
    text += [f'    - {{column_1: "{one}", column_2: "{two}", modifier_indicator: "1"}}' for one, two in pairs.values()]
    text.append("cases:")
    for (what, (one, two)), modifier, column, day in product(
        pairs.items(), (*LISTED, *NOT_LISTED), (1, 2), (BEFORE, SINCE)
    ):
        marks = {column: f"-{modifier}"}
        visit = {"column 1 is a visit": 1, "column 2 is a visit": 2}.get(what)
        lines = f'"{one}{marks.get(1, "")} x1 {day}", "{two}{marks.get(2, "")} x1 {day}"'
        text += [f'  - name: "{what}, {modifier} on column {column}, {day}"', f"    claim: {{lines: [{lines}]}}",
                 f"    expect: {'bypassed' if lifts(modifier, column, day, visit) else 'fires'}", "    line: 2"]  # fmt: skip
    return "\n".join(text) + "\n"


def test_the_list_has_44_members() -> None:
    """Page I-14: 31 anatomic, 6 of global surgery, 7 others."""
    assert (len(ANATOMIC), len(VISIT) + len(SURGERY), len(DISTINCT) + len(OTHER)) == (31, 6, 7)
    assert len(set(LISTED)) == 44


@pytest.mark.parametrize(
    ("rule", "setting", "head", "pairs"),
    [("NCCI-PTP-01", "practitioner", "", PAIRS),
     ("NCCI-PTP-H01", "outpatient-hospital", "defaults:\n  claim: {type: INSTITUTIONAL}", HOSPITAL_PAIRS)],
    ids=["practitioner", "hospital"],
)  # fmt: skip
def test_every_modifier_on_every_line(
    tmp_path: Path, rule: str, setting: str, head: str, pairs: dict[str, tuple[str, str]]
) -> None:
    path = tmp_path / f"{rule}.yaml"
    path.write_text(golden(rule, setting, head, pairs), encoding="utf-8")
    results = list(load_suite(path, PROGRAMS).run())
    assert len(results) == 3 * (44 + len(NOT_LISTED)) * 2 * 2
    assert [result.message for result in results if not result.passed] == []
