"""What is known beforehand of reasons: rules over tables that leave most codes out say the same of a claim, whatever
was asked before, and are not walked for it again and again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import pytest
from tests.engine.claims_of import AS_OF, OTHER_NPI, claim, line
from tests.engine.generated_packs import SlicedMaker
from tests.engine.packs_of import header, loaded, rule, write_pack
from tests.engine.warm import fresh, said, warms_after

from scrubber import Scrubber
from scrubber.claims.model import Claim
from scrubber.core.resources import resource

MEDICARE = "{payer: {any_of: [MEDICARE]}}"
MUE = """tables:
  mue:
    keys: {procedure: procedure}
    columns: {units: number}
    absent: not_published
    by: [{setting: practitioner, if: claim.type = PROFESSIONAL}]
  aoc_type: {keys: {add_on: procedure}, columns: {type: number, facility_only: flag}, absent: none}
"""


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What lines with the same codes agree on is worked out from the first claim."""
    warms_after(monkeypatch, lines=1)


def reasons(scrubber: Scrubber, *claims: Claim) -> list[list[tuple[str, tuple[str, ...]]]]:
    """Of each claim, asked one after the other: what every gap says is missing. A fresh engine says the same."""
    found = []
    for one in claims:
        result = scrubber.scrub(one, as_of=AS_OF)
        alone = Scrubber(fresh(scrubber.engine)).scrub(one, as_of=AS_OF)
        assert msgspec.json.encode(result) == msgspec.json.encode(alone)
        found.append([(gap.reason, gap.missing) for gap in (*result.undetermined, *result.not_evaluated)])
    return found


def pack_of(folder: Path, when: str, **keys: str) -> Scrubber:
    """One rule over the bundled slice of the unit limits."""
    return loaded(write_pack(folder / "p", header(applies=MEDICARE) + MUE, rules=rule(f'"{when}"', **keys)))


