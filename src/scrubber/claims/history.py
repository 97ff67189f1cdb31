"""Prior claims by patient, without those that no longer stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import overload

from scrubber.claims.model import Claim

_GONE = frozenset({"VOIDED", "REPLACED"})
_DIGEST = "sha256:"


class Others(Sequence[Claim]):
    """The claims of a patient without one of them, and ``apart`` from some. Nothing is copied: a patient may have
    thousands."""

    __slots__ = ("_groups", "_left_out", "_size")

    def __init__(self, groups: tuple[Sequence[Claim], ...], claim: Claim, among: bool, apart: Iterable[Claim]) -> None:
        self._groups = groups
        self._left_out = frozenset([id(claim), *map(id, apart)])
        self._size = sum(map(len, groups)) - among
        if len(self._left_out) > 1:
            self._size = sum(1 for _ in self)

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Claim]:
        left_out = self._left_out
        return (other for group in self._groups for other in group if id(other) not in left_out)

    @overload
    def __getitem__(self, at: int) -> Claim: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Claim, ...]: ...
    def __getitem__(self, at: int | slice) -> Claim | tuple[Claim, ...]:
        return tuple(self)[at]


class History:
    """What is known of other claims of a patient.

    ``supplied``: whether the caller gave prior claims; the other claims of a run alone do not count as supplied.
    Voided claims, void requests (frequency 8) and originals that a replacement or void names (frequency 7 or 8 with the
    payer's control number, else the practice's own number for the same day) have left. Denied claims stay, with their
    ``claim_status``: whether a denied line counts, as it does not for duplicates, is for the rule to say. ``ending``:
    further claims that may end some of these.
    """

    __slots__ = (
        "_among", "_by_account", "_by_key", "_by_number", "_by_person", "_ending", "_of_other_make", "claims",
        "supplied",
    )  # fmt: skip

    def __init__(self, claims: Iterable[Claim], supplied: bool, ending: Iterable[Claim] = ()) -> None:
        self.claims: tuple[Claim, ...] = _standing(tuple(claims), ending)
        self.supplied = supplied
        self._among = frozenset(map(id, self.claims))
        self._ending = _Ended(self.claims)
        self._by_key: dict[str, list[Claim]] = {}
        self._by_person: dict[tuple[str, date], list[Claim]] = {}
        self._of_other_make: dict[tuple[str, date, bool], list[Claim]] = {}
        self._by_number: dict[str, list[Claim]] = {}
        self._by_account: dict[tuple[str, date], list[Claim]] = {}
        for claim in self.claims:
            if claim.payer_control_number is not None:
                self._by_number.setdefault(claim.payer_control_number.strip(), []).append(claim)
            elif (account := _account(claim)) is not None:
                self._by_account.setdefault(account, []).append(claim)
            if claim.patient_key is not None:
                self._by_key.setdefault(claim.patient_key, []).append(claim)
            person = _person(claim)
            if person is not None:
                self._by_person.setdefault(person, []).append(claim)
                for make in {True, False} - {_make(claim)}:
                    self._of_other_make.setdefault((*person, make), []).append(claim)

    def of(self, claim: Claim) -> Sequence[Claim]:
        """The other standing claims of the claim's patient, in the order given.

        Patients are one where their ``patient_key`` is; where one claim has none, or the two keys are of different
        makes (read from an 837, given by the caller), where member number and birth date are. A claim that replaces or
        voids another does not meet the one it ends, and that one does not meet it.
        """
        groups: list[Sequence[Claim]] = []
        person, make = _person(claim), _make(claim)
        if claim.patient_key is not None:
            groups.append(self._by_key.get(claim.patient_key, ()))
        if person is not None:
            groups.append(
                self._by_person.get(person, ()) if make is None else self._of_other_make.get((*person, make), ())
            )
        held = tuple([group for group in groups if group])
        return Others(held, claim, bool(held) and id(claim) in self._among, self._of_one_with(claim))

    def _of_one_with(self, claim: Claim) -> list[Claim]:
        """The claims that this one replaces or voids, and those that replace or void it: of two such one stands."""
        found: list[Claim] = []
        if _ends_another(claim):
            account = _account(claim)
            named = self._by_number.get(_reference(claim)[0], [])
            named = named if account is None else named + self._by_account.get(account, [])
            found += [other for other in named if _ends(claim, other)]
        return [*found, *self._ending.that_end(claim)]


def standing(claims: Iterable[Claim], claim: Claim) -> tuple[Claim, ...]:
    """Of claims known to be of the claim's own patient, those that still stand beside it, in the order given."""
    others = _standing(tuple(other for other in claims if other is not claim), (claim,))
    ending = frozenset(map(id, _Ended(others).that_end(claim)))
    return tuple(other for other in others if id(other) not in ending) if ending else others


