"""Good packs come out as written; what a rule leaves out is taken from where the design says."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wrong_files import PACK, REVISIONS, pack, rule, write

from scrubber.core.diagnostics import RuleFileError, UsageError
from scrubber.core.types import Type
from scrubber.packs.digest import pack_digest
from scrubber.packs.load import check_pack, load_pack, load_packs
from scrubber.packs.model import Choice, Rule, Window


def only(folder: Path, text: str, **files: str) -> Rule:
    """The one rule of a pack."""
    extra = {name.replace("_csv", ".csv"): body for name, body in files.items()}
    (loaded,) = load_pack(write(folder / "p", {"r.yaml": text, **extra})).rules
    return loaded


def codes(folder: Path, files: dict[str, str]) -> list[str]:
    """The codes of what is said of a pack."""
    return [problem.code for problem in check_pack(write(folder, files))[1]]


def test_a_rule_without_more_is_active_on_lines_and_always_in_force(tmp_path: Path) -> None:
    found = only(tmp_path, rule())
    assert (found.id, found.pack, found.status, found.scope, found.basis) == (
        "TRIAL-01",
        "trial",
        "active",
        "line",
        "from",
    )
    (revision,) = found.revisions
    assert (revision.number, revision.window, revision.severity) == (1, Window(), "deny")
    assert revision.when is not None
    assert revision.when.text is not None
    assert revision.when.text.value == "line.procedure in 99202-99215"
    assert revision.when.text.at(0, 4).column == 11
    assert revision.authority[0].evidence == "primary"


def test_when_may_be_text_a_list_or_a_tree(tmp_path: Path) -> None:
    listed = (
        only(tmp_path, rule(when="\n      - line.units > 1\n      - any: [line.emergency, line.epsdt]"))
        .revisions[0]
        .when
    )
    assert listed is not None
    assert listed.mode == "all"
    assert [item.mode for item in listed.items] == ["text", "any"]
    assert [item.text.value for item in listed.items[1].items if item.text] == ["line.emergency", "line.epsdt"]


def test_a_rule_without_when_needs_a_payer_and_a_low_severity(tmp_path: Path) -> None:
    """Design, section 6: `when:` may be left out where `applies:` names a payer and severity is at most review."""
    found = only(tmp_path, rule(when=None, severity="review", applies="{payer: {any_of: [ACME]}}"))
    assert found.revisions[0].when is None
    assert codes(tmp_path / "deny", {"r.yaml": rule(when=None, applies="{payer: {any_of: [ACME]}}")}) == ["SCR620"]
    named_by_pack = {
        "pack.yaml": pack("applies: {payer: {any_of: [ACME]}}\n"),
        "r.yaml": rule(when=None, severity="info"),
    }
    assert codes(tmp_path / "by-pack", named_by_pack) == []


def test_evidence_is_asked_of_active_rules_only(tmp_path: Path) -> None:
    secondary = "{title: A blog, evidence: secondary}"
    for status, expected in (("active", ["SCR621"]), ("shadow", []), ("draft", []), ("retired", [])):
        assert codes(tmp_path / status, {"r.yaml": rule(status=status, authority=secondary)}) == expected
    for status, expected in (("active", ["SCR622"]), ("shadow", ["SCR622"]), ("draft", [])):
        assert codes(tmp_path / f"{status}-none", {"r.yaml": rule(status=status, authority=None)}) == expected


def test_revisions_take_what_they_leave_out_from_the_rule(tmp_path: Path) -> None:
    text = rule(
        revisions=REVISIONS.replace("2024-12-31}\n        severity: deny", "2025-01-01}\n        severity: deny")
    )
    first, second = only(tmp_path, text).revisions
    assert (first.number, first.window, first.severity) == (1, Window(None, date(2024, 12, 31)), "review")
    assert (second.number, second.window, second.severity) == (2, Window(date(2025, 1, 1), None), "deny")
    assert first.message == second.message
    assert first.when == second.when
    assert first.window.holds(date(2024, 12, 31))
    assert not first.window.holds(date(2025, 1, 1))


def test_revisions_that_touch_do_not_overlap_and_one_shared_day_does(tmp_path: Path) -> None:
    assert codes(tmp_path, {"r.yaml": rule(revisions=REVISIONS)}) == ["SCR623"]
    apart = REVISIONS.replace("{from: 2024-12-31}", "{from: 2025-01-01}")
    assert codes(tmp_path / "apart", {"r.yaml": rule(revisions=apart)}) == []


def test_what_is_wrong_with_a_shared_fix_is_said_once(tmp_path: Path) -> None:
    apart = REVISIONS.replace("{from: 2024-12-31}", "{from: 2025-01-01}")
    assert codes(tmp_path, {"r.yaml": rule(fix="[{kind: add_modifier}]", revisions=apart)}) == ["SCR626"]


def test_applies_of_the_pack_is_a_default_key_by_key(tmp_path: Path) -> None:
    files = {
        "pack.yaml": pack("applies:\n  payer_class: {any_of: [MEDICARE]}\n  state: {none_of: [TX]}\n"),
        "r.yaml": rule(applies="{payer_class: {any_of: [MEDICAID]}, claim_type: {any_of: [PROFESSIONAL]}}"),
    }
    applies = load_pack(write(tmp_path, files)).rules[0].applies
    assert applies.payer_class == Choice(("MEDICAID",))
    assert applies.state == Choice((), ("TX",))
    assert applies.claim_type == Choice(("PROFESSIONAL",))


def test_carc_is_text_whatever_it_looks_like(tmp_path: Path) -> None:
    denial = (
        only(tmp_path, rule(denial="{carc: [4, '16', B7], rarc: N657, claim_status: ['A7:21']}")).revisions[0].denial
    )
    assert (denial.carc, denial.rarc, denial.claim_status) == (("4", "16", "B7"), ("N657",), ("A7:21",))


def test_bypassable_no_is_not_false(tmp_path: Path) -> None:
    assert only(tmp_path, rule(bypassable="no")).revisions[0].bypassable == "no"


def test_rows_are_typed_and_located(tmp_path: Path) -> None:
    text = rule(for_each_row="limits.csv", columns="{procedure: procedure, most: number, with: list of modifier}")
    found = only(tmp_path, text, limits_csv='procedure,note,most,with\n99213,"a, b",2,25 57\n99214,,,\n')
    assert found.columns["with"] == Type("code", "modifier", many=True)
    assert found.rows[0].values == {"procedure": "99213", "most": "2", "with": "25 57"}
    assert found.rows[1].values == {"procedure": "99214"}
    assert (found.rows[1].place.path.endswith("limits.csv"), found.rows[1].place.line) == (True, 3)


def test_a_csv_as_spreadsheets_save_it(tmp_path: Path) -> None:
    """Their UTF-8 begins with a byte order mark; it is no part of the first column's name."""
    text = rule(for_each_row="limits.csv", columns="{procedure: procedure, most: number}")
    found = only(tmp_path, text, limits_csv="\ufeffprocedure,most\n99213,2\n")
    assert found.rows[0].values == {"procedure": "99213", "most": "2"}
    assert (found.rows[0].place.line, found.rows[0].place.column) == (2, 1)


