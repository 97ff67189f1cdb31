"""Made-up 837P text of a wanted size. Names, ids and control numbers are counted up, so nothing in it is anybody's."""

from __future__ import annotations

import random

_PROCEDURES = ("99213", "99214", "36415", "80053", "85025", "93000", "71046", "97110", "97140", "G0439")
_DIAGNOSES = ("E119", "I10", "M545", "Z0000", "J069", "M25561")
_HEAD = (
    "ISA*00*          *00*          *ZZ*BENCHSENDER    *ZZ*BENCHPAYER     *240815*1200*^*00501*000000001*0*T*:~\n"
    "GS*HC*BENCHSENDER*BENCHPAYER*20240815*1200*1*X*005010X222A1~\n"
    "ST*837*0001*005010X222A1~\n"
    "BHT*0019*00*1*20240815*1200*CH~\n"
    "NM1*41*2*BENCH CLINIC*****46*BENCHSENDER~\nPER*IC*DESK*TE*5555550100~\nNM1*40*2*BENCH PAYER*****46*BENCHPAYER~\n"
    "HL*1**20*1~\nPRV*BI*PXC*207Q00000X~\nNM1*85*2*BENCH CLINIC*****XX*1234567893~\n"
    "N3*1 MAIN STREET~\nN4*SPRINGFIELD*IL*627010000~\nREF*EI*123456789~\n"
)


def _subscriber(number: int, random_: random.Random) -> str:
    """One subscriber with one claim of one to eight lines."""
    diagnoses = random_.sample(_DIAGNOSES, random_.randrange(1, 4))
    codes = "*".join(f"{'ABF' if position else 'ABK'}:{code}" for position, code in enumerate(diagnoses))
    charges = [random_.randrange(20, 400) for _ in range(random_.randrange(1, 9))]
    parts = [
        f"HL*{number + 1}*1*22*0~\nSBR*P*18*******MB~\nNM1*IL*1*PERSON{number}*TEST****MI*M{number:08}~\n"
        f"N3*{number} OAK STREET~\nN4*SPRINGFIELD*IL*62701~\nDMG*D8*19{random_.randrange(30, 99)}0101*F~\n"
        "NM1*PR*2*BENCH PAYER*****PI*00001~\n"
        f"CLM*C{number:08}*{sum(charges)}***11:B:1*Y*A*Y*Y~\nHI*{codes}~\nNM1*82*1*DOCTOR*TEST****XX*1234567893~\n"
    ]
    for line, charge in enumerate(charges, start=1):
        modifier = random_.choice(("", "", ":25", ":59"))
        parts.append(
            f"LX*{line}~\nSV1*HC:{random_.choice(_PROCEDURES)}{modifier}*{charge}*UN*1***1~\nDTP*472*D8*20240801~\n"
            f"REF*6R*{number:08}{line}~\n"
        )
    return "".join(parts)


def made_up_837(size: int, seed: int) -> tuple[bytes, int]:
    """An interchange of at least ``size`` bytes, and the number of its claims."""
    random_ = random.Random(seed)
    parts, length, claims = [_HEAD], len(_HEAD), 0
    while length < size:
        claims += 1
        parts.append(_subscriber(claims, random_))
        length += len(parts[-1])
    segments = "".join(parts).count("~") - 2 + 1  # from ST to SE
    parts.append(f"SE*{segments}*0001~\nGE*1*1~\nIEA*1*000000001~\n")
    return "".join(parts).encode("ascii"), claims
