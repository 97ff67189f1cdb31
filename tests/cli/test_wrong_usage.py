"""What is asked wrongly: one message on stderr, nothing on stdout, exit code 2, and never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result

from .conftest import AS_OF, DEMO, Run, claim, write


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check"], "Missing argument 'FILE…'"),
        (["check", DEMO, "--bogus"], "No such option '--bogus'"),
        (["check", "nowhere.837"], "nowhere.837: there is no file of this name"),
        (["check", DEMO, "--as-of", "2024-13-01"], "'2024-13-01' is not a date. Write it as YYYY-MM-DD"),
        (["check", DEMO, "--param", "same_provider"], "is not of the form NAME=VALUE"),
        (["check", DEMO, "--param", "nonesuch=1"], "No pack declares a parameter named nonesuch"),
        (["check", DEMO, "--param", "same_provider=rendring_npi"], "lines are compared, such as rendering_npi"),
        (["check", DEMO, "--param", "same_provider=diagnoses"], "`diagnoses` is no field by which lines are compared"),
        (["check", DEMO, "--param", "same_provider="], "at least one field is wanted"),
        (["check", DEMO, "--param", "filing_calendar=texas"], "not one of the calendars `none`, `weekends` or"),
        (["check", DEMO, "--param", "filing_limit=95"], "`95` is not a duration such as 95 days"),
        (["check", DEMO, "--param", "either_column_modifiers=@nope"], "no pack declares a value set @nope"),
        (["check", DEMO, "--param", "either_column_modifiers=59-"], "`59-` is not 2 letters or digits"),
        (["check", DEMO, "--output", "nowhere/out.json"], "--output: nowhere/out.json cannot be written"),
        (["check", DEMO, "--format", "xml"], "'xml' is not one of 'text', 'json', 'ndjson'"),
        (["check", DEMO, "--fail-on", "fatal"], "'fatal' is not one of"),
        (["check", DEMO, "--tables", "nowhere"], "nowhere is not a folder of tables"),
        (["check", DEMO, "--pack", "nowhere"], "nowhere is not a pack"),
        (["check", DEMO, "--history", "nowhere.837"], "--history: nowhere.837: there is no file"),
        (["check", DEMO, "--payer-map", "nowhere.csv"], "--payer-map: there is no file nowhere.csv"),
        (["chek", DEMO], "There is no command 'chek'. Did you mean `check`?"),
        (["explain", DEMO, "NCCI-PTP-1", "--claim", "1"], "Did you mean `NCCI-PTP-01`"),
        (["explain", DEMO, "NCCI-PTP-01"], "holds 7 claims: say which with --claim"),
        (["explain", DEMO, "NCCI-PTP-01", "--claim", "NOBODY"], "holds no claim 'NOBODY'"),
        (["explain", DEMO, "NCCI-PTP-01", "--claim", "2", "--line", "9"], "no line 9. Its lines are 1, 2."),
        (["tables", "import", DEMO, "--covers", "2024"], "'2024' is not a cover"),
        (["tables", "import", DEMO, "--covers", "2024-07-01..2024-09-30", "--tables", "t"], "Nothing was imported"),
        (["tables", "verify", "--tables", "nowhere"], "nowhere is not a folder"),
        (["rules", "check", "nowhere"], "nowhere is not a pack: there is no such folder"),
        (["rules", "check", DEMO], "is a file: name the folder of its pack"),
    ],
)  # fmt: skip
def test_the_message_says_what_is_wrong(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = run(*arguments)
    assert message in shown.stderr
    assert shown.stdout == ""
    assert shown.exit_code == 2
    assert "Traceback" not in shown.stderr


def test_an_empty_folder_is_said_to_be_empty(run: Run, tmp_path: Path) -> None:
    shown = run("check", str(tmp_path), *AS_OF)
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert "this folder holds no files" in shown.stderr


@pytest.mark.parametrize("content", [b"", b"\x00" * 64, b"{", b"[]", b"ISA*00*", b"hello", bytes(range(256))])
def test_any_bytes_give_a_message(run: Run, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    shown = run("check", str(path), *AS_OF)
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert shown.stderr.startswith(f"scrubber: {path}")


def test_an_output_that_is_a_folder_is_refused_before_work(run: Run, tmp_path: Path) -> None:
    shown = run("check", DEMO, *AS_OF, "--output", str(tmp_path))
    assert shown.exit_code == 2
    assert "it is a folder" in shown.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_broken_pack_shows_the_place(run: Run, tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "pack.yaml").write_text("id: mine\nversion: 1.0.0\ntitle: Mine\n", encoding="utf-8")
    (pack / "rules.yaml").write_text(
        "rules:\n  - id: MINE-1\n    title: A rule\n    category: modifier\n    severity: deny\n    scope: line\n"
        "    when: line.modifers has 59\n    message: A message.\n"
        "    authority: {title: A manual, evidence: primary}\n",
        encoding="utf-8",
    )
    shown = run("check", DEMO, *AS_OF, "--pack", str(pack))
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert f"{pack / 'rules.yaml'}:7:" in shown.stderr
    assert "^" in shown.stderr
    assert "modifiers" in shown.stderr
    checked = run("rules", "check", str(pack))
    assert checked.exit_code == 1
    assert f"{pack / 'rules.yaml'}:7:" in checked.stdout


def test_a_fault_of_ours_is_said_to_be_ours(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("EXAMPLE ANNA")

    monkeypatch.setattr("scrubber.api.Scrubber.load", crash)
    shown = run("check", DEMO, *AS_OF)
    assert (shown.exit_code, shown.stdout) == (3, "")
    assert "this is a fault in scrubber (RuntimeError), not in your files" in shown.stderr
    assert "EXAMPLE ANNA" not in shown.stderr
    assert "Traceback" not in shown.stderr
    assert "Traceback" in run("check", DEMO, *AS_OF, "--debug").stderr


def test_a_rule_that_crashes_gives_exit_code_3_and_the_other_findings(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One rule's crash is one fault, and the rest go on."""
    import json

    from scrubber.engine.judge import found as judged

    real = judged.evaluate

    def crash(rule: object, *rest: object) -> object:
        if rule.rule.id == "NCCI-MUE-03":  # type: ignore[attr-defined]
            raise ZeroDivisionError
        return real(rule, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(judged, "evaluate", crash)
    shown = run("check", DEMO, *AS_OF, "--format", "json")
    found = json.loads(shown.stdout)
    assert shown.exit_code == 3
    faults = {fault["rule"] for entry in found["claims"] for fault in entry["faults"]}
    assert faults == {"NCCI-MUE-03"}
    assert found["summary"]["by_rule"]["NCCI-PTP-00"] == 1


@pytest.mark.parametrize("option", ["--payer-map", "--waivers"])
@pytest.mark.parametrize("text", ["ISA*00*~NM1*IL*1*EXAMPLE*ANNA~", '[{"subscriber_id": "EXAMPLE ANNA", "lines": []}]'])
def test_claims_given_as_another_file_are_not_shown(run: Run, tmp_path: Path, option: str, text: str) -> None:
    """Design section 9: nothing about a patient in diagnostics, whatever file was named by mistake."""
    path = tmp_path / "claims"
    path.write_text(text, encoding="utf-8")
    shown = run("check", DEMO, *AS_OF, option, str(path))
    assert shown.exit_code == 2
    assert "EXAMPLE" not in shown.stderr + shown.stdout
    assert "ANNA" not in shown.stderr + shown.stdout
    assert "file of claims" in shown.stderr


def test_a_name_cannot_give_orders_to_the_terminal(run: Run) -> None:
    done = run("tables", "import", "a\x1b[2Jb.csv", "--covers", "2024-07-01..2024-09-30")
    assert done.exit_code == 2
    assert "\x1b" not in done.stderr
    assert "a\ufffd[2Jb.csv: The file cannot be opened" in done.stderr


def test_a_local_set_is_filled_by_codes_or_by_a_file(run: Run, tmp_path: Path) -> None:
    """`@local/…` sets are the practice's to fill; until then the report says how."""
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "pack.yaml").write_text(
        "id: mine\nversion: 1.0.0\ntitle: Mine\nvaluesets:\n  local/partners: {type: npi, title: Partners}\n"
    )
    (pack / "rules.yaml").write_text(
        "rules:\n  - id: MINE-01\n    title: A rule\n    category: provider\n    severity: deny\n"
        "    when: line.rendering_npi not in @local/partners\n    message: not a partner\n"
        "    authority: {title: An example, evidence: primary}\n"
    )
    (tmp_path / "partners.csv").write_text("code\n1234567893\n")
    (tmp_path / "names.csv").write_text("npi\n1234567893\n")
    file = write(tmp_path / "claim.json", claim("A", "G0008"))

    def told(*more: str) -> Result:
        return run("check", file, *AS_OF, "--pack", str(pack), *more)

    assert "@local/partners has not been filled by the practice yet (--local)" in " ".join(told().stdout.split())
    for good in ("partners=1234567893", "@local/partners=1306849450,1234567893", f"partners={tmp_path}/partners.csv"):
        shown = told("--local", good).stdout
        assert "not a partner" not in shown
        assert "@local/partners" not in shown
    assert "not a partner" in told("--local", "partners=1306849450").stdout
    for bad, said in (
        ("partner=1234567893", "No pack declares a set @local/partner. Known: local/partners."),
        ("partners=nowhere.csv", "--local: there is no file nowhere.csv."),
        (f"partners={tmp_path}/names.csv", "has no column `code`"),
        ("partners", "is not of the form NAME=CODES"),
    ):
        shown = told("--local", bad)
        assert shown.exit_code == 2, bad
        assert said in shown.stderr + shown.stdout


