"""The flat CSV slices in which every code is HCPCS Level II: CMS's own codes, which may be passed on.

They have no first days (their rows hold from the start until their last day) and dirt such as ``2022.0``; add-on codes
are read by :mod:`scrubber.tables.importers.add_on`, which knows both spellings of its header.
"""

from __future__ import annotations

from scrubber.core.types import NUMBER, TEXT, code
from scrubber.tables.importers import mue, ptp
from scrubber.tables.importers.declared import CsvLayout
from scrubber.tables.schema import TableSchema

_CODE = code("procedure")
_PTP_WORDS = {"_prac_": ptp.PRACTITIONER, "_oph_": ptp.HOSPITAL}
_MUE_WORDS = {"_prac_": "mue/practitioner", "_out_": "mue/outpatient-hospital", "_dme_": "mue/dme"}


def layout_of(name: str, start: bytes, table: str | None) -> CsvLayout | None:
    """The layout of a slice, by its first line and its name (or ``table``); None where it is no slice."""
    header = start.split(b"\n", 1)[0].strip().decode("latin-1").lower()
    for words, begins, layout in (
        (_PTP_WORDS, "column_1,column_2,deletion,modifier,rationale", _pairs),
        (_MUE_WORDS, "hcpcs_code,mue_units,mue_mai,mue_rationale", _limits),
    ):
        if header.startswith(begins):
            found = table or next((words[word] for word in words if word in name.lower()), "")
            return layout(found) if found in words.values() else None
    return None


def _pairs(table: str) -> CsvLayout:
    columns = {"modifier_indicator": NUMBER, "rationale": TEXT}
    shape = TableSchema(table, (("column_1", _CODE), ("column_2", _CODE)), columns, dated=True)
    return CsvLayout(
        shape, {"modifier_indicator": "modifier"}, ("", "deletion"), {"modifier_indicator": "9"}, "modifier_indicator",
        partial=True,
    )  # fmt: skip


def _limits(table: str) -> CsvLayout:
    headings = {
        "procedure": "hcpcs_code", "units": "mue_units", "adjudication_indicator": "mue_mai",
        "rationale": "mue_rationale",
    }  # fmt: skip
    return CsvLayout(mue.schema(table), headings, indicator="adjudication_indicator", partial=True)
