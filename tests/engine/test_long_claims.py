"""A claim of hundreds of lines is decided in bounded time where only the bundled slice of the tables is at hand, and
nothing that was not checked passes for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from tests.engine.claims_of import AS_OF, DAY, OTHER_NPI, claim, line
from tests.engine.warm import fresh, warms_after

from scrubber import Scrubber
from scrubber.claims.inputs import InputClaim
from scrubber.claims.model import Claim, ServiceLine
from scrubber.claims.view import view
from scrubber.engine.evaluate.lists import BoundCodes, Version
from scrubber.engine.evaluate.reference import Reference
from scrubber.engine.evaluate.world import World
from scrubber.engine.plan.likeness import AskedOfCodes, Likeness
from scrubber.engine.plan.rule import BoundRule
from scrubber.findings.model import ScrubResult
from scrubber.packs.model import Window

CODES = [str(code) for code in range(10_004, 99_000, 97)]
LINES: dict[str, Callable[[int], ServiceLine]] = {
    "one code": lambda n: line(n, "99213"),
    "a code a line": lambda n: line(n, CODES[n]),
    "a code a line, all with a modifier that lifts edits": lambda n: line(n, CODES[n], "59"),
    "a code a line, on four days": lambda n: line(n, CODES[n], date=DAY + timedelta(days=n % 4)),
    "CPT and HCPCS Level II by turns": lambda n: line(n, CODES[n] if n % 2 else f"J{n:04}"),
}


@pytest.mark.parametrize("kind", LINES)
def test_twice_as_many_lines_are_no_four_times_as_many_questions(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Design section 9: time is bounded. What is asked of codes is asked once for all that rules cannot tell apart, so
    the questions grow with the lines and not with the pairs of lines."""
    asked: list[str] = []

    def counted(owner: Any, name: str) -> None:
        plain = getattr(owner, name)
        monkeypatch.setattr(owner, name, lambda self, *given: (asked.append(name), plain(self, *given))[1])

    counted(Reference, "lookup")
    counted(BoundRule, "test_on")
    scrubber, counts = Scrubber.load(cache=False), []
    for lines in (100, 200):
        asked.clear()
        result = scrubber.scrub(claim(*map(LINES[kind], range(1, lines + 1))), as_of=AS_OF)
        assert result.outcome != "clean"
        counts.append(len(asked))
    assert counts[1] < 3 * counts[0]
    assert counts[1] < 200 * 100


def _long_claim(chance: Random) -> Claim:
    """Lines of codes that the slice holds and leaves out, with modifiers, days, providers and fields that differ or are
    missing."""
    codes = chance.sample(
        [
            *CODES[:300],
            *(["99213", "20610", "96372", "G0008", "J1885", "11720", "11721", "45385", "99291", "99292", "00100"]),
        ],
        9,
    )
    codes += ["G0108", "G0109", "J9035", "A9270"]
    lines = []
    for number in range(1, chance.randint(25, 45)):
        one = {
            "date": None if chance.random() < 0.03 else DAY + timedelta(days=chance.choice((0, 0, 1))),
            "units": chance.choice((1, 1, 2, 9)), "rendering_npi": chance.choice((None, None, None, OTHER_NPI)),
        }  # fmt: skip
        code = None if chance.random() < 0.03 else chance.choice(codes)
        lines.append(line(number, code, chance.choice(("", "", "", "59", "25 RT", "LT")), **one))
    return claim(*lines, billing_npi=chance.choice((None, OTHER_NPI)), payer_name=chance.choice(("MEDICARE", "NOBODY")))


def _said(result: ScrubResult) -> tuple[Any, ...]:
    """All that is said but which pair of lines speaks for those of which nothing is known."""
    gaps = {(gap.rule, gap.reason, gap.missing, gap.blocking) for gap in (*result.undetermined, *result.not_evaluated)}
    return result.outcome, result.findings, result.bypassed, result.faults, gaps


@pytest.mark.parametrize(("seed", "first"), [(0, 1), (1, 1), (2, 1_000)])
def test_a_long_claim_is_said_as_if_each_pair_were_asked(
    seed: int, first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Design section 3: not checked is never passed."""
    warms_after(monkeypatch, lines=first)
    chance, engine = Random(seed), Scrubber.load(cache=False).engine
    claims = [_long_claim(chance) for _ in range(6)]
    told = []
    for long in (1_000_000, 2):
        monkeypatch.setattr("scrubber.engine.evaluate.world.LONG", long)
        told.append([_said(fresh(engine).scrub(InputClaim(each, "", 0), AS_OF)) for each in claims])
    assert told[0] == told[1]
    assert sum(len(gaps) for *_, gaps in told[0]) > 100
    assert any(findings for _, findings, *_ in told[0])


def test_codes_of_different_lists_are_told_apart() -> None:
    """What stands in the same lists is alike; CPT codes, of which a slice may leave rows out, are told from the rest."""
    codes = BoundCodes([Version(Window(None, None), frozenset({"11720", "11721"}), lambda: ())])
    alike = Likeness([AskedOfCodes([codes], [], ["11055"])], World(view(claim(), sent_on=AS_OF, payer=None))).of
    assert alike("11720") == alike("11721") != alike("99213") == alike("99214") != alike("J1885") == alike("G0008")
    assert alike("11055") == "11055"


OTHERS = [line(number, f"J{number:04}") for number in range(101, 131)]


def test_a_code_that_a_table_knows_is_told_from_those_it_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Design section 3; CMS add-on code edits, 2024-07-01: G0247 is a type 1 add-on code of G0245 and G0246. Thirty codes
    of which the table says nothing do not hide the one it names."""
    warms_after(monkeypatch, lines=1)
    scrubber = Scrubber.load(cache=False)
    for primaries, fires in (([], True), ([line(2, "G0245")], False), ([line(2, "G0244")], True)):
        result = scrubber.scrub(claim(line(1, "G0247"), *OTHERS, *primaries), as_of=AS_OF)
        assert ("NCCI-AOC-01" in {finding.rule for finding in result.findings if finding.line == 1}) is fires


def test_each_line_that_lacks_its_code_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Design section 5: what is missing is said of each line. Any of them could be the primary of G0247 (CMS add-on code
    edits, 2024-07-01), so it is not known whether that is denied."""
    warms_after(monkeypatch, lines=1)
    lines = [line(1, "G0247"), line(2, None), *OTHERS, line(3, None)]
    result = Scrubber.load(cache=False).scrub(claim(*lines), as_of=AS_OF)
    said = [gap.message for gap in result.undetermined if gap.rule == "NCCI-AOC-04" and gap.lines == (1,)]
    assert len(said) == 1
    assert "line.procedure is missing on line 2; line.procedure is missing on line 3" in said[0]


def test_each_line_that_lacks_its_provider_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """As above, of lines that rules cannot tell apart but by their numbers: the bundled slice leaves their codes out."""
    warms_after(monkeypatch, lines=1)
    lines = [line(1, "G0247"), *[line(number, CODES[number]) for number in range(2, 32)]]
    result = Scrubber.load(cache=False).scrub(claim(*lines, billing_npi=None), as_of=AS_OF)
    said = [gap.message for gap in result.undetermined if gap.rule == "NCCI-AOC-01" and gap.lines == (1,)]
    assert len(said) == 1
    assert all(f"line.rendering_npi is missing on line {each.number}" in said[0] for each in lines)
