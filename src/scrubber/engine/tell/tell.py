"""Outcomes to findings, bypasses and gaps: merged so that one problem is one entry, in a fixed order."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from scrubber.engine.evaluate.world import Group
from scrubber.engine.judge.doubted import Doubted
from scrubber.engine.judge.found import Crash, Found, WithoutHistory
from scrubber.engine.judge.hit import Hit
from scrubber.engine.judge.outcome import LACKING, Bypassed, Fires, Unsure
from scrubber.engine.plan.rule import BoundRevision
from scrubber.engine.tell.finding import FindingTeller
from scrubber.engine.tell.gaps import Gaps, Unsures
from scrubber.engine.tell.ordered import ordered
from scrubber.engine.tell.subject import subject_of
from scrubber.findings.model import Bypass, DamagedTable, Fault, Finding, Gap


class Told(Struct):
    """Everything said of one claim, not yet in its envelope."""

    findings: list[Finding] = []
    shadow: list[Finding] = []
    bypassed: list[Bypass] = []
    undetermined: list[Gap] = []
    not_evaluated: list[Gap] = []
    faults: list[Fault] = []


def tell(outcomes: Found, teller: FindingTeller, known: Gaps) -> Told:
    """All entries of one claim, merged and sorted."""
    fires: dict[tuple[Any, ...], list[Hit]] = {}
    lifted: list[Hit] = []
    gaps: Unsures = {}
    faults: dict[str, Fault] = {}
    lacking: frozenset[BoundRevision] = frozenset()
    for hit in outcomes:
        if isinstance(hit, Hit):
            outcome = hit.outcome
            if isinstance(outcome, Fires):
                fires.setdefault(_mark(hit), []).append(hit)
            elif isinstance(outcome, Bypassed):
                lifted.append(hit)
            elif outcome is LACKING:
                lacking |= {hit.revision}
            elif isinstance(outcome, Unsure):
                known.add(gaps, hit, outcome)
        elif isinstance(hit, WithoutHistory):
            lacking = lacking | hit.revisions if lacking else hit.revisions  # nearly always one, already hashed
        elif isinstance(hit, Doubted):
            known.add_doubted(gaps, hit)
        else:
            _fault(faults, hit)
    told = Told()
    for hits in sorted(fires.values(), key=lambda hits: _row(hits[0])):
        entries = told.shadow if hits[0].rule.rule.status == "shadow" else told.findings
        try:
            entries.append(teller.finding(hits))
        except Exception as error:  # words may ask what the condition did not: one fault, and the rest is told
            _fault(faults, Crash.of(hits[0].rule, error))
    for hit in sorted(lifted, key=_row):
        try:
            told.bypassed.append(teller.bypass(hit))
        except Exception as error:  # as above
            _fault(faults, Crash.of(hit.rule, error))
    for unsure in gaps.values():
        wanting = unsure[0].outcome
        assert isinstance(wanting, Unsure)
        (told.undetermined if wanting.undetermined else told.not_evaluated).append(known.gap(unsure, wanting))
    if fires:
        told.findings, told.shadow = ordered(told.findings), ordered(told.shadow)
    if lifted:
        told.bypassed = ordered(told.bypassed)
    if lacking:
        told.not_evaluated += known.lacking(lacking)
    if gaps:
        told.undetermined, told.not_evaluated = ordered(told.undetermined), ordered(told.not_evaluated)
    if faults:
        told.faults = [faults[key] for key in sorted(faults)]
    return told


def _mark(hit: Hit) -> tuple[Any, ...]:
    """Findings with one mark are one: hits of a pair rule on one line, of a group rule on the same lines, and the
    rows of one list on one subject."""
    subject, row = subject_of(hit), hit.rule.row
    of_group = tuple([line.index for line in subject.lines]) if isinstance(subject, Group) else None
    return (hit.rule.rule.id, row and row.place, of_group or id(subject))


def _fault(faults: dict[str, Fault], crash: Crash) -> None:
    """Add that a rule crashed: once, whatever of it did."""
    rule = crash.rule.rule
    said = "The rule could not be run"
    if crash.file is not None:
        # A table is opened, and its checksums looked at, when a rule first asks it: damage shows only here.
        said += f" because of a table file. {crash.file}"
        faults.setdefault(rule.id, DamagedTable(rule.id, rule.pack, said))
    else:
        faults.setdefault(rule.id, Fault(rule.id, rule.pack, f"{said} ({crash.kind})."))


def _row(hit: Hit) -> int:
    """Where the row that a hit is of stands in its list: rows with one test are asked together, out of order."""
    row = hit.rule.row
    return row.place.line if row else 0
