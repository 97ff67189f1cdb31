"""Findings, bypasses and gaps, as the contract publishes them. Field order is the order of the JSON."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Struct

from scrubber.packs.model import Authority, Denial

FIX_KINDS = (
    "add_modifier", "remove_modifier", "move_modifier", "replace_modifier", "replace_code", "set_units", "split_line",
    "merge_lines", "remove_line", "set_field", "reorder_diagnoses", "normalise", "advice",
)  # fmt: skip


class ClaimRef(Struct, frozen=True, gc=False):
    """Another claim: the file it came in, its place there (from 0), and the practice's number for it."""

    file: str | None
    index: int | None
    patient_control_number: str | None


class Related(Struct, frozen=True, gc=False):
    """A line that has to do with a finding; ``claim`` is None for a line of the same claim."""

    claim: ClaimRef | None
    line: int | None


class Location(Struct, frozen=True, gc=False):
    """Where the field stands: in the claim, in the 837, on paper and in the JSON form."""

    field: str
    x12: str | None = None
    loop: str | None = None
    segment: int | None = None
    offset: int | None = None
    length: int | None = None
    cms1500: str | None = None
    ub04: str | None = None
    json: str | None = None


class Evidence(Struct, frozen=True, gc=False):
    """A value that was read: a field of a line, or a row of a table with the edition it stands in."""

    name: str
    value: Any
    line: int | None = None
    table: str | None = None
    edition: str | None = None
    key: tuple[Any, ...] | None = None


class Edit(Struct, frozen=True, gc=False):
    """One atomic change of a claim. ``op``: add, remove, set, move. ``line`` is LX01; None for the claim."""

    line: int | None
    field: str
    op: str
    value: Any = None


class Fix(Struct, frozen=True, gc=False):
    """A proposed correction. ``applicability`` is decided by the engine: SAFE, CONFIRM or MANUAL."""

    kind: str
    applicability: str
    text: str
    choices: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()


class Entry(Struct, frozen=True, kw_only=True, gc=False):
    """What every entry of a claim's result carries."""

    rule: str
    revision: int
    pack: str
    category: str
    severity: str
    line: int | None
    lines: tuple[int, ...]
    diagnosis: int | None = None
    related: tuple[Related, ...] = ()
    message: str


class Finding(Entry, frozen=True, kw_only=True, gc=False):
    """Something wrong with a claim, and how to put it right."""

    title: str
    location: Location
    evidence: tuple[Evidence, ...]
    authority: Authority | None
    denial: Denial
    bypassable: str | None
    amount_at_risk: str
    fixes: tuple[Fix, ...]
    unchecked_exceptions: tuple[str, ...] = ()
    depends_on: str | None = None
    fingerprint: str
    state: str = "open"


class Bypass(Entry, frozen=True, kw_only=True, gc=False):
    """A rule whose condition held and whose exception held too: kept for audit, with the reason."""

    reason: str


class Gap(Entry, frozen=True, kw_only=True, gc=False):
    """Something that was not checked. ``reason`` says why, ``missing`` names what is lacking."""

    blocking: bool
    reason: str
    missing: tuple[str, ...]


class Fault(Struct, frozen=True):
    """A rule crashed or met a limit. It is ours, never the claim's; ``message`` holds nothing of the claim."""

    rule: str
    pack: str
    message: str


class DamagedTable(Fault, frozen=True):
    """A rule could not be run because a table file is damaged: that is bad input, and no fault of ours. It is written
    like any other fault."""


class Coverage(Struct, frozen=True):
    """What was checked. ``history``: ``this claim only``, ``this batch`` or ``supplied``.

    ``payer_packs`` are the packs that speak for the claim's payer; ``editions`` the table editions in reach of its
    dates, with ``stale`` where an earlier one was carried forward; ``not_checked`` says the rest in sentences.
    """

    packs: tuple[str, ...]
    payer_packs: tuple[str, ...]
    rules: int
    history: str
    not_checked: tuple[str, ...]


class ClaimHeader(Struct, frozen=True, gc=False):
    """Which claim a result is about."""

    file: str | None
    index: int | None
    patient_control_number: str | None
    type: str | None
    payer: str | None
    payer_class: str | None


class ScrubResult(Struct, frozen=True, kw_only=True, gc=False):
    """Everything said of one claim. ``outcome``: clean, findings or incomplete; ``complete`` is false with gaps."""

    claim: ClaimHeader
    outcome: str
    complete: bool
    coverage: Coverage
    findings: tuple[Finding, ...] = ()
    bypassed: tuple[Bypass, ...] = ()
    undetermined: tuple[Gap, ...] = ()
    not_evaluated: tuple[Gap, ...] = ()
    shadow: tuple[Finding, ...] = ()
    waived: tuple[Finding, ...] = ()
    faults: tuple[Fault, ...] = ()
    provenance: Any = UNSET
    """What it was made with; left unset, and out of the JSON, where a report says it once for all claims."""
