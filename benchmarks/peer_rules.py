"""Twenty rules, each said three times, 480 variants of them over other codes, and made-up claims to run them on.

One rule is a triple: our condition, a zen-engine expression over the line ``l`` of ``lines``, and a rule-engine
expression whose names are the line's fields beside ``lines``. What the peers cannot compute is given to them ready
made (the patient's age at the line's date, money in cents, ranges as lists), which is to their advantage.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, NamedTuple

Claim = dict[str, Any]


class PeerRule(NamedTuple):
    """A line rule in three languages; true means that the line is hit."""

    id: str
    ours: str
    zen: str
    rule_engine: str


def codes(text: str) -> list[str]:
    """Codes from text, a range of numbers written ``99202-99215`` spelled out."""
    found = []
    for part in text.split():
        first, _, last = part.partition("-")
        found += [f"{number:0{len(first)}}" for number in range(int(first), int(last) + 1)] if last else [part]
    return found


def _ours(text: str) -> str:
    return "{" + ", ".join(text.split()) + "}"


def _list(text: str) -> str:
    return "[" + ", ".join(f'"{code}"' for code in codes(text)) + "]"


class _Both(NamedTuple):
    """One part of a condition, said three times; parts are joined with ``and``."""

    ours: str
    zen: str
    rule_engine: str


def _procedure(text: str) -> _Both:
    return _Both(f"line.procedure in {_ours(text)}", f"l.procedure in {_list(text)}", f"procedure in {_list(text)}")


def _place(text: str) -> _Both:
    return _Both(
        f"line.place_of_service in {_ours(text)}",
        f"l.place_of_service in {_list(text)}",
        f"place_of_service in {_list(text)}",
    )


def _has_any(field: str, text: str, wanted: bool = True) -> _Both:
    word = "any" if wanted else "none"
    quantifier = "some" if wanted else "none"
    negation = "" if wanted else "not "
    return _Both(
        f"line.{field} has {word} of {_ours(text)}",
        f"{quantifier}(l.{field} as c, c in {_list(text)})",
        f"{negation}$any([c in {_list(text)} for c in {field}])",
    )


def _age(low: int, high: int) -> _Both:
    return _Both(
        f"(line.patient_age < {low} or line.patient_age > {high})",
        f"(l.patient_age < {low} or l.patient_age > {high})",
        f"(patient_age < {low} or patient_age > {high})",
    )


def _other(text: str, wanted: bool = True) -> _Both:
    """Another line of the same day with one of the codes is there (or is not)."""
    word, quantifier, negation = ("any", "some", "") if wanted else ("no", "none", "not ")
    return _Both(
        f"{word} other line as o with same (date) where (o.procedure in {_ours(text)})",
        f"{quantifier}(lines as o, o.number != l.number and o.date == l.date and o.procedure in {_list(text)})",
        f'{negation}$any([o["number"] != number and o["date"] == date and o["procedure"] in {_list(text)}'
        " for o in lines])",
    )


def _rule(id_: str, *parts: _Both) -> PeerRule:
    return PeerRule(id_, *(" and ".join(says) for says in zip(*parts, strict=True)))


VACCINES = "90686 90715 90732 90750"
Swap = Callable[[str], str]


def _templates(suffix: str, swap: Swap, only: tuple[_Both, ...] = ()) -> tuple[PeerRule, ...]:
    """The twenty rules with their procedures put through ``swap``; ``only`` also narrows those that name none."""

    def procedure(text: str) -> _Both:
        return _procedure(swap(text))

    def other(text: str, wanted: bool = True) -> _Both:
        return _other(swap(text), wanted)

    def rule(id_: str, *parts: _Both) -> PeerRule:
        return _rule(id_ + suffix, *parts)

    return (
        rule("E01", procedure("99211-99215"), _has_any("modifiers", "25 57", False), other("11102 17000 20610 69210")),
        rule("E02", *only, _has_any("modifiers", "50"), _has_any("modifiers", "RT LT")),
        rule(
            "E03",
            procedure("00142 00400 00840"),
            _Both(
                "count of line.modifiers where (it in {AA, AD, QK, QX, QY, QZ}) != 1",
                'count(l.modifiers as c, c in ["AA", "AD", "QK", "QX", "QY", "QZ"]) != 1',
                '[c for c in modifiers if c in ["AA", "AD", "QK", "QX", "QY", "QZ"]].length != 1',
            ),
        ),
        rule("E04", procedure("97110 97112 97140 97530"), _has_any("modifiers", "GN GO GP", False)),
        rule("E05", procedure("97140"), _has_any("modifiers", "59 XE XP XS XU", False), other("97530")),
        rule("E06", procedure("J0585 J1100 J3301"), _Both("line.ndc is missing", "l.ndc == null", "ndc == null")),
        rule("E07", procedure("97110 97112 97530"), _Both("line.units > 6", "l.units > 6", "units > 6")),
        rule("E08", *only, _place("02 10"), _has_any("modifiers", "93 95", False)),
        rule("E09", *only, _has_any("modifiers", "26"), _has_any("modifiers", "TC")),
        rule("E10", procedure("99395"), _age(18, 39)),
        rule("E11", procedure("99396"), _age(40, 64)),
        rule("E12", procedure("99397"), _age(65, 200)),
        rule(
            "E13",
            *only,
            _Both("line.charge > $450.00", "l.charge_cents > 45000", "charge_cents > 45000"),
            _Both("line.units = 1", "l.units == 1", "units == 1"),
        ),
        rule(
            "E14",
            *only,
            _has_any("modifiers", "RT"),
            _has_any("diagnoses", "H2512 M1712 M25562"),
            _has_any("diagnoses", "H2511 M1711 M25561", False),
        ),
        rule("E15", procedure("90471"), other(VACCINES, False)),
        rule("E16", procedure(VACCINES), other("90471 90473 G0008 G0009", False)),
        rule("E17", procedure("G2211"), other("99202-99215", False)),
        rule("E18", procedure("99202-99215"), _place("21 23")),
        rule("E19", procedure("80048"), other("80053")),
        rule("E20", procedure("99417"), other("99205 99215", False)),
    )


RULES = _templates("", lambda text: text)

VARIANTS = 24
WITHOUT_PROCEDURE = 3
"""Variants in which a rule that names no procedure still names none: 20 of the 500 rules are for every procedure."""
_POOL = [f"{number}" for number in range(70010, 71010)]
"""Procedures of the variants. The made-up claims carry the first 390, so a line meets a few of the 500 rules."""


def five_hundred(seed: int) -> tuple[PeerRule, ...]:
    """The twenty rules and 24 further variants of each, whose procedures are drawn from another pool of codes."""
    random_ = random.Random(seed)

    def swap(text: str) -> str:
        return " ".join(random_.sample(_POOL, len(codes(text))))

    rules = list(RULES)
    for variant in range(1, VARIANTS + 1):
        only = () if variant <= WITHOUT_PROCEDURE else (_procedure(" ".join(random_.sample(_POOL, 4))),)
        rules += _templates(f"-{variant}", swap, only)
    return tuple(rules)


_COMMON = (
    "99202-99205 99211-99215 99395 99396 99397 99417 G2211 11102 17000 20610 69210 00142 00400 00840 97110 97112 97140"
    " 97530 J0585 J1100 J3301 90471 90473 G0008 G0009 90686 90715 90732 90750 80048 80053 36415 71046 93000 85025"
)
_MODIFIERS = ["25", "57", "50", "RT", "LT", "AA", "QK", "QX", "GP", "GO", "59", "XS", "93", "95", "26", "TC", "KX"]
_DIAGNOSES = ["E119", "I10", "H2511", "H2512", "M1711", "M1712", "M25561", "M25562", "Z0000", "J069", "M545"]


def made_up_claims(number: int, seed: int) -> list[Claim]:
    """Claims of 1 to 12 lines (mean near 4.3) out of codes the rules ask for and codes they do not."""
    random_ = random.Random(seed)
    procedures = 3 * codes(_COMMON) + [f"{code}" for code in range(70010, 70400)]
    claims = []
    for index in range(number):
        first_day = date(2024, 7, 1) + timedelta(days=random_.randrange(60))
        age = random_.randrange(1, 95)
        lines = []
        for line in range(1, min(12, 1 + int(random_.expovariate(1 / 3.8))) + 1):
            lines.append(
                {
                    "number": line,
                    "procedure": random_.choice(procedures),
                    "modifiers": random_.sample(_MODIFIERS, random_.choice((0, 0, 0, 1, 1, 2))),
                    "diagnoses": random_.sample(_DIAGNOSES, random_.choice((1, 1, 2, 3))),
                    "date": (first_day + timedelta(days=random_.choice((0, 0, 0, 1)))).isoformat(),
                    "place_of_service": random_.choice(("11", "11", "11", "21", "22", "23", "02", "10")),
                    "units": random_.choice((1, 1, 1, 2, 4, 8)),
                    "charge_cents": random_.randrange(1000, 50000),
                    "ndc": random_.choice((None, "00000000001")),
                    "patient_age": age,
                }
            )
        claims.append({"number": index, "lines": lines, "birth_date": date(2024 - age, 1, 1).isoformat()})
    return claims
