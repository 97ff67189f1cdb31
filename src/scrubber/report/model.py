"""The JSON of a check as one object: what was used, what could not be read, every claim, and the sums."""

from __future__ import annotations

from msgspec import Struct

from scrubber.core.diagnostics import InputProblem
from scrubber.engine.provenance import Provenance
from scrubber.findings.model import ScrubResult
from scrubber.report.summary import Summary

SCHEMA = "scrubber-result/1"


class Problem(Struct, frozen=True):
    """Something in an input file that could not be read. The message ends with what to do, and quotes no data."""

    file: str
    offset: int | None
    segment: int | None
    element: str | None
    message: str
    claim: str | None
    line: int | None

    @classmethod
    def of(cls, problem: InputProblem) -> Problem:
        """The published form of a reader's problem."""
        message = f"{problem.message} {problem.help}".strip()
        return cls(problem.file, problem.offset, problem.segment, problem.element, message, problem.claim, problem.line)


class Report(Struct, frozen=True):
    """The whole answer of ``scrubber check``."""

    schema: str
    provenance: Provenance
    input_problems: tuple[Problem, ...]
    claims: tuple[ScrubResult, ...]
    summary: Summary


class Header(Struct, frozen=True):
    """The first line of the NDJSON form; one line a claim follows, then a :class:`Footer`."""

    schema: str
    provenance: Provenance


class Footer(Struct, frozen=True):
    """The last line of the NDJSON form."""

    input_problems: tuple[Problem, ...]
    summary: Summary
