"""The implementation guides as data: which segment starts which loop, and which segments a loop holds.

Read from guides 005010X222 (837P), 005010X223 (837I) and 005010X224 (837D) with their errata. A row is: loop, the areas
it may start in, the segment that starts it, the values of that segment's first element (HL: the third), and the other
segments the loop holds. An area is the nearest of header, 2000A, 2000B, 2000C, 2300, 2320 and 2400.
"""

from __future__ import annotations

from functools import cached_property
from types import MappingProxyType
from typing import Final

AREAS: Final = frozenset({"2000A", "2000B", "2000C", "2300", "2320", "2400"})

_HEAD = (
    ("1000A", "header", "NM1", "41", "N2 PER"),
    ("1000B", "header", "NM1", "40", "N2 PER"),
    ("2000A", "header 2000A 2000B 2000C 2300 2320 2400", "HL", "20", "PRV CUR"),
    ("2010AA", "2000A", "NM1", "85", "N2 N3 N4 REF PER"),
    ("2010AB", "2000A", "NM1", "87", "N2 N3 N4 REF PER"),
    ("2010AC", "2000A", "NM1", "PE", "N2 N3 N4 REF PER"),
    ("2000B", "2000A 2000B 2000C 2300 2320 2400", "HL", "22", "SBR PAT"),
    ("2010BA", "2000B", "NM1", "IL", "N2 N3 N4 DMG REF PER"),
    ("2010BB", "2000B", "NM1", "PR", "N2 N3 N4 REF PER"),
    ("2000C", "2000B 2000C 2300 2320 2400", "HL", "23", "PAT"),
    ("2010CA", "2000C", "NM1", "QC", "N2 N3 N4 DMG REF PER"),
)

_PROVIDER = "PRV N2 N3 N4 REF PER"

_PROFESSIONAL = (
    ("2300", "2000B 2000C 2300 2320 2400", "CLM", "", "DTP CL1 PWK CN1 AMT REF K3 NTE CR1 CR2 CR3 CRC HI HCP"),
    ("2310A", "2300", "NM1", "DN P3", _PROVIDER),
    ("2310B", "2300", "NM1", "82", _PROVIDER),
    ("2310C", "2300", "NM1", "77", _PROVIDER),
    ("2310D", "2300", "NM1", "DQ", _PROVIDER),
    ("2310E", "2300", "NM1", "PW", _PROVIDER),
    ("2310F", "2300", "NM1", "45", _PROVIDER),
    ("2320", "2300 2320", "SBR", "", "CAS AMT DMG OI MIA MOA"),
    ("2330A", "2320", "NM1", "IL", "N2 N3 N4 REF"),
    ("2330B", "2320", "NM1", "PR", "N2 N3 N4 PER DTP REF"),
    ("2330C", "2320", "NM1", "DN P3", "REF"),
    ("2330D", "2320", "NM1", "82", "REF"),
    ("2330E", "2320", "NM1", "77", "REF"),
    ("2330F", "2320", "NM1", "DQ", "REF"),
    ("2330G", "2320", "NM1", "85", "REF"),
    ("2400", "2300 2320 2400", "LX", "", "SV1 SV5 PWK CR1 CR3 CRC DTP QTY MEA CN1 REF AMT K3 NTE PS1 HCP"),
    ("2410", "2400", "LIN", "", "CTP REF"),
    ("2420A", "2400", "NM1", "82", _PROVIDER),
    ("2420B", "2400", "NM1", "QB", _PROVIDER),
    ("2420C", "2400", "NM1", "77", _PROVIDER),
    ("2420D", "2400", "NM1", "DQ", _PROVIDER),
    ("2420E", "2400", "NM1", "DK", _PROVIDER),
    ("2420F", "2400", "NM1", "DN P3", _PROVIDER),
    ("2420G", "2400", "NM1", "PW", _PROVIDER),
    ("2420H", "2400", "NM1", "45", _PROVIDER),
    ("2430", "2400", "SVD", "", "CAS DTP AMT"),
    ("2440", "2400", "LQ", "", "FRM"),
)

_INSTITUTIONAL = (
    ("2300", "2000B 2000C 2300 2320 2400", "CLM", "", "DTP CL1 PWK CN1 AMT REF K3 NTE CRC HI QTY HCP"),
    ("2310A", "2300", "NM1", "71", _PROVIDER),
    ("2310B", "2300", "NM1", "72", _PROVIDER),
    ("2310C", "2300", "NM1", "ZZ", _PROVIDER),
    ("2310D", "2300", "NM1", "82", _PROVIDER),
    ("2310E", "2300", "NM1", "77", _PROVIDER),
    ("2310F", "2300", "NM1", "DN", _PROVIDER),
    ("2320", "2300 2320", "SBR", "", "CAS AMT DMG OI MIA MOA"),
    ("2330A", "2320", "NM1", "IL", "N2 N3 N4 REF"),
    ("2330B", "2320", "NM1", "PR", "N2 N3 N4 PER DTP REF"),
    ("2330C", "2320", "NM1", "71", "REF"),
    ("2330D", "2320", "NM1", "72", "REF"),
    ("2330E", "2320", "NM1", "ZZ", "REF"),
    ("2330F", "2320", "NM1", "77", "REF"),
    ("2330G", "2320", "NM1", "82", "REF"),
    ("2330H", "2320", "NM1", "DN", "REF"),
    ("2330I", "2320", "NM1", "85", "REF"),
    ("2400", "2300 2320 2400", "LX", "", "SV2 PWK DTP REF AMT NTE HCP"),
    ("2410", "2400", "LIN", "", "CTP REF"),
    ("2420A", "2400", "NM1", "72", _PROVIDER),
    ("2420B", "2400", "NM1", "ZZ", _PROVIDER),
    ("2420C", "2400", "NM1", "82", _PROVIDER),
    ("2420D", "2400", "NM1", "DN", _PROVIDER),
    ("2430", "2400", "SVD", "", "CAS DTP AMT"),
)