def test_rows_have_a_limit(tmp_path: Path) -> None:
    text = rule(for_each_row="limits.csv", columns="{procedure: procedure}")
    body = "procedure\n" + "99213\n" * 5_000
    assert codes(tmp_path / "most", {"r.yaml": text, "limits.csv": body}) == []
    assert codes(tmp_path / "more", {"r.yaml": text, "limits.csv": body + "99214\n"}) == ["SCR653"]


def test_value_sets_in_each_form(tmp_path: Path) -> None:
    extra = """\
valuesets:
  visits: [99202-99215, "@more"]
  more: {type: procedure, title: More, members: [0001T-0009T, G0402], authority: {title: A list}}
  dated:
    type: modifier
    versions:
      - {effective: {to: 2024-12-31}, members: [25]}
      - {effective: {from: 2025-01-01}, members: [25, 57]}
  filed: {type: diagnosis, file: lists/codes.csv}
  local/ours: {type: procedure}
"""
    folder = write(tmp_path, {"pack.yaml": pack(extra)})
    (folder / "lists").mkdir()
    (folder / "lists" / "codes.csv").write_text("code,note\nE11.9,x\nE10-E14,y\n")
    sets = {item.name: item for item in load_pack(folder).value_sets}
    assert [text.value for text in sets["visits"].versions[0].members] == ["99202-99215", "@more"]
    assert sets["more"].authority[0].title == "A list"
    assert [len(version.members) for version in sets["dated"].versions] == [1, 2]
    assert sets["filed"].versions[0].members[1].place.line == 3
    assert sets["local/ours"].versions == ()
    filled = load_pack(folder, local={"ours": ["99213"]})
    assert [text.value for text in filled.value_sets[-1].versions[0].members] == ["99213"]
    with pytest.raises(RuleFileError):
        load_pack(folder, local={"local/ours": ["9921"]})


