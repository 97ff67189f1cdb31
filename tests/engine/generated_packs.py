"""Packs of made-up rules and claims to ask of them, from a seed: dated lists, tables and revisions, fields of the claim,
earlier claims, pairs and groups."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from tests.engine.packs_of import loaded

from scrubber import Scrubber
from scrubber.claims.model import Claim, Diagnosis, ServiceLine
from scrubber.core.diagnostics import RuleFileError

CODES = ("99213", "99214", "11055", "11720", "97110", "J1100")
MODIFIERS = ("25", "59", "LT", "50")
TURN = date(2024, 8, 1)
PACK = """
id: generated
version: 1.0.0
title: A pack of made-up rules
parameters:
  drugs: {type: list of procedure, default: ["J*", "97110"], meaning: made up}
  provider: {type: fields, default: [rendering_npi], meaning: made up}
valuesets:
  dated:
    type: procedure
    versions:
      - {effective: {to: 2024-07-31}, members: ["99213", "11055"]}
      - {effective: {from: 2024-08-01, to: 2024-08-02}, members: [99213-99214]}
      - {effective: {from: 2024-08-03}, members: ["J*"]}
tables:
  limit:
    keys: {procedure: procedure}
    columns: {units: number, until: date, like: procedure}
    absent: not_published
    effective: [first, last]
    source: limit.csv
  together:
    keys: {one: procedure, two: procedure}
    columns: {indicator: number}
    absent: none
    effective: [first, last]
    source: together.csv
