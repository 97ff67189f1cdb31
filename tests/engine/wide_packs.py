"""Packs of made-up rules with all that a rule file can say: rows of a list, revisions, other days, fixes, messages of every
kind of value, several exceptions, and limits on sums of every kind."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from tests.engine.generated_packs import GROUPED_BY, MODIFIERS, OF_CLAIM, PACK, TURN, Maker

from scrubber.claims.model import Claim, Diagnosis, ServiceLine

ROWS = """code,most,day
99213,1,2024-08-01
11055,,2024-08-02
97110,1,
99213,1.5,2024-08-01
,2,2024-07-31
99213,1,2024-08-03
J1100,0,2024-08-01
97110,1,2024-08-01
"""
PARAMETERS = """parameters:
  most: {type: number, default: 2, meaning: made up}
  cap: {type: money, default: "$40.00", meaning: made up}
  span: {type: duration, default: 2 days, meaning: made up}
"""
JOINED_BY = ("date", "policy.provider", "date, policy.provider", "procedure", "date, place_of_service")
KEYS = (*GROUPED_BY, "day, procedure, modifiers", "day, rendering_npi", "day, procedure, place_of_service")
COUNTED = (
    "", "", " where (it.minutes is missing)", " where (it.minutes is present)", " where (it.units > 0)",
    " where (it.minutes is missing and it.revenue_code is missing)", " where (it.modifiers is missing)",
    " where (it.modifiers has 59)", " where (it.minutes is missing or it.units = 2)",
)  # fmt: skip
HISTORY = (
    "any prior line as h where (h.procedure = 99213)", "no prior line as h where (h.units > 1)",
    "any prior claim as h where (h.frequency = 1)", "count of prior line as h where (h.units > 0) > 0",
)  # fmt: skip
TOLD = (
    "{claim.total_charge}", "{claim.diagnoses}", "{claim.date}", "{claim.lines}", "{policy.most}", "{policy.cap}",
    "{policy.span}", "{policy.drugs}", "{OF.procedure}", "{limit(OF.procedure).units}", "{limit(OF.procedure).until}",
    "{together(OF.procedure, 99213).indicator}", "{least of y.charge over line as y}",
)  # fmt: skip
TOLD_OF_LINES = (
    "{line.charge}", "{line.date}", "{line.units}", "{line.modifiers}", "{line.diagnoses}", "{line.emergency}",
    "{line.units_per_day}", "{line.same_day_procedures}", "{line.days}",
)  # fmt: skip
FIXES = (
    "{kind: set_units, target: OF, value: policy.most}", "{kind: advice, because: look}",
    "{kind: remove_modifier, target: OF, choose: '{59, LT, 25}', because: so}",
    "{kind: set_field, target: claim, field: claim.frequency, value: 7}",
)  # fmt: skip


class WideMaker(Maker):
    """Makes rules and claims; the same seed gives the same."""

    header = PACK.replace("parameters:\n", PARAMETERS)

    def _sum(self) -> str:
        chance = self.chance
        counted, op = chance.choice(COUNTED), chance.choice((">", ">", ">", ">=", "<", "!="))
        limit = chance.choice(("0", "1", "2", "0.5", "2.5", "100", "policy.most", "limit(group.procedure).units"))
        over = f"sum of it.{chance.choice(('units', 'units_per_day', 'minutes', 'days'))} over group lines{counted}"
        cents = chance.choice(("$0.00", "$75.00", "policy.cap"))
        return chance.choice((
            f"{over} {op} {limit}", f"{over} {op} {limit}", f"{limit} {op} {over}", f"count of group lines{counted} {op} 1",
            f"sum of it.charge over group lines{counted} {op} {cents}", "sum of it.units over line > 3",
            "any group lines where (it.units > 1)",
        ))  # fmt: skip

    def _clause(self, scope: str, pick: list[str], listed: bool) -> str:
        chance, owner = self.chance, "group" if scope == "group" else "line"
        if scope == "group" and chance.random() < 0.6:
            return f"({self._sum()})"
        if listed and chance.random() < 0.6:
            own = ("line.units > row.most", "line.date <= row.day", "limit(row.code).units > line.units")
            return chance.choice((f"{owner}.procedure = row.code", *(own if owner == "line" else ())))
        return self._condition(owner, pick)

    def _when(self, scope: str, pick: list[str], listed: bool) -> str:
        when = " and ".join(self._clause(scope, pick, listed) for _ in range(self.chance.choice((1, 2))))
        return when if self.chance.random() < 0.8 else f"({when}) or ({self._clause(scope, pick, listed)})"

    def _unless(self, scope: str, pick: list[str]) -> str:
        base, earlier = self._clause(scope, pick, False), self.chance.choice(HISTORY)
        return self.chance.choice((
            base, base, earlier, f"({earlier}) and ({base})", f"({earlier}) or ({base})", f"not ({earlier})",
        ))  # fmt: skip

    def rule(self, number: int) -> str:
        """One rule, as a file."""
        chance = self.chance
        scope, listed = chance.choice(("line", "line", "pair", "group", "group")), chance.random() < 0.25
        of = "group" if scope == "group" else "line"
        pick, extra = [*OF_CLAIM], []
        if scope == "pair":
            table = chance.choice(("", ", table: together"))
            extra.append(f"pair: {{same: [{chance.choice(JOINED_BY)}]{table}}}")
            pick += [
                *(self._atom("other") for _ in range(12)),
                "together(other.procedure, line.procedure).indicator = 1",
            ]
        if scope == "group":
            extra.append(f"group_by: [{chance.choice(KEYS)}]")
            pick += ["group.procedure in @dated", "limit(group.procedure).units < 2"]
        when = self._when(scope, pick, listed)
        told = [each.replace("OF", of) for each in (*TOLD, *(TOLD_OF_LINES if of == "line" else ("{group.lines}",)))]
        message = " ".join(("found", *chance.sample(told, 2), *(("{row.code}", "{row.most}") if listed else ())))
        for _ in range(chance.choice((0, 0, 1, 2, 3))):
            extra += [] if "unless:" in extra else ["unless:"]
            extra.append(f'  - {{if: "{self._unless(scope, pick)}", reason: "an exception"}}')
        if chance.random() < 0.3:
            cut = TURN + timedelta(days=chance.randint(-1, 2))
            extra += [
                "revisions:", f"  - {{effective: {{to: {cut - timedelta(days=1)}}}, severity: info}}",
                f'  - {{effective: {{from: {cut}}}, severity: review, when: "{self._when(scope, pick, listed)}"}}',
            ]  # fmt: skip
        if chance.random() < 0.2:
            extra.append(f"basis: {chance.choice(('to', 'sent', 'discharge'))}")
        if chance.random() < 0.3:
            extra += ["fix:", *(f"  - {each.replace('OF', of)}" for each in chance.sample(FIXES, 2))]
        if listed:
            extra += ["for_each_row: rows.csv", "columns: {code: procedure, most: number, day: date}"]
        if any(" prior " in part or "any claim" in part for part in (when, *extra)):
            extra.append("needs: [history]")
        lines = [
            "rules:", f"  - id: GEN-{number:03}", "    title: Made up", "    category: procedure", "    severity: deny",
            f"    status: {chance.choice(('active', 'active', 'active', 'shadow'))}", f"    scope: {scope}",
            f'    when: "{when}"', f'    message: "{message}"',
            "    authority: {title: Invented for a test, evidence: primary}", *(f"    {line}" for line in extra),
        ]  # fmt: skip
        return "\n".join(lines) + "\n"

    def files(self) -> dict[str, str]:
        """The files of the pack beside its rules."""
        return {**super().files(), "rows.csv": ROWS}

    def claim(self) -> Claim:
        """A claim of a few lines around the days on which the pack turns, with units of every kind."""
        chance = self.chance
        day, of_one_day = TURN + timedelta(days=chance.randint(-3, 3)), chance.random() < 0.4
        lines = []
        for number in range(1, chance.choice((1, 1, 2, 2, 3, 4, 6)) + 1):
            own = day + timedelta(days=0 if of_one_day else chance.choice((-1, 0, 0, 1)))
            given = {
                "procedure": chance.choice(self.codes), "date": own,
                "units": chance.choice((0, 1, 1, 2, 3, Decimal("0.5"), Decimal("1.5"), Decimal("2.50"), -1, 150)),
                "unit_basis": chance.choice(("UN", "UN", "MJ", None)),
                "rendering_npi": chance.choice(("1234567893", "1234567893", "1245319599")),
                "charge": chance.choice((5_000, 0, 12_345, -100)),
            }  # fmt: skip
            if chance.random() < 0.15:
                given.update(place_of_service="22", date_to=own + timedelta(days=chance.randint(-1, 3)))
            kept = {name: self._or_none(value, 1 if of_one_day else 0.95) for name, value in given.items()}
            modifiers = tuple(chance.sample(MODIFIERS, chance.choice((0, 0, 1, 2))))
            pointers = chance.choice(((), (1,), (1, 2)))
            lines.append(ServiceLine(number=number, modifiers=modifiers, diagnosis_pointers=pointers, **kept))  # type: ignore[arg-type]
        fields = {
            "frequency": chance.choice("178"), "patient_sex": chance.choice("FM"), "place_of_service": "11",
            "billing_npi": "1234567893", "total_charge": 5_000, "patient_birth_date": date(1950, 1, 1),
            "discharge_date": chance.choice((None, day)), "statement_from": chance.choice((None, None, day)),
        }  # fmt: skip
        return Claim(
            type=chance.choice(("PROFESSIONAL", "PROFESSIONAL", "INSTITUTIONAL")), payer_name="MEDICARE",
            patient_control_number=f"MADE-UP-{chance.randint(1, 9)}", filing_indicator="MB", lines=tuple(lines),
            diagnoses=(Diagnosis(code="E119"), Diagnosis(code="I10"))[: chance.choice((0, 1, 2))],
            **{name: self._or_none(value) for name, value in fields.items()},  # type: ignore[arg-type]
        )  # fmt: skip
