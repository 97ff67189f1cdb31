"""What an entry is about: the lines, their numbers, and the position of a diagnosis."""

from __future__ import annotations

from typing import Any

from scrubber.claims.line_view import LineView
from scrubber.engine.evaluate.trace import Trace
from scrubber.engine.evaluate.world import Group
from scrubber.engine.judge.doubted import Doubted
from scrubber.engine.judge.hit import Hit

MOST_POSITIONS = 25
"""Contract: the position of a diagnosis is 1 to 25."""


def subject_of(hit: Hit) -> Any:
    """What a hit is told of: its first line, its group or its diagnosis; None for the claim."""
    return hit.subject[0] if hit.subject else None


def position_of(hit: Hit | Doubted) -> int | None:
    """The position of the diagnosis a hit is about, as far as the forms count. A hospital's bill may hold 25 diagnoses,
    and causes beside them; of those that stand later only the place and the message tell."""
    subject: Any = subject_of(hit) if isinstance(hit, Hit) else None
    of_diagnosis = getattr(subject, "record", "") == "diagnosis" and subject.position <= MOST_POSITIONS
    return subject.position if of_diagnosis else None


def pointed_at(subject: Any, trace: Trace) -> Any:
    """What a finding points at: the first line of a group; of the claim, the ICD procedure that was found."""
    if subject is None:
        return next(iter(trace.procedures.values()), None)
    return subject.lines[0] if isinstance(subject, Group) else subject


def numbers(hit: Hit | Doubted) -> tuple[int, ...]:
    """The numbers of the lines an outcome is told of."""
    subjects = hit.subjects if isinstance(hit, Doubted) else hit.subject[:1]
    return tuple([number for subject in subjects for number in numbers_of(subject)])


def numbers_of(subject: Any) -> tuple[int, ...]:
    """The numbers of a subject's lines."""
    if isinstance(subject, LineView):
        return (subject.number,)
    return tuple([line.number for line in lines_of(subject)])


def lines_of(subject: Any) -> tuple[LineView, ...]:
    """The lines of a subject: none where it is a diagnosis or the claim."""
    if isinstance(subject, LineView):
        return (subject,)
    return subject.lines if isinstance(subject, Group) else ()


def common(hit: Hit | Doubted) -> dict[str, Any]:
    """What every entry says of its rule and its lines."""
    rule, lines = hit.rule.rule, numbers(hit)
    return {
        "rule": rule.id, "revision": hit.revision.revision.number, "pack": rule.pack, "category": rule.category,
        "severity": hit.revision.severity, "line": lines[0] if lines else None, "lines": lines,
        "diagnosis": position_of(hit),
    }  # fmt: skip
