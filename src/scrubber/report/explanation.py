"""An explanation as text: the verdict first, then each clause with what it read, then what decided around it."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.engine.explain.explanation import Clause, Explanation, SubjectExplained
from scrubber.findings.model import Evidence
from scrubber.report.style import Style, clean, lines_said

_MARK = {"true": "yes", "false": "no ", "unknown": " ? "}
_COLOUR = {"fires": "red", "bypassed": "yellow", "undetermined": "yellow", "not evaluated": "yellow"}


def explanation_lines(style: Style, about: Explanation) -> Iterator[str]:
    """The lines of the text form."""
    claim = f"claim {clean(about.patient_control_number)}" if about.patient_control_number else "the claim"
    where = f"line {about.line} of {claim}" if about.line is not None else claim
    yield style.rule(f"{about.rule} on {where}")
    yield from style.wrap(about.title, "  ")
    yield from style.labelled("Pack", f"{about.pack}; status {about.status}; scope {about.scope}", 2)
    yield from style.labelled("As of", about.as_of.isoformat(), 2)
    yield from style.labelled("State", about.state, 2)
    yield from _around(style, about)
    if about.state == "not applicable":
        yield ""
        for item in about.applies:
            if item.truth == "false":
                wanted = f"one of {', '.join(item.any_of)}" if item.any_of else f"none of {', '.join(item.none_of)}"
                yield from style.wrap(f"NOT APPLICABLE: the rule wants {item.criterion} to be {wanted}; here it is "
                                      f"{item.value}.", "  ")  # fmt: skip
    for subject in about.subjects:
        yield ""
        yield from _subject(style, subject)
    if about.notes:
        yield ""
        for note in about.notes:
            yield from style.wrap(note, "  Note: ")


def _around(style: Style, about: Explanation) -> Iterator[str]:
    for at, item in enumerate(about.applies):
        wanted = f"one of {', '.join(item.any_of)}" if item.any_of else f"none of {', '.join(item.none_of)}"
        said = f"[{_MARK[item.truth].strip()}] {item.criterion} is {wanted}: {item.value or 'not known'}"
        yield from style.labelled("Applies" if at == 0 else "", said, 2)
    for at, layer in enumerate(about.layers):
        reason = f": {layer.reason}" if layer.reason else ""
        yield from style.labelled("Layers" if at == 0 else "", f"{layer.pack} {layer.did}{reason}", 2)
    for at, value in enumerate(about.parameters):
        by = value.set_by if value.set_by == "default" else f"set by {value.set_by}"
        said = f"policy.{value.name} = {', '.join(value.value)} ({by})"
        yield from style.labelled("Settings" if at == 0 else "", said, 2)
    for at, table in enumerate(about.tables):
        note = f" ({table.note})" if table.note else ""
        yield from style.labelled("Tables" if at == 0 else "", f"{table.table}: {table.edition or 'none'}{note}", 2)
    yield from style.labelled("Revision", "; ".join(about.revisions), 2)


def _subject(style: Style, subject: SubjectExplained) -> Iterator[str]:
    what = lines_said(list(subject.lines)).capitalize() if subject.lines else "The claim"
    if subject.diagnosis is not None:
        what = f"Diagnosis {subject.diagnosis}"
    if subject.other is not None:
        what += f" with {'diagnosis' if subject.diagnosis is not None else 'line'} {subject.other}"
    if subject.row is not None:
        what += f", row {subject.row} of the list"
    word = subject.outcome.upper()
    names = ("bold", _COLOUR[subject.outcome]) if subject.outcome in _COLOUR else ("bold",)
    yield f"  {what}: {style.paint(word, *names)}"
    yield from style.wrap(subject.reason, "    ")
    if subject.revision is not None:
        said = f"Revision {subject.revision} ({subject.window}), by the date {subject.day or 'missing'}"
        yield from style.wrap(f"{said}; severity {subject.severity}.", "    ")
    if subject.when:
        yield "    when all of these hold:"
        for clause in subject.when:
            yield from _clause(style, clause, 6)
    if subject.unless:
        yield "    unless one of these holds:"
        for clause in subject.unless:
            yield from _clause(style, clause, 6)


def _clause(style: Style, clause: Clause, indent: int) -> Iterator[str]:
    pad = " " * min(indent, 24)
    yield from style.wrap(clause.text, f"{pad}[{_MARK[clause.truth]}] ")
    for why in clause.why if not clause.parts else ():
        yield from style.wrap(why, f"{pad}      unknown: ")
    if clause.read:
        yield from style.wrap("; ".join(read_said(item) for item in clause.read), f"{pad}      read: ")
    for part in clause.parts:
        yield from _clause(style, part, indent + 4)


def read_said(item: Evidence) -> str:
    """A value read, or a row of a table with its key and edition."""
    value = "missing" if item.value is None else item.value
    shown = clean(", ".join(map(str, value)) if isinstance(value, list) else str(value)) or "none"
    if item.table is None:
        return f"{item.name}{f' of line {item.line}' if item.line is not None else ''} = {shown}"
    key = ", ".join(str(part) for part in item.key or ())
    column = item.name.partition(".")[2]
    edition = f" [{item.edition}]" if item.edition else ""
    return f"{item.table}({key}){f'.{column}' if column else ''} = {shown}{edition}"