@pytest.mark.parametrize("link", [False, True])
@pytest.mark.parametrize("given", ["a.837", "."])
def test_no_report_is_written_over_the_claims(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str, link: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    before = Path(DEMO).read_bytes()
    Path("a.837").write_bytes(before)
    Path("link").symlink_to("a.837")
    done = run("check", given, *AS_OF, "--output", "link" if link else "a.837")
    assert done.exit_code == 2
    assert "a.837 is read by this run: what it holds would be lost. Name another file." in done.stderr
    assert Path("a.837").read_bytes() == before


def test_a_link_stays_and_what_it_leads_to_is_replaced(run: Run, tmp_path: Path) -> None:
    (tmp_path / "report").write_text("old", encoding="utf-8")
    (tmp_path / "link").symlink_to("report")
    run("check", DEMO, *AS_OF, "--output", str(tmp_path / "link"))
    assert (tmp_path / "link").is_symlink()
    assert "Claim scrubber" in (tmp_path / "report").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "words",
    [
        ("check", DEMO, "--output", ""),
        ("check", DEMO, "--tables", ""),
        ("baseline", "write", DEMO, "--baseline", ""),
        ("tables", "import", DEMO, "--covers", "2024-07-01..2024-09-30", "--tables", ""),
        ("tables", "verify", "--tables", ""),
        ("tables", "list", "--tables", ""),
        ("rules", "diff", "", "", "--claims", DEMO),
        ("rules", "docs", ""),
        ("rules", "test", ""),
        ("rules", "coverage", ""),
    ],
)
def test_an_empty_name_is_that_of_nothing(run: Run, words: tuple[str, ...]) -> None:
    """Of a variable that nobody set: neither the folder one stands in is meant nor the user's own."""
    done = run(*words)
    assert done.exit_code == 2
    assert "no name" in done.stderr
