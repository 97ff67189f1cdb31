"""What the packs of the tests declare: the names that the examples of the design and of the reference use."""

from __future__ import annotations

from collections.abc import Sequence

from scrubber.core.types import CALENDAR, DURATION, FIELDS, FLAG, MONEY, NUMBER, Type, code, codes
from scrubber.lang.environment import TableNames

_PROCEDURE = code("procedure")

SETS = {
    "minor-procedures": codes("procedure"), "interpretation-only": codes("procedure"),
    "evaluation-management": codes("procedure"), "vaccine-administration": codes("procedure"),
    "ptp-modifiers": codes("modifier"), "diabetes": codes("diagnosis"),
}  # fmt: skip
PARAMETERS = {
    "same_provider": FIELDS, "same_group_specialty": FIELDS, "filing_limit": DURATION, "filing_calendar": CALENDAR,
    "ndc_procedures": codes("procedure"), "either_column_modifiers": codes("modifier"), "most_units": NUMBER,
    "strict": FLAG, "least_charge": MONEY,
}  # fmt: skip
TABLES = {
    table.name: table
    for table in (
        TableNames("ptp", (_PROCEDURE, _PROCEDURE), {"modifier_indicator": code("")}),
        TableNames("mue", (_PROCEDURE,), {"units": NUMBER, "mai": code("")}),
        TableNames("aoc_type", (_PROCEDURE,), {"type": code("")}),
        TableNames("aoc", (_PROCEDURE, _PROCEDURE), {}),
        TableNames("pfs", (_PROCEDURE,), {"global_days": code(""), "fee": MONEY, "bases": codes("procedure")}),
        TableNames("icd10cm", (code("diagnosis"),), {"laterality": code(""), "billable": FLAG}),
    )
}
DEFINITIONS = {
    "is_visit": "line.procedure in 99202-99215",
    "round": "again",
    "again": "not round",
    "bad": "line.foo = 1",
}


class World:
    """An environment for tests."""

    def value_set(self, name: str) -> Type | None:
        return SETS.get(name)

    def value_set_members(self, name: str) -> Sequence[str] | None:
        return {"minor-procedures": ["11730", "11750"]}.get(name)

    def value_set_names(self) -> Sequence[str]:
        return list(SETS)

    def table(self, name: str) -> TableNames | None:
        return TABLES.get(name)

    def table_names(self) -> Sequence[str]:
        return list(TABLES)

    def parameter(self, name: str) -> Type | None:
        return PARAMETERS.get(name)

    def parameter_names(self) -> Sequence[str]:
        return list(PARAMETERS)

    def definition(self, name: str) -> str | None:
        return DEFINITIONS.get(name)

    def definition_names(self) -> Sequence[str]:
        return list(DEFINITIONS)
