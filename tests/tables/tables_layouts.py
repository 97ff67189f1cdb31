"""Small files in the publishers' layouts, for tests. Single code pairs are facts; no descriptors."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

Q3 = (date(2024, 7, 1), date(2024, 9, 30))

PTP_HEADER = (
    b"CPT only copyright 2024 American Medical Association.  All rights reserved.\t\t\t\t\t\t\r\n"
    b"Column1/Column2 Edits\t\t\t\t\t\t\r\n"
    b"Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\t\r\n"
    b"\t\tprior to 1996\tDate\tDate\t0=not allowed\t\r\n"
    b"\t\t\t\t*=no data\t1=allowed\t\r\n"
    b"\t\t\t\t\t9=not applicable\t\r\n"
)

MUE_PREAMBLE = (
    b'"Current Procedural Terminology (CPT) codes are copyright 2023 American Medical Association. \n\n'
    b'CPT\xae is a registered trademark of the American Medical Association.\n",,,\n'
)
AOC_HEADER = "add_on_code,primary_code,edit_type,edit_effective,edit_deletion,primary_deleted,add_on_deleted,notes\n"


def ptp_row(first: str, second: str, effective: str = "20200101", deletion: str = "*", indicator: str = "1",
            rationale: str = "Mutually exclusive procedures", star: str = "", tail: str = "\t") -> bytes:  # fmt: skip
    """One row of the pair-edit layout."""
    return ("\t".join([first, second, star, effective, deletion, indicator, rationale]) + tail + "\r\n").encode(
        "latin-1"
    )


def ptp_zip(folder: Path, rows: list[bytes], name: str = "ccipra-v302r0-f1", header: bytes = PTP_HEADER) -> Path:
    """A zip as published: one .TXT in it."""
    path = folder / f"{name}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{name}.TXT", header + b"".join(rows))
    return path


def mue_csv(folder: Path, rows: list[str], setting: str = "Practitioner Services", name: str = "MCR_MUE.csv") -> Path:
    """A CSV of unit limits as published."""
    heading = f'"HCPCS/\nCPT Code",{setting} MUE Values,MUE Adjudication Indicator,MUE Rationale\n'
    path = folder / name
    path.write_bytes(MUE_PREAMBLE + heading.encode() + "".join(f"{row}\n" for row in rows).encode("latin-1"))
    return path


def aoc_csv(folder: Path, rows: list[str], name: str = "aoc.csv") -> Path:
    """A CSV of add-on code edits."""
    path = folder / name
    path.write_text(AOC_HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path
