"""The field reference, from the field catalogue."""

from __future__ import annotations

from scrubber.core.catalogue import CODE_OF_RECORD, RECORDS, Field
from scrubber.core.code_systems import CODE_SYSTEMS
from scrubber.docgen.markdown import code, page, table

_INTRO = """\
What a condition can ask of a claim. The same names are the keys of a claim in JSON, except the *derived* ones, which
are worked out and cannot be given. **837** names loop and element of guides X222A1 (professional), X223A2
(institutional) and X224A2 (dental); **1500** and **UB** are the boxes of CMS-1500 and UB-04."""

_ABOUT = {
    "line": "A service line, `line.…` in a rule. Elements of sources of lines have the same fields, as `it.…`.",
    "claim": "The claim, `claim.…` in every rule.",
    "diagnosis": "An element of `claim.diagnoses` or `line.diagnoses`, and the subject of rules of scope `diagnosis`.",
    "icd_procedure": "An element of `claim.icd_procedures`, of hospital stays only.",
    "payer": "An element of `claim.payers` or `claim.other_payers`.",
}


def text() -> str:
    """The page."""
    return page("Fields", _INTRO, [*(_record(name) for name in RECORDS), _systems()], wide=True)


def _record(name: str) -> str:
    fields = RECORDS[name].values()
    about = _ABOUT[name]
    if name in CODE_OF_RECORD:
        about += f" Where a list of them meets a code, `{CODE_OF_RECORD[name]}` is compared."
    headings = ("Field", "Type", "Meaning", "837", "1500", "UB")
    return f"## {name}\n\n{about}\n\n{table(headings, map(_row, fields))}"


def _row(field: Field) -> tuple[str, ...]:
    meaning = f"{field.meaning}. *Derived.*" if field.derived else f"{field.meaning}."
    return (code(field.name), str(field.type), meaning, field.x12.replace("*", "\\*"), field.cms1500, field.ub04)


def _systems() -> str:
    rows = []
    for system in CODE_SYSTEMS.values():
        form = ", ".join(code(value) for value in system.values) if system.values else system.says
        rows.append((system.name.replace("_", " "), form, code(system.example)))
    about = "The form a code must have, once dots and blanks are taken out and letters are upper case."
    return f"## Kinds of code\n\n{about}\n\n{table(('Kind', 'Form or list', 'Example'), rows)}"
