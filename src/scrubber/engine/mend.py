"""Fixes applied to a copy of a claim, and the copy checked again until nothing changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct, structs

from scrubber.claims.inputs import InputClaim
from scrubber.engine.tell.reading import edited_field
from scrubber.findings.model import Edit, Finding, Fix, ScrubResult
from scrubber.fixes.ceilings import SAFE

ROUNDS = 8


class Acceptance(Struct, frozen=True):
    """A person's yes to one fix of one finding. ``choice`` picks one of the fix's choices, where it has several.

    ``fix`` counts the finding's fixes from 0. ``person`` and ``reason`` are kept with the change.
    """

    fingerprint: str
    fix: int
    person: str
    reason: str
    choice: str | None = None


class AppliedFix(Struct, frozen=True):
    """A change that was made: by which rule's fix, and on whose word (empty for a SAFE fix)."""

    rule: str
    fingerprint: str
    fix: Fix
    edits: tuple[Edit, ...]
    person: str = ""
    reason: str = ""


class SkippedFix(Struct, frozen=True):
    """A fix that was accepted and not made, and why."""

    fingerprint: str
    fix: int
    why: str


class Mended(Struct, frozen=True):
    """The corrected copy, what was done to it, and what is still to be said of it.

    ``converged`` is false where fixes kept changing the claim for :data:`ROUNDS` rounds.
    """

    claim: InputClaim
    applied: tuple[AppliedFix, ...]
    skipped: tuple[SkippedFix, ...]
    result: ScrubResult
    converged: bool


def mend(source: InputClaim, result: ScrubResult, accept: Iterable[Acceptance],
         check: Callable[[InputClaim], ScrubResult]) -> Mended:  # fmt: skip
    """Apply the SAFE fixes and the accepted ones, findings in order, and check again with ``check``.

    A fix that touches a field another has touched in the same round waits for the next round, where the finding may be
    gone. Accepted fixes whose finding is not there, or that lack a person, a reason or a choice, are skipped and
    listed.
    """
    waiting = list(accept)
    skipped = [SkippedFix(a.fingerprint, a.fix, why) for a in waiting if (why := _unfit(a))]
    waiting = [a for a in waiting if not _unfit(a)]
    applied: list[AppliedFix] = []
    for _ in range(ROUNDS):
        source, done, waiting = _round(source, result, waiting, skipped)
        if not done:
            skipped += [SkippedFix(a.fingerprint, a.fix, "The claim has no such finding now.") for a in waiting]
            return Mended(source, tuple(applied), tuple(skipped), result, True)
        applied += done
        result = check(source)
    return Mended(source, tuple(applied), tuple(skipped), result, False)


def _unfit(acceptance: Acceptance) -> str:
    if not acceptance.person.strip() or not acceptance.reason.strip():
        return "A person and a reason are needed."
    return ""


def _round(source: InputClaim, result: ScrubResult, waiting: list[Acceptance],
           skipped: list[SkippedFix]) -> tuple[InputClaim, list[AppliedFix], list[Acceptance]]:  # fmt: skip
    from scrubber.fixes.apply import EditError, apply_edits  # here because a run that only checks mends nothing

    touched: set[tuple[int | None, str]] = set()
    done: list[AppliedFix] = []
    for finding in result.findings:
        for number, fix in enumerate(finding.fixes):
            word = next((a for a in waiting if a.fingerprint == finding.fingerprint and a.fix == number), None)
            if fix.applicability != SAFE and word is None:
                continue
            edits = _filled(fix, word)
            why = _cannot(fix, edits, word)
            places = {(edit.line, edit.field) for edit in edits}
            if not why and (touched & places or (places and any(edit.line in _removed(done) for edit in edits))):
                continue
            if not why:
                try:
                    claim = apply_edits(source.claim, edits)
                except EditError as error:
                    why = str(error)
            if word is not None:
                waiting = [a for a in waiting if a is not word]
            if why:
                if word is not None:
                    skipped.append(SkippedFix(finding.fingerprint, number, why))
                continue
            touched |= places
            done.append(_record(finding, fix, edits, word))
            source = _without_deviation(structs.replace(source, claim=claim), finding)
    return source, done, waiting


def _filled(fix: Fix, word: Acceptance | None) -> tuple[Edit, ...]:
    """The fix's edits with the person's choice in place."""
    if word is None or word.choice is None:
        return fix.edits
    return tuple(
        structs.replace(e, value=word.choice) if e.value is None and e.op != "remove" else e for e in fix.edits
    )


def _cannot(fix: Fix, edits: tuple[Edit, ...], word: Acceptance | None) -> str:
    if not edits:
        return "This fix has to be made by hand."
    if word is not None and word.choice is not None and fix.choices and word.choice not in fix.choices:
        return "The choice is not one of those offered."
    if any(edit.value is None and edit.op in ("add", "set", "move") and edit.field != "line" for edit in edits):
        return "A choice is needed."
    return ""


def _removed(done: list[AppliedFix]) -> set[int | None]:
    return {edit.line for fix in done for edit in fix.edits if edit.field == "line" and edit.op == "remove"}


def _record(finding: Finding, fix: Fix, edits: tuple[Edit, ...], word: Acceptance | None) -> AppliedFix:
    return AppliedFix(
        finding.rule, finding.fingerprint, fix, edits, word.person if word else "", word.reason if word else ""
    )


def _without_deviation(source: InputClaim, finding: Finding) -> InputClaim:
    """Once a value is written properly, nothing deviates there any more."""
    if finding.category != "format":
        return source
    mended = {(edit.line, edit.field) for fix in finding.fixes for edit in fix.edits}
    kept = tuple(each for each in source.deviations if (each.line, edited_field(each)) not in mended)
    return structs.replace(source, deviations=kept)
