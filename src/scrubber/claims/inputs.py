"""What a reader hands over: a claim, where it came from, and what was wrong or untidy about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import Literal

from msgspec import Struct, structs

from scrubber.claims.model import Claim
from scrubber.claims.origin import Origin
from scrubber.core.diagnostics import InputProblem, UsageError

DeviationKind = Literal["case", "dot", "padding"]


class Deviation(Struct, frozen=True, gc=False):
    """A value was normalised on reading, and the file that would go out still carries it as it was.

    ``field`` is a path of the catalogue (``line.modifiers``); ``line`` is the line's number, ``diagnosis`` and
    ``icd_procedure`` the position. ``kind``: ``case`` lower-case letters, ``dot`` dots in a code, ``padding`` white
    space around it.
    """

    field: str
    kind: DeviationKind
    line: int | None = None
    diagnosis: int | None = None
    icd_procedure: int | None = None


class InputClaim(Struct, frozen=True):
    """A claim of a file. ``index`` counts the file's claims from 0; ``origin`` is None where there is no 837 behind it.

    ``problems`` name what could not be read: those fields are missing from the claim. ``pointer`` is the claim's place
    in its JSON document: ``$``, ``$[2]``, ``$.claims[2]``; of NDJSON with the line of the file, ``line 3: $``.
    """

    claim: Claim
    file: str
    index: int
    origin: Origin | None = None
    problems: tuple[InputProblem, ...] = ()
    deviations: tuple[Deviation, ...] = ()
    pointer: str = "$"


def given(claim: Claim | InputClaim) -> InputClaim:
    """A claim that a program hands over, as one that was read: lines without a number (LX01) get one, as readers give
    them, so that every finding and fix can name its line.

    Raises:
        UsageError: it is neither.
    """
    if isinstance(claim, InputClaim):
        return claim
    _check_claim(claim)
    if any(line.number is None for line in claim.lines):
        used = {line.number for line in claim.lines}
        free = (number for number in count(1) if number not in used)
        lines = [line if line.number is not None else structs.replace(line, number=next(free)) for line in claim.lines]
        claim = structs.replace(claim, lines=tuple(lines))
    return InputClaim(claim, "", 0)


def earlier(claims: Iterable[Claim | InputClaim], name: str) -> Iterator[Claim]:
    """Other claims that a program hands over as its argument ``name``: as they were read, or their records alone.

    Raises:
        UsageError: it is no collection of claims.
    """
    if isinstance(claims, Claim | InputClaim | str | bytes | Mapping) or not isinstance(claims, Iterable):
        raise UsageError(f"{name} is a list of claims, and this is {_kind(claims)}.")
    for claim in claims:
        if isinstance(claim, InputClaim):
            yield claim.claim
        else:
            _check_claim(claim)
            yield claim


def _check_claim(claim: object) -> None:
    """Raises UsageError where a program hands over something else, such as the JSON of a claim."""
    if not isinstance(claim, Claim):
        raise UsageError(
            f"A claim is a Claim or an InputClaim, and this is {_kind(claim)}. Of JSON or an 837 make claims with "
            "scrubber.claims.read.read_claims, which takes a path or bytes."
        )


def _kind(value: object) -> str:
    return "None" if value is None else f"of type {type(value).__name__}"


def deviations_of(raw: str, code: bool) -> tuple[DeviationKind, ...]:
    """In what ways a value as sent differs from the value as held."""
    found: list[DeviationKind] = []
    if raw != raw.strip().strip("\u00a0\ufeff").strip():
        found.append("padding")
    if code and raw != raw.upper():
        found.append("case")
    if code and "." in raw:
        found.append("dot")
    return tuple(found)
