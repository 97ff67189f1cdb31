"""`scrubber tables`, `scrubber rules` and `scrubber version`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from .conftest import AS_OF, ROOT, Run, claim, write

pytestmark = pytest.mark.usefixtures("short_lists_are_whole")

MUE = (
    '"HCPCS/CPT Code","Practitioner Services MUE Values","MUE Adjudication Indicator","MUE Rationale"\n'
    "G0008,2,3 Date of Service Edit: Clinical,Clinical: Data\n"
)


def test_import_list_check_verify(run: Run, tmp_path: Path) -> None:
    source, folder = tmp_path / "MCR_MUE_PractitionerServices_Eff_07-01-2024.csv", tmp_path / "tables"
    source.write_text(MUE, encoding="latin-1")
    args = ["tables", "import", str(source), "--covers", "2024-07-01..2024-09-30", "--tables", str(folder)]
    shown = run(*args)
    assert shown.exit_code == 0, shown.stderr
    assert "mue/practitioner, edition 2024-07-01..2024-09-30" in shown.stdout
    assert "1 read, 1 kept, 0 left out" in shown.stdout
    assert "nothing has changed" in run(*args).stdout
    listed = run("tables", "list", "--tables", str(folder))
    assert listed.exit_code == 0
    assert any(row.split()[0] == "mue/practitioner" and row.split()[-1] == "whole" for row in listed.stdout.splitlines()
               if row.strip())  # fmt: skip
    made = claim("A", "G0008")
    made["lines"][0]["units"] = 2  # within the imported limit of 2, above the slice's limit of 1
    path = write(tmp_path / "a.json", made)
    assert run("check", path, *AS_OF, "--tables", str(folder)).exit_code == 0
    assert run("check", path, *AS_OF).exit_code == 1
    assert run("tables", "verify", "--tables", str(folder)).exit_code == 0
    (table,) = folder.rglob("*.table")
    data = bytearray(table.read_bytes())
    data[-1] ^= 1
    table.write_bytes(bytes(data))
    verified = run("tables", "verify", "--tables", str(folder))
    assert verified.exit_code == 2
    assert "DAMAGED  mue/practitioner" in verified.stdout
    table.write_bytes(b"not a table")
    refused = run("check", path, *AS_OF, "--tables", str(folder))
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert str(table) in refused.stderr


def test_list_names_what_is_declared_and_missing(run: Run, tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "pack.yaml").write_text(
        "id: mine\nversion: 1.0.0\ntitle: Mine\ntables:\n  fees:\n    keys: {procedure: procedure}\n"
        "    columns: {amount: number}\n    absent: none\n", encoding="utf-8",
    )  # fmt: skip
    shown = run("tables", "list", "--pack", str(pack))
    assert shown.stdout.endswith(
        "\nMissing, and no rule reads them yet:\n  Published nowhere that is known here\n    fees\n"
    )


def test_list_says_where_a_missing_table_is_published(run: Run) -> None:
    shown = run("tables", "list").stdout
    _, _, missing = shown.partition("\nMISSING, so the rules that read them are not checked:\n")
    where, _, unread = missing.partition("\nMissing, and no rule reads them yet:\n")
    assert "  https://www.cms.gov/medicare/coding-billing/icd-10-codes\n    icd10pcs\n" in where
    assert "    carc\n" in unread


def test_rows_that_could_not_be_read_are_seen_long_after_the_import(run: Run, tmp_path: Path) -> None:
    """docs/tables.md: a row that was left out may be one that a claim needed."""
    header = "add_on_code,primary_code,edit_type,edit_effective,edit_deletion,primary_deleted,add_on_deleted,notes\n"
    file = tmp_path / "aoc.csv"
    file.write_text(f"{header}22552,22551,1,2020001,,,,\n+,,,,,,,\n", encoding="utf-8")
    folder = str(tmp_path / "tables")
    assert run("tables", "import", str(file), "--covers", "2024-07-01..2024-09-30", "--tables", folder).exit_code == 0
    listed = run("tables", "list", "--tables", folder, "--pack", str(ROOT / "rules" / "ncci")).stdout
    assert "aoc 2024-07-01 2024-09-30 1 whole 1 not read" in " ".join(listed.split())
    assert "no rule looks at them" in listed
    verified = run("tables", "verify", "--tables", folder)
    assert verified.exit_code == 0
    assert "ok       aoc_type 2024-07-01..2024-09-30  (1 not read at the import)\n" in verified.stdout
    checked = run("check", str(ROOT / "examples" / "demo.json"), "--tables", folder).stdout
    assert "Of table aoc, edition 2024-07-01..2024-09-30, 1 published row could not be read" in " ".join(
        checked.split()
    )


def test_verify_names_a_file_that_cannot_be_read_by_its_folder(run: Run, tmp_path: Path) -> None:
    damaged = tmp_path / "pfs" / "2024-01-01..2024-12-31.table"
    damaged.parent.mkdir()
    damaged.write_bytes(b"cut")
    shown = run("tables", "verify", "--tables", str(tmp_path))
    assert shown.exit_code == 2
    assert "DAMAGED  pfs 2024-01-01..2024-12-31\n" in shown.stdout


def test_rules_check_passes_the_bundled_packs(run: Run) -> None:
    shown = run("rules", "check")
    assert shown.exit_code == 0, shown.stdout
    assert "no problems found" in shown.stdout


def test_schemas_are_the_committed_files(run: Run) -> None:
    for option, name in (("--claim", "claim"), ("--result", "result"), ("--pack", "pack")):
        shown = run("rules", "schema", option)
        Draft202012Validator.check_schema(json.loads(shown.stdout))
        committed = (ROOT / "docs" / "schema" / f"{name}.schema.json").read_text(encoding="utf-8")
        assert shown.stdout == committed
    assert json.loads(run("rules", "schema").stdout) == json.loads(run("rules", "schema", "--pack").stdout)


def test_the_json_demo_follows_the_claim_schema(run: Run) -> None:
    schema = json.loads(run("rules", "schema", "--claim").stdout)
    entries = json.loads((ROOT / "examples" / "demo.json").read_text(encoding="utf-8"))
    assert entries
    for entry in entries:
        assert not list(Draft202012Validator(schema).iter_errors(entry))


def test_version(run: Run) -> None:
    from scrubber import __version__

    assert run("version").stdout == f"claim-scrubber {__version__}\n"


def test_a_folder_of_tables_that_is_named_too_deep_is_not_an_empty_one(run: Run, tmp_path: Path) -> None:
    """docs/tables.md: the folder named is the one that was imported into. Its tables would be passed over unseen."""
    shutil.copytree(ROOT / "rules" / "ncci" / "tables" / "aoc", tmp_path / "aoc")
    shown = run("tables", "verify", "--tables", str(tmp_path / "aoc"))
    assert shown.exit_code == 2
    assert "which is not its name. In the folder of tables it is aoc/2024-07-01..2024-09-30.table: name" in shown.stderr
    checked = run("check", str(ROOT / "examples" / "demo.json"), "--tables", str(tmp_path / "aoc"))
    assert checked.exit_code == 2
    assert "aoc/2024-07-01..2024-09-30.table" in checked.stderr