def _standing(claims: tuple[Claim, ...], ending: Iterable[Claim]) -> tuple[Claim, ...]:
    ended = _Ended((*claims, *ending))
    return tuple(
        claim
        for claim in claims
        if claim.claim_status not in _GONE and claim.frequency != "8" and not ended.names(claim)
    )


class _Ended:
    """The claims that replacements and voids end; payer ids must agree where both are known.

    They name the payer's control number of the original. A claim read from an 837 does not carry it: there the
    practice's own number, the first day and a procedure in common say which claim it was.
    """

    __slots__ = ("_accounts", "_numbers", "_of_payers")

    def __init__(self, claims: Iterable[Claim]) -> None:
        ending = [claim for claim in claims if _ends_another(claim)]
        self._of_payers = {_reference(claim) for claim in ending}
        self._numbers: dict[str, list[Claim]] = {}
        self._accounts: dict[tuple[str, date], list[Claim]] = {}
        for claim in ending:
            self._numbers.setdefault(_reference(claim)[0], []).append(claim)
            account = _account(claim)
            if account is not None:
                self._accounts.setdefault(account, []).append(claim)

    def names(self, claim: Claim) -> bool:
        """Whether a replacement or void ends this claim."""
        if not self._numbers:
            return False
        number = claim.payer_control_number
        if number is None:
            account = None if _ends_another(claim) else _account(claim)
            return account is not None and any(
                _took_its_place(claim, other) for other in self._accounts.get(account, ())
            )
        number = number.strip()
        if claim.payer_id is None:
            return number in self._numbers
        return (number, claim.payer_id) in self._of_payers or (number, None) in self._of_payers

    def that_end(self, claim: Claim) -> list[Claim]:
        """The replacements and voids that end this claim, in the order given."""
        if not self.names(claim):
            return []
        number, account = claim.payer_control_number, _account(claim)
        if number is not None:
            named = self._numbers.get(number.strip(), [])
        else:
            named = [] if account is None else self._accounts.get(account, [])
        return [other for other in named if other is not claim and _ends(other, claim)]


def _ends(ending: Claim, claim: Claim) -> bool:
    """Whether a claim is a replacement or void that ends another."""
    return _Ended((ending,)).names(claim)


def _account(claim: Claim) -> tuple[str, date] | None:
    """The practice's own number and the first day of service; None where either is missing."""
    first = min((line.date for line in claim.lines if line.date is not None), default=claim.statement_from)
    number = claim.patient_control_number
    return None if number is None or first is None else (number.strip(), first)


def _took_its_place(original: Claim, other: Claim) -> bool:
    """Whether a replacement or void of the same account is of one form, provider and payer, with a common service."""
    return (
        (original.type, original.billing_npi) == (other.type, other.billing_npi)
        and (original.payer_id is None or other.payer_id is None or original.payer_id == other.payer_id)
        and not {line.procedure for line in original.lines}.isdisjoint(line.procedure for line in other.lines)
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