_DENTAL = (
    ("2300", "2000B 2000C 2300 2320 2400", "CLM", "", "DTP DN1 DN2 PWK CN1 AMT REF K3 NTE HI HCP"),
    ("2310A", "2300", "NM1", "DN P3", _PROVIDER),
    ("2310B", "2300", "NM1", "82", _PROVIDER),
    ("2310C", "2300", "NM1", "77", _PROVIDER),
    ("2310D", "2300", "NM1", "DD", _PROVIDER),
    ("2310E", "2300", "NM1", "DQ", _PROVIDER),
    ("2320", "2300 2320", "SBR", "", "CAS AMT DMG OI MOA"),
    ("2330A", "2320", "NM1", "IL", "N2 N3 N4 REF"),
    ("2330B", "2320", "NM1", "PR", "N2 N3 N4 PER DTP REF"),
    ("2330C", "2320", "NM1", "DN P3", "REF"),
    ("2330D", "2320", "NM1", "82", "REF"),
    ("2330E", "2320", "NM1", "DQ", "REF"),
    ("2330F", "2320", "NM1", "85", "REF"),
    ("2330G", "2320", "NM1", "77", "REF"),
    ("2330H", "2320", "NM1", "DD", "REF"),
    ("2400", "2300 2320 2400", "LX", "", "SV3 TOO DTP CN1 REF AMT K3 NTE HCP"),
    ("2420A", "2400", "NM1", "82", _PROVIDER),
    ("2420B", "2400", "NM1", "DD", _PROVIDER),
    ("2420C", "2400", "NM1", "DQ", _PROVIDER),
    ("2420D", "2400", "NM1", "77", _PROVIDER),
    ("2430", "2400", "SVD", "", "CAS DTP AMT"),
)


class Guide:
    """One implementation guide. ``version`` is how its ST03 and GS08 begin; ``form`` is the claim's ``type``.

    What it says is taken from the rows when it is first asked: a file is of one guide.
    """

    def __init__(self, name: str, version: str, form: str, rows: tuple[tuple[str, str, str, str, str], ...]) -> None:
        self.name, self.version, self.form, self._rows = name, version, form, (*_HEAD, *rows)

    @cached_property
    def starts(self) -> MappingProxyType[tuple[str, str, str], str]:
        """(area, segment, qualifier) to the loop that segment starts."""
        starts: dict[tuple[str, str, str], str] = {}
        for loop, areas, segment, qualifiers, _ in self._rows:
            for area in areas.split():
                for qualifier in qualifiers.split() or [""]:
                    starts[(area, segment, qualifier)] = loop
        return MappingProxyType(starts)

    @cached_property
    def starters(self) -> frozenset[str]:
        """The segments that can start a loop."""
        return frozenset(row[2] for row in self._rows)

    @cached_property
    def holds(self) -> MappingProxyType[str, frozenset[str]]:
        """Loop to the segments it holds besides the one that starts it."""
        of_loops = {loop: frozenset(others.split()) for loop, _, _, _, others in self._rows}
        return MappingProxyType({"header": frozenset({"BHT", "REF"}), **of_loops})


PROFESSIONAL: Final = Guide("837P", "005010X222", "PROFESSIONAL", _PROFESSIONAL)
INSTITUTIONAL: Final = Guide("837I", "005010X223", "INSTITUTIONAL", _INSTITUTIONAL)
DENTAL: Final = Guide("837D", "005010X224", "DENTAL", _DENTAL)

GUIDES: Final = (PROFESSIONAL, INSTITUTIONAL, DENTAL)

OTHERS: Final = MappingProxyType({
    "005010X291": "a predetermination, not a claim",
    "005010X292": "a predetermination, not a claim",
    "005010X293": "a predetermination, not a claim",
    "005010X298": "post-adjudicated claims reporting, not a claim to be sent to a payer",
    "005010X299": "post-adjudicated claims reporting, not a claim to be sent to a payer",
    "005010X300": "post-adjudicated claims reporting, not a claim to be sent to a payer",
})  # fmt: skip
"""Versions that are like an 837 claim and are not one."""


def guide_for(version: str) -> Guide | None:
    """The guide of an ST03 or GS08 such as ``005010X222A1``."""
    return next((guide for guide in GUIDES if version.startswith(guide.version)), None)
