"""Lists that this project could not obtain: the plain CSVs they are imported from once somebody has them.

Each has the headings of its table and, where dated, ``effective`` and ``deletion``. They are recognised by ``--table``
only, because a heading such as ``procedure`` says nothing. Where each is published: docs/table-list.md.
"""

from __future__ import annotations

from scrubber.core.types import DATE, NUMBER, TEXT, code, codes
from scrubber.tables.importers import medicaid
from scrubber.tables.importers.declared import CsvLayout
from scrubber.tables.schema import TableSchema

_PROCEDURE, _DAYS = ("procedure", code("procedure")), ("effective", "deletion")
_STATE = ("state", code("state"))


def _dated(name: str, *keys: tuple[str, object], **columns: object) -> CsvLayout:
    return CsvLayout(TableSchema(name, keys, columns, dated=True), effective=_DAYS)  # type: ignore[arg-type]


LAYOUTS: tuple[CsvLayout, ...] = (
    _dated("clia_waived", _PROCEDURE, modifiers=codes("modifier")),
    _dated("always_therapy", _PROCEDURE, modifiers=codes("modifier")),
    _dated("single_dose_drugs", _PROCEDURE),
    _dated("moldx_tests", _PROCEDURE),
    _dated("unlisted_procedures", _PROCEDURE),
    _dated("ndc_directory", ("ndc", code("ndc")), unit=code("unit")),
    _dated("ndc_procedure", ("ndc", code("ndc")), _PROCEDURE, units=NUMBER),
    _dated("taxonomy_specialty", ("taxonomy", code("taxonomy")), specialty=code("")),
    CsvLayout(TableSchema("holiday", (("calendar", code("")), ("day", DATE)), {"name": TEXT}, dated=False)),
    *(
        _dated(f"medicaid_ptp_deactivated/{setting}", _STATE, ("column_1", code("procedure")),
               ("column_2", code("procedure")))
        for setting in medicaid.SETTINGS
    ),
    *(_dated(f"medicaid_mue_deactivated/{setting}", _STATE, _PROCEDURE) for setting in medicaid.SETTINGS),
)  # fmt: skip
