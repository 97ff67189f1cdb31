"""The payer map: contract.md, section Files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scrubber.core.diagnostics import RuleFileError, UsageError
from scrubber.core.payers import ResolvedPayer
from scrubber.packs.payer_map import MAX_PAYER_MAP_BYTES, PayerMap, load_payer_map

HEADER = "payer_id,payer_name,payer,class,product,state\n"
DEFAULT = Path(__file__).parents[2] / "rules" / "payers" / "payer_map.csv"


def made(folder: Path, *rows: str, name: str = "map.csv") -> Path:
    path = folder / name
    path.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_the_id_decides_before_the_name_and_the_name_before_the_indicator(tmp_path: Path) -> None:
    found = load_payer_map(
        made(tmp_path, "P1,Acme Health,ACME,COMMERCIAL,HMO,TX", ",Other Plan,OTHER,MEDICAID_MANAGED,,")
    )
    assert found.resolve("p1", "Other Plan", "MB") == ResolvedPayer("ACME", "COMMERCIAL", "HMO", "TX")
    assert found.resolve("P2", "other  plan.", "MB") == ResolvedPayer("OTHER", "MEDICAID_MANAGED")
    assert found.resolve("P2", "Nobody", "MB") == ResolvedPayer("MEDICARE", "MEDICARE")
    assert found.resolve(None, None, None) is None


@pytest.mark.parametrize("name", ["Blue-Cross of TX, Inc.", "BLUE CROSS OF TX INC", "blue_cross  of tx inc"])
def test_names_match_without_case_and_punctuation(tmp_path: Path, name: str) -> None:
    assert (
        load_payer_map(made(tmp_path, ',"Blue Cross of TX, Inc",BCTX,BLUE,,TX')).resolve(None, name, None) is not None
    )


@pytest.mark.parametrize(
    ("indicator", "payer", "payer_class"),
    [
        ("MA", "MEDICARE", "MEDICARE"),
        ("MB", "MEDICARE", "MEDICARE"),
        ("MC", "MEDICAID", "MEDICAID"),
        ("CH", "TRICARE", "TRICARE"),
        ("VA", "VA", "VA"),
        ("WC", "WORKERS_COMP", "WORKERS_COMP"),
        ("AM", "AUTO", "AUTO"),
        ("BL", "BLUE_CROSS", "BLUE"),
        ("16", "MEDICARE_ADVANTAGE", "MEDICARE_ADVANTAGE"),
        ("09", "SELF_PAY", "SELF_PAY"),
    ],
)
def test_an_indicator_that_names_a_program_resolves(indicator: str, payer: str, payer_class: str) -> None:
    """Claim filing indicator, 837 loop 2000B SBR09."""
    assert PayerMap().resolve("X", "Y", indicator) == ResolvedPayer(payer, payer_class)


@pytest.mark.parametrize("indicator", ["CI", "12", "13", "ZZ", "HM", "", None])
def test_an_indicator_that_names_no_program_does_not(indicator: str | None) -> None:
    assert PayerMap().resolve("X", "Y", indicator) is None


def test_an_installation_decides_over_the_default(tmp_path: Path) -> None:
    mine = made(tmp_path, ",AETNA,AETNA_OURS,MEDICARE_ADVANTAGE,,")
    both = load_payer_map(mine, DEFAULT)
    assert both.resolve(None, "Aetna", None) == ResolvedPayer("AETNA_OURS", "MEDICARE_ADVANTAGE")
    assert both.resolve(None, "Cigna", None) == ResolvedPayer("CIGNA", "COMMERCIAL")


@pytest.mark.parametrize(
    "name", ["Medicare Part B", "UNITED HEALTHCARE", "UnitedHealthcare", "TMHP", "TRICARE", "Texas Medicaid"]
)
def test_the_default_map_knows_common_names_and_no_ids(name: str) -> None:
    found = load_payer_map(DEFAULT)
    assert found.ids == {}
    assert found.resolve(None, name, None) is not None


@pytest.mark.parametrize(
    ("row", "code", "column", "help_"),
    [
        ("P1,x,ACME,COMERCIAL,,", "SCR612", 11, "did you mean `COMMERCIAL`"),
        ("P1,x,Acme Health,COMMERCIAL,,", "SCR614", 6, "upper-case"),
        ("P1,x,,COMMERCIAL,,", "SCR614", 6, "upper-case"),
        ("P1,x,ACME,COMMERCIAL,,Texas", "SCR614", 23, "two letters"),
        (",,ACME,COMMERCIAL,,", "SCR611", 1, "payer_id"),
        ('P1,"x, y",ACME,BLU,,', "SCR612", 16, "BLUE"),
        ("P1,x,ACME,COMMERCIAL", "SCR654", 1, "comma"),
        ('P1,"x,ACME,COMMERCIAL,,', "SCR654", 1, "quote"),
    ],
)
def test_errors_are_located(tmp_path: Path, row: str, code: str, column: int, help_: str) -> None:
    with pytest.raises(RuleFileError) as caught:
        load_payer_map(made(tmp_path, row))
    (problem,) = caught.value.diagnostics
    assert (problem.code, problem.place.line, problem.place.column) == (code, 2, column)
    assert help_ in problem.help


def test_a_payer_twice_with_different_meanings_is_wrong_and_with_the_same_is_not(tmp_path: Path) -> None:
    with pytest.raises(RuleFileError, match=r"map\.csv:3:1: SCR627"):
        load_payer_map(made(tmp_path, "P1,,ACME,COMMERCIAL,,", "p1,,ACME,BLUE,,"))
    assert load_payer_map(made(tmp_path, "P1,a,ACME,BLUE,,", "P1,b,ACME,BLUE,,")).resolve("P1", None, None) is not None


def test_a_wrong_header_and_no_file(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text("payer_id,name,payer,class,product,state\n")
    with pytest.raises(RuleFileError, match="no column `payer_name`"):
        load_payer_map(path)
    path.write_text("")
    with pytest.raises(RuleFileError, match="is empty"):
        load_payer_map(path)
    path.write_bytes(b"payer\xff")
    with pytest.raises(RuleFileError, match="UTF-8"):
        load_payer_map(path)
    with pytest.raises(UsageError, match="cannot be read"):
        load_payer_map(tmp_path / "none.csv")


def test_a_payer_map_beyond_measure_is_refused_for_what_it_is(tmp_path: Path) -> None:
    """docs/codes/SCR501.md: the bound is that of a payer map, and the help is for one."""
    row = "P1,Acme,ACME,BLUE,,\n"
    path = tmp_path / "map.csv"
    path.write_text((HEADER + row).ljust(MAX_PAYER_MAP_BYTES, "\n"), encoding="utf-8")
    assert load_payer_map(path).resolve("P1", None) is not None
    path.write_text((HEADER + row).ljust(MAX_PAYER_MAP_BYTES + 1, "\n"), encoding="utf-8")
    with pytest.raises(RuleFileError) as caught:
        load_payer_map(path)
    (problem,) = caught.value.diagnostics
    assert problem.code == "SCR501"
    assert problem.headline == "this file has more than the 8,388,608 bytes that a payer map may have"
    assert "keep the payers that you bill" in problem.help


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_no_payer_map_and_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="a device or a pipe"):
        load_payer_map(tmp_path / "pipe")


def test_a_file_that_is_no_payer_map_is_one_problem(tmp_path: Path) -> None:
    path = tmp_path / "map.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(RuleFileError) as caught:
        load_payer_map(path)
    (only,) = caught.value.diagnostics
    assert (only.code, only.headline) == ("SCR651", "the first line of this payer map names none of its columns")
    assert only.help == "the first line is payer_id,payer_name,payer,class,product,state"


def test_a_column_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    """Nobody can tell by which of the two a payer is known."""
    path = tmp_path / "map.csv"
    path.write_text(HEADER.strip() + ",payer_id\nP1,Acme,ACME,COMMERCIAL,,,P2\n", encoding="utf-8")
    with pytest.raises(RuleFileError) as caught:
        load_payer_map(path)
    (only,) = caught.value.diagnostics
    assert (only.code, only.headline) == ("SCR627", "this payer map names the column `payer_id` twice")