@pytest.mark.parametrize(
    ("type_", "good", "bad"),
    [
        ("procedure", "99213", "9921"),
        ("procedure", "D0120", "D012"),
        ("modifier", "25", "250"),
        ("diagnosis", "E11.9", "1E119"),
        ("place_of_service", "02", "2"),
        ("revenue_code", "0450", "450"),
        ("state", "TX", "TEX"),
        ("claim_type", "DENTAL", "DENT"),
        ("procedure", "992*", "992/*"),
        ("procedure", "99202-99215", "99202-G0402"),
        ("modifier", "F1-F9", "F9-F1"),
        ("diagnosis", "E10-E14", "E14-E10"),
    ],
)
def test_members_fit_their_type(tmp_path: Path, type_: str, good: str, bad: str) -> None:
    def said(member: str) -> list[str]:
        return codes(
            tmp_path / member.replace("/", ""),
            {"pack.yaml": pack(f"valuesets:\n  s: {{type: {type_}, members: ['{member}']}}\n")},
        )

    assert said(good) == []
    assert said(bad)


def test_parameters_and_tables(tmp_path: Path) -> None:
    extra = """\
parameters:
  same_provider: {type: fields, default: [rendering_npi], meaning: who counts}
  filing_limit: {type: duration, default: 1 year, meaning: how long}
  strict: {type: flag, default: yes, meaning: how hard}
  drugs: {type: list of procedure, default: [J0120-J9999, "@drugs"], meaning: which}
tables:
  mue:
    keys: {procedure: procedure}
    columns: {units: number, adjudication: code}
    absent: not_published
    effective: [first, last]
    by:
      - {setting: practitioner, if: claim.type = PROFESSIONAL}
definitions:
  visit: line.procedure in 99202-99215
"""
    found = load_pack(write(tmp_path, {"pack.yaml": pack(extra)}))
    assert {item.name: item.default for item in found.parameters}["strict"] == ("true",)
    assert found.parameters[3].type == Type("code", "procedure", many=True)
    table = found.tables[0]
    assert (table.keys, table.absent, table.effective, table.match) == (
        {"procedure": Type("code", "procedure")},
        "not_published",
        ("first", "last"),
        "exact",
    )
    assert table.settings[0].name == "practitioner"
    assert found.definitions[0].text.value == "line.procedure in 99202-99215"


def test_the_digest_is_of_names_and_bytes_and_of_nothing_else(tmp_path: Path) -> None:
    folder = write(tmp_path / "a", {"r.yaml": rule()})
    first = pack_digest(folder)
    assert load_pack(folder).digest == first
    assert len(first) == 64
    assert pack_digest(write(tmp_path / "b", {"r.yaml": rule()})) == first
    (folder / ".hidden.yaml").write_text("x")
    (folder / "notes.txt").write_text("x")
    (folder / "tests").mkdir()
    (folder / "tests" / "t.yaml").write_text("x")
    assert pack_digest(folder) == first
    (folder / "r.yaml").rename(folder / "s.yaml")
    renamed = pack_digest(folder)
    assert renamed != first
    (folder / "s.yaml").write_text(rule() + "#\n")
    assert pack_digest(folder) not in (first, renamed)


def test_sub_folders_hold_rules_too_but_not_tests_and_tables(tmp_path: Path) -> None:
    folder = write(tmp_path, {})
    for name in ("topic", "tests", "tables"):
        (folder / name).mkdir()
        (folder / name / "r.yaml").write_text(rule(id=f"{name.upper()}-01"))
    assert [item.id for item in load_pack(folder).rules] == ["TOPIC-01"]


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        load_pack(tmp_path / "nowhere")
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match="is a file"):
        load_pack(tmp_path / "file")
    with pytest.raises(RuleFileError, match=r"has no pack\.yaml"):
        load_pack(tmp_path)


