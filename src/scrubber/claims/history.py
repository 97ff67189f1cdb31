"""Prior claims by patient, without those that no longer stand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from scrubber.claims.model import Claim

_GONE = frozenset({"VOIDED", "REPLACED"})
_DIGEST = "sha256:"


class History:
    """What is known of other claims of a patient.

    ``supplied``: whether the caller gave prior claims; the other claims of a run alone do not count as supplied.
    Voided claims, void requests (frequency 8) and originals that a replacement or void names (frequency 7 or 8 with the
    payer's control number) have left. Denied claims stay, with their ``claim_status``: whether a denied line counts, as
    it does not for duplicates, is for the rule to say.
    """

    __slots__ = ("_by_key", "_by_person", "claims", "supplied")

    def __init__(self, claims: Iterable[Claim], supplied: bool) -> None:
        self.claims: tuple[Claim, ...] = _standing(tuple(claims), set())
        self.supplied = supplied
        self._by_key: dict[str, list[Claim]] = {}
        self._by_person: dict[tuple[str, date], list[Claim]] = {}
        for claim in self.claims:
            if claim.patient_key is not None:
                self._by_key.setdefault(claim.patient_key, []).append(claim)
            person = _person(claim)
            if person is not None:
                self._by_person.setdefault(person, []).append(claim)

    def of(self, claim: Claim) -> tuple[Claim, ...]:
        """The other standing claims of the claim's patient, in the order given.

        Patients are one where their ``patient_key`` is; where one claim has none, or the two keys are of different
        makes (read from an 837, given by the caller), where member number and birth date are. A claim that replaces or
        voids another does not meet the one it ends.
        """
        found = list(self._by_key.get(claim.patient_key, ())) if claim.patient_key is not None else []
        person = _person(claim)
        if person is not None:
            mine = _make(claim)
            seen = {id(other) for other in found}
            found += [
                other
                for other in self._by_person.get(person, ())
                if id(other) not in seen and (mine is None or _make(other) is None or _make(other) != mine)
            ]
        ended = {_reference(claim)} if _ends_another(claim) else set()
        return tuple(other for other in found if other is not claim and not _named(other, ended))


def standing(claims: Iterable[Claim], claim: Claim) -> tuple[Claim, ...]:
    """Of claims known to be of the claim's own patient, those that still stand beside it, in the order given."""
    return _standing(
        tuple(other for other in claims if other is not claim), {_reference(claim)} if _ends_another(claim) else set()
    )


def _standing(claims: tuple[Claim, ...], ended: set[tuple[str, str | None]]) -> tuple[Claim, ...]:
    ended = ended | {_reference(claim) for claim in claims if _ends_another(claim)}
    return tuple(
        claim
        for claim in claims
        if claim.claim_status not in _GONE and claim.frequency != "8" and not _named(claim, ended)
    )


def _make(claim: Claim) -> bool | None:
    return None if claim.patient_key is None else claim.patient_key.startswith(_DIGEST)


def _person(claim: Claim) -> tuple[str, date] | None:
    if claim.subscriber_id is None or claim.patient_birth_date is None:
        return None
    return claim.subscriber_id.strip().upper(), claim.patient_birth_date


def _ends_another(claim: Claim) -> bool:
    return claim.frequency in ("7", "8") and claim.original_reference is not None


def _reference(claim: Claim) -> tuple[str, str | None]:
    return (claim.original_reference or "").strip(), claim.payer_id


def _named(claim: Claim, ended: set[tuple[str, str | None]]) -> bool:
    """Whether a replacement or void names this claim; payer ids must agree where both are known."""
    number = claim.payer_control_number
    if number is None or not ended:
        return False
    number = number.strip()
    if claim.payer_id is None:
        return any(number == reference for reference, _ in ended)
    return (number, claim.payer_id) in ended or (number, None) in ended