"""
LIMIT = """procedure,units,until,like,first,last
99213,1,2024-08-01,99214,2024-01-01,2024-08-01
99213,3,,11055,2024-08-02,
11055,0,2024-08-02,J1100,2024-07-31,2024-07-31
97110,2.5,2024-07-30,97110,2024-01-01,
"""
TOGETHER = """one,two,indicator,first,last
99213,11055,1,2024-01-01,2024-07-31
99213,11055,0,2024-08-01,
11720,11055,1,2024-08-02,2024-08-02
99214,99213,0,2024-01-01,
"""
OF_CLAIM = (
    "claim.frequency = 1", "claim.frequency in {7, 8}", "claim.patient_sex = F", "claim.patient_sex is missing",
    "claim.billing_taxonomy = 207Q00000X", "claim.place_of_service = 11", "claim.type = PROFESSIONAL",
    "claim.total_charge > $100.00", "claim.billing_npi is present",
)  # fmt: skip
GROUPED_BY = ("day, procedure", "procedure", "date, procedure", "day, procedure, policy.provider")


class Maker:
    """Makes rules and claims; the same seed gives the same."""

    codes: Sequence[str] = CODES
    of_pairs: Sequence[str] = ("together",)
    header = PACK

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def _atom(self, owner: str, pick: Sequence[str] = ()) -> str:
        chance = self.chance
        code, other, modifier = chance.choice(self.codes), chance.choice(self.codes), chance.choice(MODIFIERS)
        op, units = chance.choice(("=", "!=", "<", "<=", ">", ">=")), chance.randint(0, 3)
        day = TURN + timedelta(days=chance.randint(-2, 2))
        return chance.choice((
            f"{owner}.procedure = {code}", f"{owner}.procedure in {{{code}, {other}}}", f"{owner}.procedure in @dated",
            f"{owner}.procedure not in @dated", f"{owner}.procedure in policy.drugs", f"{owner}.procedure = {code}",
            f"{owner}.modifiers has {modifier}", f"{owner}.modifiers has none of {{{modifier}}}",
            f"{owner}.units {op} {units}", f"{owner}.place_of_service = 11", f"{owner}.unit_basis = UN",
            f"{owner}.date {op} {day}", f"{owner}.date between {day} and {day + timedelta(days=1)}",
            f"{owner}.date is missing", f"{owner}.procedure is missing", f"{owner}.revenue_code is present",
            f"limit({owner}.procedure).units {op} {owner}.units", f"limit({owner}.procedure).units {op} {units}",
            f"limit({owner}.procedure).until {op} {owner}.date", f"limit({owner}.procedure).like = {code}",
            f"limit({owner}.procedure) is present", f"together({owner}.procedure, {code}).indicator = 1",
            f"together({code}, {owner}.procedure) is missing",
            f"limit({owner}.procedure at {owner}.date).units {op} {units}", f"{owner}.minutes is missing",
            f"{owner}.minutes is present", f"{owner}.units_per_day {op} {units}",
            *pick,
        ))  # fmt: skip

    def _condition(self, owner: str, pick: Sequence[str]) -> str:
        chance = self.chance
        source = chance.choice((
            "prior line as x", "prior line as x with same (procedure)", "prior line as x within 2 days before line.date",
            "other line as x", "line on any claim as x", "line as x",
        )) if owner == "line" else chance.choice(("prior line as x", "line as x"))  # fmt: skip
        inner = self._atom("x", [f"x.procedure = {owner}.procedure"])
        over = chance.choice((
            f"any {source} where ({inner})", f"no {source} where ({inner})", f"at least 2 {source} where ({inner})",
            f"count of {source} where ({inner}) < 2", f"sum of x.units over {source} where ({inner}) > 2",
        ))  # fmt: skip
        item = over if chance.random() < 0.3 else self._atom(owner, pick) if owner == "line" else chance.choice(pick)
        if chance.random() < 0.25:
            return f"({item} or {self._atom(owner, pick) if owner == 'line' else chance.choice(pick)})"
        return f"not ({item})" if chance.random() < 0.1 else f"({item})"

    def rule(self, number: int) -> str:
        """One rule, as a file."""
        chance = self.chance
        scope = chance.choice(("line", "line", "line", "pair", "pair", "group"))
        owner, pick, extra = "line", [*OF_CLAIM], []
        if scope == "pair":
            table = ", table: together" if chance.random() < 0.4 else ""
            extra = [f"pair: {{same: [{chance.choice(('date', 'policy.provider', 'date, policy.provider'))}]{table}}}"]
            pick += [self._atom("other") for _ in range(12)] + [
                "together(other.procedure, line.procedure).indicator = 1"
            ]
        if scope == "group":
            owner, extra = "group", [f"group_by: [{chance.choice(GROUPED_BY)}]"]
            pick += [
                "group.procedure in @dated", "limit(group.procedure).units < 2", "sum of it.units over group lines > 2",
                "any group lines where (it.units > limit(it.procedure).units)", f"group.procedure = {CODES[0]}",
                "sum of it.units_per_day over group lines where (it.minutes is missing) > limit(group.procedure).units",
                "sum of it.units over group lines where (it.place_of_service is present) > 1",
            ]  # fmt: skip
        asked = [self._condition(owner, pick) for _ in range(chance.choice((1, 2, 2, 3)))]
        if scope == "pair" and chance.random() < 0.3:
            asked.append(f"{chance.choice(self.of_pairs)}(line.procedure, other.procedure) is present")
        when = " and ".join(asked)
        if "prior" in when or "any claim" in when:
            extra.append("needs: [history]")
        if chance.random() < 0.3:
            extra.append(f'unless: [{{if: "{self._condition(owner, pick)}", reason: "an exception"}}]')
        if chance.random() < 0.25:
            extra.append(f"effective: {{from: {TURN + timedelta(days=chance.randint(-1, 1))}}}")
        lines = [
            "rules:", f"  - id: GEN-{number:03}", "    title: Made up", "    category: procedure", "    severity: deny",
            f"    scope: {scope}", f'    when: "{when}"', '    message: "found"',
            "    authority: {title: Invented for a test, evidence: primary}", *(f"    {line}" for line in extra),
        ]  # fmt: skip
        return "\n".join(lines) + "\n"

    def files(self) -> dict[str, str]:
        """The files of the pack beside its rules."""
        return {"pack.yaml": self.header, "limit.csv": LIMIT, "together.csv": TOGETHER}

    def pack(self, folder: Path, rules: int) -> Scrubber:
        """A pack of so many rules, less those that are refused because they can never or must always hold."""
        folder.mkdir(parents=True)
        for name, text in self.files().items():
            (folder / name).write_text(text, encoding="utf-8")
        for number in range(rules):
            (folder / f"rule{number}.yaml").write_text(self.rule(number), encoding="utf-8")
        while True:  # some are refused only where those that have another fault are gone
            try:
                return loaded(folder)
            except RuleFileError as error:
                for path in {diagnostic.place.path for diagnostic in error.diagnostics}:
                    Path(path).unlink()

    def _or_none(self, value: object, chance: float = 0.93) -> object:
        return value if self.chance.random() < chance else None

    def claim(self) -> Claim:
        """A claim of one to four lines around the days on which the pack turns."""
        chance = self.chance
        day = TURN + timedelta(days=chance.randint(-3, 3))
        lines = []
        for number in range(1, chance.randint(1, 4) + 1):
            own = day + timedelta(days=chance.choice((0, 0, 0, 1)))
            given = {
                "procedure": chance.choice(self.codes), "date": own, "units": chance.randint(0, 4),
                "unit_basis": chance.choice(("UN", "UN", "MJ")),
                "rendering_npi": "1234567893", "charge": 5_000,
            }  # fmt: skip
            if chance.random() < 0.2:
                given.update(place_of_service="22", date_to=own + timedelta(days=chance.randint(0, 3)))
            kept = {name: self._or_none(value) for name, value in given.items()}
            modifiers = tuple(chance.sample(MODIFIERS, chance.choice((0, 0, 1, 2))))
            lines.append(ServiceLine(number=number, modifiers=modifiers, **kept))  # type: ignore[arg-type]
        fields = {
            "frequency": chance.choice("178"), "patient_sex": chance.choice("FM"), "place_of_service": "11",
            "billing_taxonomy": chance.choice(("207Q00000X", "207R00000X")), "billing_npi": "1234567893",
            "total_charge": chance.choice((5_000, 50_000)),
        }  # fmt: skip
        return Claim(
            type=chance.choice(("PROFESSIONAL", "PROFESSIONAL", "INSTITUTIONAL")), patient_control_number="MADE-UP",
            payer_name="MEDICARE", filing_indicator="MB", diagnoses=(Diagnosis(code="E119"),), lines=tuple(lines),
            **{name: self._or_none(value) for name, value in fields.items()},  # type: ignore[arg-type]
        )  # fmt: skip

    def history(self) -> tuple[list[Claim] | None, list[Claim]]:
        """History supplied (None: none was), and other claims of a batch."""
        chance = self.chance
        supplied = None if chance.random() < 0.5 else [self.claim() for _ in range(chance.choice((0, 1, 2)))]
        return supplied, [self.claim()] if chance.random() < 0.15 else []


SLICED = """
  mue:
    keys: {procedure: procedure}
    columns: {units: number, adjudication_indicator: number}
    absent: not_published
    by:
      - {setting: practitioner, if: claim.type = PROFESSIONAL}
      - {setting: outpatient-hospital, if: claim.type = INSTITUTIONAL}
  aoc: {keys: {add_on: procedure, primary: procedure}, columns: {type: number, facility_only: flag}, absent: none}
  aoc_type: {keys: {add_on: procedure}, columns: {type: number, facility_only: flag}, absent: none}
  ptp:
    keys: {column_1: procedure, column_2: procedure}
    columns: {modifier_indicator: number}
    absent: none
    by: [{setting: practitioner, if: claim.type = PROFESSIONAL}]
