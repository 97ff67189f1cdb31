"""Made-up claims on which pair edits, unit limits and add-on codes meet often, from the real tables and a seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from ncci_oracle import LIFTING, Line, SimpleClaim, is_visit
from ncci_raw import COVER, Raw

PROVIDERS = ("1234567893", "1245319599", "1003000126")
GROUP = "1386658910"
SPECIALTIES = ("207Q00000X", "207R00000X")
NOTED = ("96376", "96366", "96367", "96368", "96375")
"""Add-on codes with rows that a note keeps to practitioners or to facilities."""
NOT_LIFTING = ("22", "76", "77", "50", "51", "26", "TC", "GP", "52", "AT")
LIFTING_LIST = tuple(sorted(LIFTING))
VISITS = ("99213", "99214", "99203", "99232", "99291", "99292", "G0439", "92014", "99417")
DAYS = (COVER[0], date(2024, 8, 1), date(2024, 8, 31), COVER[1])
OUTSIDE = (COVER[0] - timedelta(days=1), COVER[1] + timedelta(days=1), date(2005, 1, 3), date(2025, 1, 2))
BILL_TYPES = ("131", "137", "141", "851", "871", "131", "111", "221", "741", "751", "831")
STATUSES = (None, None, "PAID", "PENDED", "DENIED")
"""What became of an earlier claim; None: nobody knows."""


class Maker:
    """Makes one claim after another; the same seed and tables give the same claims."""

    def __init__(self, raw: Raw, seed: int) -> None:
        self.chance = random.Random(seed)
        self.pairs = {kind: sorted(found) for kind, found in raw.pairs.items()}
        self.visit_pairs = {
            kind: [pair for pair in found if is_visit(pair[0]) or is_visit(pair[1])]
            for kind, found in self.pairs.items()
        }
        self.differing = sorted(
            pair for pair, rows in raw.pairs["practitioner"].items()
            if raw.pairs["outpatient"].get(pair, rows)[-1].indicator != rows[-1].indicator
        )  # fmt: skip
        self.limits = raw.limits
        self.limited = {kind: sorted(found) for kind, found in raw.limits.items()}
        self.by_line = {
            kind: [c for c in codes if raw.limits[kind][c].indicator == 1] for kind, codes in self.limited.items()
        }
        self.zero = {kind: [c for c in codes if raw.limits[kind][c].units == 0] for kind, codes in self.limited.items()}
        self.add_ons = sorted(raw.add_ons)
        self.primaries = {code: sorted({row.primary for row in rows} - {"CCCCC"}) for code, rows in raw.add_ons.items()}
        self.open_add_ons = [code for code, rows in raw.add_ons.items() if any(row.type != 1 for row in rows)]

    def claim(self) -> SimpleClaim:
        """One claim of 1 to 9 lines."""
        chance = self.chance
        form = chance.choices(("professional", "supplier", "surgery center", "hospital"), (54, 5, 6, 35))[0]
        pairs = "outpatient" if form == "hospital" else "practitioner"
        units = {"supplier": "dme", "hospital": "outpatient"}.get(form, "practitioner")
        day = chance.choice(OUTSIDE) if chance.random() < 0.04 else chance.choice(DAYS)
        lines: list[Line] = []
        for _ in range(chance.choice((1, 1, 2, 2, 3))):
            lines += self._some(pairs, units)
        chance.shuffle(lines)
        spread = chance.random() < 0.25
        billing = GROUP if chance.random() < 0.97 else None
        own_npi = chance.random() < 0.35
        made = []
        for number, line in enumerate(lines[:9], 1):
            first = day + timedelta(days=chance.choice((0, 0, 0, 1))) if spread else day
            last = line.day_to
            if spread and chance.random() < 0.3:
                last = first + timedelta(days=chance.choice((0, 1, 2, 6, 31)))
            npi = chance.choice(PROVIDERS) if own_npi and chance.random() < 0.6 else None
            taxonomy = chance.choice(SPECIALTIES) if npi else None
            made.append(replace(line, number=number, day=first, day_to=last, npi=npi, taxonomy=taxonomy))
        for_claim = chance.choice(PROVIDERS) if chance.random() < 0.3 else None
        bill_type = chance.choice(BILL_TYPES) if form == "hospital" else None
        if bill_type in ("221", "741", "751"):
            marks: tuple[str, ...] = (chance.choice(("GN", "GO", "GP")),) if chance.random() < 0.7 else ()
            made = [replace(line, modifiers=(*without_therapy(line.modifiers), *marks)) for line in made]
        return SimpleClaim(
            tuple(made), bill_type=bill_type, billing_npi=billing,
            billing_taxonomy=self._billing_taxonomy(form),
            npi=None if form == "hospital" else for_claim,
            taxonomy=chance.choice(SPECIALTIES) if for_claim and form != "hospital" else None,
        )  # fmt: skip

    def with_history(self) -> tuple[SimpleClaim, tuple[SimpleClaim, ...] | None]:
        """A claim and the patient's earlier ones; None for those: nobody gave them.

        A claim is taken apart, so that what meets on one claim meets across claims as well.
        """
        chance, whole = self.chance, self.claim()
        if chance.random() < 0.6 or len(whole.lines) < 2:
            return whole, None
        if chance.random() < 0.1:
            return whole, ()
        cut = chance.randrange(1, len(whole.lines))
        now, before = (
            tuple(replace(line, number=number) for number, line in enumerate(lines, 1))
            for lines in (whole.lines[:cut], whole.lines[cut:])
        )
        other = replace(whole, lines=before, status=chance.choice(STATUSES))
        if chance.random() < 0.1:
            other = replace(other, bill_type="131" if whole.bill_type is None else None)
        if chance.random() < 0.1:
            other = replace(other, billing_npi=PROVIDERS[0])
        if len(before) < 2 or chance.random() < 0.5:
            return replace(whole, lines=now), (other,)
        first, second = replace(other, lines=before[:1]), replace(other, lines=before[1:])  # with fates of their own
        return replace(whole, lines=now), (first, replace(second, status=chance.choice(STATUSES)))

    def _billing_taxonomy(self, form: str) -> str | None:
        if form == "supplier":
            return "332B00000X"
        if form == "surgery center":
            return "261QA1903X"
        return None if self.chance.random() < 0.2 else SPECIALTIES[0]

    def _some(self, pairs: str, units: str) -> list[Line]:
        """A few lines that are about one edit."""
        chance = self.chance
        kind = chance.choices(("pair", "visit", "differing", "units", "by line", "zero", "add-on", "anaesthesia"),
                              (28, 12, 6, 22, 6, 5, 17, 4))[0]  # fmt: skip
        if kind in ("pair", "visit", "differing"):
            source = {"pair": self.pairs[pairs], "visit": self.visit_pairs[pairs], "differing": self.differing}[kind]
            codes = list(chance.choice(source))
            if chance.random() < 0.2:
                codes.append(chance.choice(codes))
            return [self._line(code) for code in codes]
        if kind in ("units", "by line"):
            code = chance.choice(self.limited[units] if kind == "units" else self.by_line[units])
            limit = max(1, self.limits[units][code].units)
            amount = chance.choice((1, limit - 1, limit, limit + 1, 2 * limit, 3 * limit + 1)) or 1
            split = chance.choice((0, 0, 1, amount // 2))
            lines = [replace(self._line(code), units=amount - split)] if amount > split else []
            if split:
                lines.append(replace(self._line(code), units=split))
            if chance.random() < 0.05:
                lines.append(
                    replace(
                        self._line(code), units=chance.choice((Fraction(5 * limit + 2, 5), Fraction(2 * limit - 1, 2)))
                    )
                )
            return lines
        if kind == "zero":
            return [self._line(chance.choice(self.zero[units]))]
        if kind == "anaesthesia":
            lines = [replace(self._line("00902"), units=chance.choice((15, 60, 120)), basis="MJ")]
            return lines + [self._line("00902")] * (chance.random() < 0.3)
        among = chance.choices((("99292",), NOTED, self.open_add_ons, self.add_ons), (10, 5, 35, 50))[0]
        code = chance.choice(among)
        lines = [self._line(code)]
        if self.primaries[code] and chance.random() < 0.6:
            lines.append(self._line(chance.choice(self.primaries[code])))
        if chance.random() < 0.3:
            lines.append(self._line(chance.choice((*VISITS, chance.choice(self.add_ons)))))
        return lines

    def _line(self, code: str) -> Line:
        chance = self.chance
        how_many = chance.choices((0, 1, 2), (50, 40, 10))[0]
        often = ("59", "25", "RT", "RT", "RT")  # the same side on both lines of a pair has to happen
        modifiers = chance.sample((*LIFTING_LIST, *NOT_LIFTING, *often), how_many)
        return Line(1, code, tuple(dict.fromkeys(modifiers)))


def without_therapy(modifiers: Sequence[str]) -> tuple[str, ...]:
    """The modifiers that do not say therapy."""
    return tuple(modifier for modifier in modifiers if modifier not in ("GN", "GO", "GP"))