@pytest.mark.parametrize("seed", range(4))
def test_a_slice_leaves_out_the_same_for_every_claim(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Contract: a gap says what is missing, and design section 9: no state between claims."""
    warms_after(monkeypatch, lines=10, look_ups=5)
    maker = SlicedMaker(seed)
    engine = maker.pack(tmp_path / "p", 60).engine
    claims = [(maker.claim(), maker.history()) for _ in range(120)]
    expected = [said(fresh(engine), asked) for asked in claims]
    assert sum(b"only a slice of it is loaded" in text for text in expected) > 60
    assert [said(engine, asked) for asked in claims] == expected
    assert [said(engine, asked) for asked in reversed(claims)] == expected[::-1]


@pytest.mark.usefixtures("at_once")
def test_what_else_is_missing_beside_a_row_that_a_slice_leaves_out_is_said(tmp_path: Path) -> None:
    """Semantics: an unknown carries all its reasons, and of a claim's own fields is told first. A line of which units
    are missing says nothing of the next, and the other way round."""
    pack = pack_of(tmp_path, "line.units > 2 * mue(line.procedure).units")
    whole, lacking = claim(line(1, "99213")), claim(line(1, "99213", units=None))
    outside = ("no_table", ("mue/practitioner (only a slice of it is loaded)",))
    assert reasons(pack, whole, lacking, whole) == [[outside], [("missing_field", ("line.units",))], [outside]]


@pytest.mark.usefixtures("at_once")
def test_an_absent_row_on_one_side_settles_a_comparison_that_is_unknown_on_the_other(tmp_path: Path) -> None:
    """Semantics: no comparison holds with a row that its table declares not to exist, whatever the other side is."""
    pack = pack_of(tmp_path, "aoc_type(line.procedure).type < mue(99213).units")
    add_on, plain = claim(line(1, "C5272")), claim(line(1, "A0425"))
    assert [bool(found) for found in reasons(pack, add_on, plain, add_on)] == [True, False, True]


@pytest.mark.usefixtures("at_once")
def test_a_day_of_a_table_is_compared_on_every_day(tmp_path: Path) -> None:
    """Design section 9: the epochs know the days that conditions name, not those that stand in a table's cells."""
    table = "tables: {until: {keys: {procedure: procedure}, columns: {day: date}, absent: none, source: until.csv}}\n"
    when = '"no line as x where (until(x.procedure).day > x.date) and line.procedure = 99213"'
    folder = write_pack(tmp_path / "p", header(applies=MEDICARE) + table, rules=rule(when))
    (folder / "until.csv").write_text("procedure,day\n99213,2024-08-03\n", encoding="utf-8")
    pack = loaded(folder)
    days = (date(2024, 8, 1), date(2024, 8, 6), date(2024, 8, 2))
    found = [pack.scrub(claim(line(1, "99213", date=day)), as_of=AS_OF) for day in days]
    assert [result.outcome for result in found] == ["clean", "findings", "clean"]


@pytest.mark.usefixtures("at_once")
def test_lines_that_lack_a_key_are_named_beside_a_row_that_a_slice_leaves_out() -> None:
    """NCCI manual I-26: an add-on code needs its primary by the same provider. Who rendered a line is asked line by
    line, though the table says nothing of any of them."""
    pack = Scrubber.load(resource("rules", "ncci"), cache=False)
    codes = ("99213", "97110", "99292")
    whole = claim(*(line(number, code, rendering_npi=OTHER_NPI) for number, code in enumerate(codes, 1)))
    lacking = claim(*(line(number, code) for number, code in enumerate(codes, 1)), billing_npi=None)
    for one, wanted in ((whole, False), (lacking, True), (whole, False)):
        found = reasons(pack, one)[0]
        assert any(kind == "missing_field" for kind, _ in found) is wanted
        assert any(kind == "no_table" for kind, _ in found) is not wanted or wanted


@pytest.mark.usefixtures("at_once")
def test_no_rule_is_walked_for_what_a_slice_leaves_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A claim of an ordinary practice is decided by what is remembered: the reference evaluator is not asked of it."""
    scrubber = Scrubber.load(cache=False)
    codes = ("99213", "93000", "36415", "85025", "97110")
    one = claim(*(line(number, code) for number, code in enumerate(codes, 1)))
    scrubber.scrub(one, as_of=AS_OF)
    walked: list[str] = []
    monkeypatch.setattr("scrubber.engine.judge.hit.settle", lambda bound, *_: walked.append(bound.revision))
    result = scrubber.scrub(one, as_of=AS_OF)
    assert {"NCCI-AOC-01", "NCCI-MUE-02", "NCCI-PTP-01"} <= {gap.rule for gap in result.not_evaluated}
    assert not walked


@pytest.mark.usefixtures("at_once")
def test_what_is_missing_on_a_line_beside_history_is_not_said_of_the_next(tmp_path: Path) -> None:
    """Semantics: without history a sum over it is unknown, and so it is for the units that a line of the claim lacks."""
    pack = pack_of(tmp_path, "line.procedure = 99213 and sum of x.units over line on any claim as x > 9")
    whole, lacking = claim(line(1, "99213")), claim(line(1, "99213", units=None))
    assert reasons(pack, whole, lacking, whole) == [
        [("no_history", ("history",))], [("missing_field", ("line.units",))], [("no_history", ("history",))],
    ]  # fmt: skip


@pytest.mark.usefixtures("at_once")
def test_a_field_of_the_claim_that_elements_are_asked_for_stays_its_own(tmp_path: Path) -> None:
    """Design section 9: no state between claims, where a quantifier asks a table and the claim together."""
    when = "no other line as x where (aoc_type(x.procedure) is missing and claim.frequency = 7) and line.units = 1"
    pack = pack_of(tmp_path, when)
    first, again = (claim(line(1, "99213"), line(2, "A0425", units=2), frequency=each) for each in "17")
    outcomes = [pack.scrub(one, as_of=AS_OF).outcome for one in (first, again, first, again)]
    assert outcomes == ["findings", "clean", "findings", "clean"]


@pytest.mark.usefixtures("at_once")
def test_each_revision_of_a_rule_says_for_itself_what_a_slice_leaves_out(tmp_path: Path) -> None:
    """Contract: a gap has the severity of the revision in force on its day, and info keeps no claim from being clean."""
    extra = """revisions:
      - {effective: {to: 2024-08-01}, severity: info}
      - {effective: {from: 2024-08-02}, severity: deny}"""
    pack = pack_of(tmp_path, "mue(line.procedure).units < line.units", extra=extra)
    early, late = (claim(line(1, "99213", date=date(2024, 8, day))) for day in (1, 2))
    reasons(pack, early, late, early)
    gaps = [pack.scrub(one, as_of=AS_OF).not_evaluated[0] for one in (early, late)]
    assert [(gap.severity, gap.blocking) for gap in gaps] == [("info", False), ("deny", True)]


@pytest.mark.usefixtures("at_once")
def test_a_rule_of_which_nobody_knows_whether_it_applies_says_so_first(tmp_path: Path) -> None:
    """Contract: what keeps a rule from being decided is told; of a rule for one state, that no state is known."""
    applies = "applies: {payer: {any_of: [MEDICARE]}, state: {any_of: [TX]}}"
    pack = pack_of(tmp_path, "mue(line.procedure).units < line.units", extra=applies)
    one = claim(line(1, "99213"), billing_state=None)
    assert reasons(pack, one, one) == [[("missing_field", ("claim.payer_state",))]] * 2
