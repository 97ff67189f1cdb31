"""`rules check`: everything in one run, in file order, in four formats; `--fix` and `--since`."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scrubber.cli.program import cli
from scrubber.core.diagnostics import Diagnostic, Replacement
from scrubber.core.places import Place
from scrubber.lint.mend import edited, mend
from scrubber.lint.pack_check import Checked, check_all

from .conftest import PACK, Write

RULE = """\
rules:
  - id: {id}
    title: An example
    category: procedure
    severity: review
    # kept: why the codes are these
    when: {when}   # and this one too
    message: "Look at this."
    authority: {{title: Manual, section: "1", evidence: primary}}
"""


@pytest.fixture
def run(tmp_path_factory: pytest.TempPathFactory) -> object:
    cache = str(tmp_path_factory.mktemp("cache"))

    def call(*arguments: object) -> Result:
        return CliRunner(env={"SCRUBBER_CACHE": cache}).invoke(cli, [str(item) for item in arguments])

    return call


def broken(pack: Write) -> Path:
    """One file that is no YAML, one with a wrong shape, one with a wrong condition and a sound one."""
    return pack({
        "a.yaml": "rules:\n  - id: [\n",
        "b.yaml": RULE.format(id="B-01", when="line.units > 1").replace("severity: review", "severity: bad"),
        "c.yaml": RULE.format(id="C-01", when="line.proceedure = 99213"),
        "d.yaml": RULE.format(id="D-01", when="line.units > 1"),
    })  # fmt: skip


def test_errors_of_every_kind_come_in_one_run_and_in_file_order(pack: Write) -> None:
    folder = broken(pack)
    found = check_all([folder]).found
    assert [Path(item.place.path).name for item in found] == ["a.yaml", "b.yaml", "c.yaml"]
    assert [item.code for item in found] == ["SCR526", "SCR612", "SCR203"]


def test_names_are_not_missed_where_their_declarations_could_not_be_read(pack: Write) -> None:
    """A broken pack.yaml is one mistake: that its sets are unknown everywhere is not said on top."""
    declares = PACK + "valuesets:\n  visits: {type: procedure, members: [99202-9921]}\n"
    files = {"pack.yaml": declares, "c.yaml": RULE.format(id="C-01", when='"line.procedure in @visits"')}
    assert [item.code for item in check_all([pack(files)]).found] == ["SCR644"]


def said(pack: Write, extra: str, when: str = "line.units > 1", **files: str) -> list[tuple[str, int, str]]:
    """Code, line and help of what is said of a pack.yaml with more in it."""
    rules = RULE.format(id="C-01", when=when)
    found = check_all([pack({"pack.yaml": PACK + extra, "c.yaml": rules, **files})]).found
    return [(item.code, item.place.line, item.help) for item in found]


def test_a_definition_that_is_wrong_is_told_where_it_stands(pack: Write) -> None:
    """Used or not: one that no rule uses yet passed, and one that was used was told at its uses alone."""
    at = PACK.count("\n") + 2
    ((code, line, _),) = said(pack, "definitions:\n  bad: line.unitz > 1\n")
    assert (code, line) == ("SCR203", at)
    assert [(code, line) for code, line, _ in said(pack, "definitions:\n  bad: line.unitz > 1\n", when="bad")] == [
        ("SCR212", 7),
        ("SCR203", at),
    ]
    fits_some = "definitions:\n  pair: other.procedure = 99213\n  of_group: group.day = 2024-01-01\n"
    assert said(pack, fits_some + "  main: diagnosis.position = 1\n  both: pair and line.units > 1\n") == []


def test_a_circle_of_definitions_is_told_once(pack: Write) -> None:
    found = said(pack, "definitions:\n  a: not b\n  b: not a\n")
    assert [code for code, _, _ in found] == ["SCR211"]


@pytest.mark.parametrize(
    "extra",
    [
        "definitions:\n  line: line.units > 1\n",
        "tables:\n  count: {keys: {p: procedure}, absent: none}\n",
        "tables:\n  year: {keys: {p: procedure}, absent: none}\n",
        "tables:\n  valid_npi: {keys: {p: procedure}, absent: none}\n",
    ],
)
def test_a_name_that_no_condition_could_use_is_refused(pack: Write, extra: str) -> None:
    """SPEC section 1: words of the language name neither definitions nor tables."""
    ((code, line, help_),) = said(pack, extra)
    assert (code, line) == ("SCR122", PACK.count("\n") + 2)
    assert help_.startswith("Choose another name")


def test_what_is_of_a_bundled_pack_is_told_by_its_name(pack: Write) -> None:
    authority = "authority: {title: Manual, evidence: primary}"
    override = f"overrides:\n  - {{rule: ALL-DUP-01, action: disable, reason: As agreed, {authority}}}\n"
    ((code, _, help_),) = said(pack, override)
    assert (code, help_) == ("SCR704", "it is of the pack all-payers: add all-payers to `extends:`")
    ((code, _, help_),) = said(pack, "extends: [all-payer]\n")
    assert (code, help_) == ("SCR702", "did you mean `all-payers`?")


def test_one_mistake_is_told_once(pack: Write) -> None:
    """Reading a pack and compiling it both look at values and at lists; what reading has said is not said again."""
    limit = "parameters:\n  limit:\n    type: duration\n    default: 30\n    meaning: how long\n"
    assert [code for code, _, _ in said(pack, limit)] == ["SCR631"]
    table = "tables:\n  caps:\n    keys: {p: procedure}\n    absent: none\n    source: caps.csv\n"
    assert [code for code, _, _ in said(pack, table)] == ["SCR650"]


def test_formats(pack: Write, run) -> None:  # type: ignore[no-untyped-def]
    folder = broken(pack)
    shown = json.loads(run("rules", "check", folder, "--format", "json").stdout)
    assert [item["code"] for item in shown["diagnostics"]] == ["SCR526", "SCR612", "SCR203"]
    assert shown["diagnostics"][2]["place"]["line"] == 7
    lines = run("rules", "check", folder, "--format", "github").stdout.splitlines()
    assert len(lines) == 3
    assert lines[2].startswith(f"::error file={folder}/c.yaml,line=7,endLine=7,col=16,endColumn=25,title=SCR203::")
    sarif = json.loads(run("rules", "check", folder, "--format", "sarif").stdout)
    assert sarif["version"] == "2.1.0"
    results = sarif["runs"][0]["results"]
    assert [item["ruleId"] for item in results] == ["SCR526", "SCR612", "SCR203"]
    assert results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].endswith("/a.yaml")
    rules = sarif["runs"][0]["tool"]["driver"]["rules"]
    assert [rules[item["ruleIndex"]]["id"] for item in results] == [item["ruleId"] for item in results]


def test_exit_codes(pack: Write, run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    folder = pack({"d.yaml": RULE.format(id="D-01", when="line.units > 1")})
    for _ in range(2):  # the second is answered from what was kept
        shown = run("rules", "check", folder)
        assert (shown.exit_code, shown.stdout) == (0, "1 pack with 1 rule: no problems found.\n")
    (folder / "d.yaml").write_text(RULE.format(id="D-01", when="line.unit > 1"), encoding="utf-8")
    assert run("rules", "check", folder).exit_code == 1
    assert run("rules", "check", tmp_path / "nowhere").exit_code == 2


def test_fix_makes_the_safe_edits_and_keeps_comments(pack: Write, run) -> None:  # type: ignore[no-untyped-def]
    folder = pack({"c.yaml": RULE.format(id="C-01", when="line.date > 07/02/2024 and line.units > 1")})
    assert run("rules", "check", folder).exit_code == 1
    shown = run("rules", "check", folder, "--fix")
    assert shown.exit_code == 0, shown.stdout
    text = (folder / "c.yaml").read_text(encoding="utf-8")
    assert text == RULE.format(id="C-01", when="line.date > 2024-07-02 and line.units > 1")


def test_fix_never_writes_what_is_worse(pack: Write) -> None:
    folder = pack({"c.yaml": RULE.format(id="C-01", when="line.units > 1")})
    path = folder / "c.yaml"
    before = path.read_bytes()
    place = Place(path.as_posix(), 7, 11, 7, 16)
    bad = Diagnostic("SCR999", "a lint that is wrong", place, edit=Replacement(place, "nothing", safe=True))

    def check(folders: list[Path], texts: dict[Path, bytes]) -> Checked:
        found = check_all(folders, texts)
        return Checked((bad, *found.found))

    made = mend([folder], check)
    assert made.files == ()
    assert made.stopped
    assert path.read_bytes() == before


def test_edits_are_made_from_the_end_and_those_that_overlap_wait() -> None:
    text = "one two\nthree\n"
    edits = [
        Replacement(Place("f", 1, 1, 1, 4), "1"),
        Replacement(Place("f", 1, 3, 1, 6), "x"),
        Replacement(Place("f", 2, 1, 2, 6), "3"),
    ]
    assert edited(text, edits) == ("1 two\n3\n", 2)


def test_since_reports_on_changed_files_and_loads_all(pack: Write, run) -> None:  # type: ignore[no-untyped-def]
    folder = pack({
        "c.yaml": RULE.format(id="C-01", when="line.proceedure = 99213"),
        "d.yaml": RULE.format(id="D-01", when="line.units > 1"),
    })  # fmt: skip
    git = ["git", "-C", str(folder), "-c", "user.name=t", "-c", "user.email=t@example.org"]
    try:
        subprocess.run([*git, "init", "-q"], check=True, capture_output=True)
    except OSError:
        pytest.skip("git is not installed")
    subprocess.run([*git, "add", "-A"], check=True, capture_output=True)
    subprocess.run([*git, "commit", "-qm", "x"], check=True, capture_output=True)
    assert run("rules", "check", folder).exit_code == 1
    assert run("rules", "check", folder, "--since", "HEAD").exit_code == 0
    (folder / "d.yaml").write_text(RULE.format(id="C-01", when="line.units > 1"), encoding="utf-8")
    shown = run("rules", "check", folder, "--since", "HEAD")
    assert shown.exit_code == 1
    assert "SCR627" in shown.stdout
    assert "SCR203" not in shown.stdout
    unknown = run("rules", "check", folder, "--since", "no-such-revision")
    assert unknown.exit_code == 2
    assert "--since" in unknown.stderr


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ("line.procedure in @evaluation-management", "SCR204"),
        ("mue(line.procedure).units < line.units", "SCR205"),
        ("any other line with same policy.same_provider where (it.units > 1)", "SCR207"),
    ],
)
def test_of_a_name_of_a_bundled_pack_people_hear_which_pack_it_is(pack: Write, when: str, code: str) -> None:
    """ "Declare it" would send them to write what is there already."""
    folder = pack({"r.yaml": RULE.format(id="A-01", when=when)})
    (problem,) = (found for found in check_all([folder]).found if found.severity == "error")
    assert problem.code == code
    assert problem.help == "It is of the pack ncci: add ncci to `extends:` in pack.yaml."
    assert problem.edit is None
    main = folder / "pack.yaml"
    main.write_text(main.read_text(encoding="utf-8") + "extends: [ncci]\n", encoding="utf-8")
    assert [found for found in check_all([folder]).found if found.severity == "error"] == []


def test_a_key_of_a_bundled_pack_is_told_with_its_pack_too(pack: Write) -> None:
    text = RULE.format(id="A-01", when="line.units > 1").replace(
        "    severity", "    scope: pair\n    pair: {same: [policy.same_provider]}\n    severity"
    )
    (problem,) = check_all([pack({"r.yaml": text})]).found
    assert (problem.code, problem.help) == ("SCR713", "It is of the pack ncci: add ncci to `extends:` in pack.yaml.")


def test_a_name_that_nobody_declares_keeps_its_own_help(pack: Write) -> None:
    folder = pack({"r.yaml": RULE.format(id="A-01", when="line.procedure in @nobodys-list")})
    (problem,) = check_all([folder]).found
    assert problem.help == "Declare it under `valuesets:` of the pack."
