"""The JSON and NDJSON forms of a check, written claim by claim so that memory does not grow with the input."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from typing import BinaryIO

import msgspec

from scrubber.claims.inputs import InputClaim
from scrubber.core.diagnostics import InputProblem
from scrubber.engine.provenance import Provenance
from scrubber.findings.model import ScrubResult
from scrubber.report.model import SCHEMA, Footer, Header, Problem
from scrubber.report.summary import Tally

Results = Iterable[tuple[InputClaim, ScrubResult]]
IN_MEMORY = 32 * 1024 * 1024
"""Bytes of claims that are held before an unnamed temporary file takes over."""


class _Problems:
    """Problems by file and byte: those of claims join those that stand for no claim."""

    def __init__(self, alone: Iterable[InputProblem]) -> None:
        self._alone = alone  # read at the end: a damaged table shows while claims are checked
        self.found: list[InputProblem] = []

    def published(self) -> tuple[Problem, ...]:
        found = enumerate([*self._alone, *self.found])
        ordered = sorted(found, key=lambda pair: (pair[1].file, pair[1].offset or 0, pair[0]))
        return tuple(Problem.of(problem) for _, problem in ordered)


def write_json(
    out: BinaryIO, made_with: Provenance, problems: Iterable[InputProblem], results: Results, tally: Tally
) -> None:
    """One object, as :class:`scrubber.report.model.Report` describes it, and a line break."""
    encode = msgspec.json.Encoder().encode
    all_problems = _Problems(problems)
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as claims:
        for source, result in results:
            claims.write(b",\n" if tally.claims else b"")
            claims.write(encode(result))
            tally.add(source.claim, result)
            all_problems.found += source.problems
        out.write(b'{"schema":' + encode(SCHEMA) + b',\n"provenance":' + encode(made_with))
        out.write(b',\n"input_problems":' + encode(all_problems.published()) + b',\n"claims":[')
        claims.seek(0)
        shutil.copyfileobj(claims, out)
        out.write(b'],\n"summary":' + encode(tally.summary()) + b"}\n")


def write_ndjson(
    out: BinaryIO, made_with: Provenance, problems: Iterable[InputProblem], results: Results, tally: Tally
) -> None:
    """A header line, one line a claim as soon as it is checked, and a footer line."""
    encode = msgspec.json.Encoder().encode
    all_problems = _Problems(problems)
    out.write(encode(Header(SCHEMA, made_with)) + b"\n")
    for source, result in results:
        tally.add(source.claim, result)
        all_problems.found += source.problems
        out.write(encode(result) + b"\n")
    out.write(encode(Footer(all_problems.published(), tally.summary())) + b"\n")