def test_every_error_of_every_file_comes_in_one_run_and_in_order(tmp_path: Path) -> None:
    files = {
        "pack.yaml": PACK.replace("1.0.0", "1"),
        "a.yaml": "rules: [\n",
        "b.yaml": rule(category="x", severity="y")
        + rule(id="TRIAL-02", effective="{from: x}").removeprefix("rules:\n"),
    }
    problems = check_pack(write(tmp_path, files))[1]
    assert [(Path(d.place.path).name, d.place.line, d.code) for d in problems] == [
        ("a.yaml", 1, "SCR526"),
        ("b.yaml", 4, "SCR612"),
        ("b.yaml", 5, "SCR612"),
        ("b.yaml", 16, "SCR615"),
        ("pack.yaml", 2, "SCR617"),
    ]


def test_warnings_do_not_stop_a_pack(tmp_path: Path) -> None:
    folder = write(tmp_path, {"r.yaml": rule(message="Send claim #2 first")})
    assert load_pack(folder).rules[0].revisions[0].message.value == "Send claim"
    assert [(d.code, d.severity) for d in check_pack(folder)[1]] == [("SCR523", "warning")]


def test_an_ordinary_comment_is_no_warning(tmp_path: Path) -> None:
    assert (
        codes(tmp_path, {"r.yaml": rule(severity="deny   # the payer denies it", message="All is well  # so far")})
        == []
    )


def test_fifteen_hundred_rules_load_in_good_time(tmp_path: Path) -> None:
    body = "".join(rule(id=f"T-{n}").removeprefix("rules:\n") for n in range(1500))
    assert len(load_pack(write(tmp_path, {"r.yaml": "rules:\n" + body})).rules) == 1500


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(["pack.yaml", "r.yaml", "limits.csv"]), st.binary(max_size=120)), st.data())
def test_arbitrary_files_give_diagnostics(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes], data: st.DataObject
) -> None:
    folder = write(tmp_path_factory.mktemp("fuzz"), {"r.yaml": rule(for_each_row="limits.csv", columns="{a: number}")})
    (folder / "limits.csv").write_text("a\n1\n")
    for name, body in files.items():
        good = (folder / name).read_bytes()
        at = data.draw(st.integers(0, len(good)))
        (folder / name).write_bytes(good[:at] + body + good[at:])
    found, problems = check_pack(folder)
    assert (found is None) == any(d.severity == "error" for d in problems)


VALUES = st.recursive(
    st.sampled_from(["", "x", "25", "active", "pair", "{}"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["any_of", "if", "all", "title", "from"]), inner, max_size=3)
    ),
    max_leaves=6,
)
KEYS = [
    "id",
    "title",
    "category",
    "severity",
    "scope",
    "pair",
    "applies",
    "effective",
    "when",
    "unless",
    "fix",
    "authority",
    "revisions",
    "columns",
    "needs",
    "valuesets",
    "parameters",
    "tables",
    "extends",
    "overrides",
    "version",
]


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6))
def test_arbitrary_shapes_give_diagnostics(tmp_path_factory: pytest.TempPathFactory, keys: dict[str, object]) -> None:
    import json

    folder = write(
        tmp_path_factory.mktemp("shapes"), {"pack.yaml": json.dumps(keys), "r.yaml": json.dumps({"rules": [keys]})}
    )
    _, problems = check_pack(folder)
    assert problems
    assert not [d for d in problems if d.headline.startswith("`") and d.headline.endswith("cannot be read")]


def test_neither_the_digest_nor_the_payer_map_imports_yaml_or_pydantic() -> None:
    script = (
        "import sys, scrubber.packs.digest, scrubber.packs.payer_map, scrubber.packs.model;"
        "print([m for m in ('yaml', 'pydantic', 'lark', 'rich', 'jsonschema') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_packs_load_together(tmp_path: Path) -> None:
    first = write(tmp_path / "a", {"r.yaml": rule()})
    second = write(tmp_path / "b", {"pack.yaml": PACK.replace("trial", "second"), "r.yaml": rule(id="SECOND-01")})
    assert [item.id for item in load_packs([first, second])] == ["trial", "second"]
