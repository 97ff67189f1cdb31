"""Claims from JSON: the quick way. What is not plain and tidy goes to :mod:`scrubber.claims.json_careful`.

The decoder builds the model's own classes; a finished claim differs from a decoded one in its money (dollars to cents),
its quantities (whole ones as ``int``) and its line numbers, which are set in place before anyone else sees the claim.
"""

from __future__ import annotations

import msgspec
from msgspec.structs import astuple, force_setattr

from scrubber.claims.inputs import InputClaim
from scrubber.claims.model import Claim, ServiceLine
from scrubber.claims.values import MOST_CODED, BadValueError, cents_of, plain
from scrubber.core.code_systems import CODE_SYSTEMS, normalise_code
from scrubber.core.diagnostics import InputProblem

_CLAIM_CODES = Claim.__struct_fields__.index("delay_reason") + 2
_LINE_CODES = ServiceLine.__struct_fields__.index("facility_npi") + 1
_MOST_UNITS = 10**9
_MOST_KNOWN = 100_000
_TYPES = frozenset((*CODE_SYSTEMS["claim_type"].values, None))
_SEXES = frozenset((*CODE_SYSTEMS["sex"].values, None))
_STATUSES = frozenset((*CODE_SYSTEMS["claim_status"].values, None))


class ClaimDecoder:
    """Decodes claims, one JSON object each. It remembers which codes it has found tidy; it may be shared by threads."""

    __slots__ = ("_cents", "_decoder", "_tidy")

    def __init__(self) -> None:
        self._decoder = msgspec.json.Decoder(Claim)
        self._tidy: set[object] = {None, ()}
        self._cents: dict[object, int] = {}

    def decode(
        self, data: bytes | msgspec.Raw, file: str = "", index: int = 0, pointer: str = "$", offset: int | None = None
    ) -> InputClaim | InputProblem:
        """One claim. Fields that cannot be read are missing and named in its problems; what is no claim at all is a
        problem alone. ``pointer`` is the claim's place in the document, ``offset`` its first byte in the file.
        """
        try:
            claim = self._decoder.decode(data)
            if self._finish(claim):
                return InputClaim(claim, file, index, pointer=pointer)
        except (msgspec.MsgspecError, BadValueError, RecursionError, UnicodeDecodeError):
            pass
        # Imported here: most runs never meet an untidy claim.
        from scrubber.claims.json_careful import decode_carefully

        return decode_carefully(data, file, index, pointer, offset)

    def _finish(self, claim: Claim) -> bool:
        """Turn a decoded claim into a finished one; False where it has to be read carefully."""
        tidy = self._tidy
        if not tidy.issuperset(codes := astuple(claim)[:_CLAIM_CODES]) and not self._look(codes):
            return False
        if claim.type not in _TYPES or claim.patient_sex not in _SEXES or claim.claim_status not in _STATUSES:
            return False
        known = self._cents
        if claim.total_charge is not None:
            force_setattr(claim, "total_charge", known.get(claim.total_charge) or self._money(claim.total_charge))
        if len(claim.diagnoses) > MOST_CODED or len(claim.icd_procedures) > MOST_CODED:
            return False
        for diagnosis in claim.diagnoses:
            if not tidy.issuperset(codes := astuple(diagnosis)) and not self._look(codes):
                return False
        for procedure in claim.icd_procedures:
            if not self._look((procedure.code, procedure.qualifier)):
                return False
        for payer in claim.other_payers:
            if not self._look(astuple(payer)[:2]):
                return False
            if payer.paid_amount is not None:
                force_setattr(payer, "paid_amount", self._money(payer.paid_amount))
        if not claim.lines:
            return False
        in_order = True
        for at, line in enumerate(claim.lines, 1):
            if not tidy.issuperset(codes := astuple(line)[:_LINE_CODES]) and not self._look(codes):
                return False
            charge, units = line.charge, line.units
            if charge is not None:
                force_setattr(line, "charge", known.get(charge) or self._money(charge))
            if type(units) is not int or units > _MOST_UNITS:
                force_setattr(line, "units", None if units is None else plain(units))
            if line.ndc_quantity is not None:
                force_setattr(line, "ndc_quantity", plain(line.ndc_quantity))
            if line.number is None:
                force_setattr(line, "number", at)
            elif line.number != at:
                in_order = False
        return in_order or _distinct([line.number for line in claim.lines])

    def _money(self, amount: object) -> int:
        """Dollars as cents. Fees repeat from claim to claim: those met before are not worked out again."""
        worth = cents_of(amount)  # type: ignore[arg-type]  # the decoder let only int, float and str pass
        if len(self._cents) < _MOST_KNOWN:
            self._cents[amount] = worth
        return worth

    def _look(self, codes: tuple[object, ...]) -> bool:
        """Whether codes not met before are tidy; those that are need not be looked at again."""
        tidy = self._tidy
        for code in codes:
            if code in tidy:
                continue
            parts = code if isinstance(code, tuple) else (code,)
            if any(normalise_code(part) != part for part in parts):
                return False
            if len(tidy) < _MOST_KNOWN:
                tidy.add(code)
        return True


def _distinct(numbers: list[int | None]) -> bool:
    """Whether line numbers are single and count from 1 up."""
    return len(set(numbers)) == len(numbers) and all(number is not None and number > 0 for number in numbers)