"""


class SlicedMaker(Maker):
    """Makes rules that also ask the bundled tables, which leave most codes out, and lines with codes of both kinds."""

    codes = ("99213", "97110", "11055", "C5271", "C5272", "A0425", "G2211", "J1100")
    of_pairs = ("together", "aoc")
    header = PACK + SLICED

    def _atom(self, owner: str, pick: Sequence[str] = ()) -> str:
        chance = self.chance
        if chance.random() < 0.5:
            return super()._atom(owner, pick)
        code, units = chance.choice(self.codes), chance.randint(0, 3)
        op = chance.choice(("=", "<", ">="))
        return chance.choice((
            f"mue({owner}.procedure).units {op} {units}", f"mue({owner}.procedure).units < {owner}.units",
            f"{owner}.units * 2 {op} mue({owner}.procedure).units + {units}",
            f"mue({owner}.procedure).units {op} mue({code}).units", f"mue({owner}.procedure) is missing",
            f"{owner}.units_per_day > mue({owner}.procedure).units and {owner}.units < 9",
            f"aoc_type({owner}.procedure).type in {{1, 3}}", f"not aoc_type({owner}.procedure).facility_only",
            f"aoc({owner}.procedure, {code}) is present", f"aoc({code}, {owner}.procedure) is missing",
            f"{owner}.modifier_1 = 59", f"ptp({owner}.procedure, {code}).modifier_indicator = 1",
        ))  # fmt: skip

    def _condition(self, owner: str, pick: Sequence[str]) -> str:
        chance = self.chance
        if owner == "line" and chance.random() < 0.4:
            source = chance.choice((
                "other line as x with same (date, policy.provider)", "other line as x", "line as x with same (date)",
                "prior line as x with same (procedure)", "line on any claim as x with same (policy.provider)",
            ))  # fmt: skip
            inner = chance.choice((
                "aoc(line.procedure, x.procedure) is present and not aoc(line.procedure, x.procedure).facility_only",
                "aoc_type(x.procedure) is missing", "ptp(x.procedure, line.procedure).modifier_indicator in {0, 1}",
                "x.units > mue(x.procedure).units", "x.units > mue(line.procedure).units",
                f"({self._atom('x')}) and ({self._atom('x')})",
            ))  # fmt: skip
            return f"({chance.choice(('any', 'no', 'no'))} {source} where ({inner}))"
        if owner == "group" and chance.random() < 0.5:
            return chance.choice((
                "(sum of it.units over group lines where (it.minutes is missing) > mue(group.procedure).units)",
                "(any group lines as x where (x.units > mue(x.procedure).units))",
                "(no line as x where (aoc(group.procedure, x.procedure) is present))",
                "(mue(group.procedure).adjudication_indicator in {2, 3})",
            ))  # fmt: skip
        return super()._condition(owner, pick)
