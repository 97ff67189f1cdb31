"""Made-up claims of an ordinary practice: mostly clean, 1 to 12 lines (mean near 4.3), as the canonical model has them.

Procedures are common ones, so that NCCI pairs, limits and add-on codes are met as often as a practice meets them; most
lines carry no modifier and one unit. Nothing in them is anybody's.
"""

from __future__ import annotations

import random
from datetime import date, timedelta

from peer_rules import codes
from scrubber.claims.model import Claim, Diagnosis, ServiceLine

_VISITS = codes("99202-99204 99211-99215")
_OTHERS = codes(
    "36415 80048 80061 81002 82947 83036 84443 85025 87086 87804 87880 93000 94010 71046 73030 73562 76700 70450 70210"
    " 70250 70336 96372 97110 97112 97530 98940 20610 69210 17000 G0439 J1885 Q0091 A0425 A0428 J1100 J3301"
)
_SELDOM = codes("99395 99396 90471 90472 90686 90732 97140 11102 11103 80053 93010 C5271 C5272 E0601 G2211 J0585 99417")
_THERAPY = frozenset(codes("97110 97112 97140 97530"))
_DIAGNOSES = ("E119", "I10", "M545", "Z0000", "J069", "M25561", "H2511", "M1711", "E785", "K219")
_MODIFIERS = ("25", "59", "RT", "LT", "KX", "26", "95", "XS", "50")


def _lines(random_: random.Random) -> int:
    return min(12, 1 + int(random_.expovariate(1 / 3.8)))


def _line(number: int, procedure: str, first: date, diagnoses: int, random_: random.Random) -> ServiceLine:
    day = first + timedelta(days=random_.choice((0, 0, 0, 0, 1)))
    modifiers = [random_.choice(_MODIFIERS)] if random_.random() < 0.1 else []
    return ServiceLine(
        procedure=procedure,
        modifiers=(*(("GP",) if procedure in _THERAPY else ()), *modifiers),
        number=number,
        date=day,
        date_to=day,
        units=random_.choice((1,) * 40 + (2, 3)),
        charge=random_.randrange(10, 430) * 100,
        diagnosis_pointers=tuple(range(1, 1 + min(diagnoses, random_.choice((1, 1, 2))))),
        ndc="00000000001" if procedure[0] == "J" else None,
    )


def _procedures(number: int, random_: random.Random) -> list[str]:
    """A visit first, mostly; no procedure twice; one line in thirty of a kind that rules often ask about."""
    chosen = [random_.choice(_VISITS)] if random_.random() < 0.7 else []
    chosen += random_.sample(_OTHERS, number)
    return [random_.choice(_SELDOM) if random_.random() < 0.03 else procedure for procedure in chosen[:number]]


def office_claims(number: int, seed: int, lines: int | None = None) -> list[Claim]:
    """Professional claims to Medicare; each of ``lines`` lines where that is given."""
    random_ = random.Random(seed)
    claims = []
    for index in range(number):
        first = date(2024, 7, 1) + timedelta(days=random_.randrange(40))
        held = random_.sample(_DIAGNOSES, random_.choice((1, 2, 2, 3)))
        procedures = _procedures(_lines(random_) if lines is None else lines, random_)
        made = tuple(_line(at, code, first, len(held), random_) for at, code in enumerate(procedures, 1))
        claims.append(
            Claim(
                type="PROFESSIONAL",
                frequency="1",
                place_of_service=random_.choice(("11",) * 40 + ("22", "24")),
                filing_indicator="MB",
                payer_sequence="P",
                patient_sex=random_.choice("FM"),
                billing_npi="1234567893",
                billing_taxonomy="207Q00000X",
                billing_state="IL",
                rendering_npi="1234567893",
                patient_control_number=f"B{index:07}",
                payer_id="00001",
                payer_name="MEDICARE",
                total_charge=sum(line.charge or 0 for line in made),
                patient_birth_date=date(1930 + random_.randrange(60), 1 + random_.randrange(12), 1),
                subscriber_id=f"M{index:08}",
                diagnoses=tuple(Diagnosis(code=code) for code in held),
                lines=made,
            )
        )
    return claims
