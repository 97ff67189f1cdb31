"""Parameters in messages and fixes: codes and lists of them too are told as they were written."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.engine.claims_of import AS_OF, claim, line
from tests.engine.packs_of import header, loaded, rule, write_pack

from scrubber.engine.evaluate.asking import WORTH_COMPILING
from scrubber.findings.model import Edit

PARAMETERS = """parameters:
  drugs: {type: list of procedure, default: ["J*", "97110", 99202-99205, "@visits"], meaning: made up}
  place: {type: place_of_service, default: "11", meaning: made up}
  counts: {type: list of number, default: [1, 2.5], meaning: made up}
  days: {type: list of date, default: [2024-08-01], meaning: made up}
  sites: {type: list of modifier, default: ["@sides", "59"], meaning: made up}
valuesets:
  visits: {type: procedure, members: [99213-99215]}
  sides: {type: modifier, members: [LT, RT]}
"""


@pytest.mark.parametrize(("name", "told"), [
    ("drugs", "97110, 99202-99205, J*, @visits"), ("place", "11"), ("counts", "1, 2.5"), ("days", "2024-08-01"),
])  # fmt: skip
def test_a_message_says_the_codes_of_a_parameter(name: str, told: str, tmp_path: Path) -> None:
    """Design section 6: `{…}` of a message is filled in with the value, in a short run and in a long one."""
    pack = write_pack(tmp_path / "p", header() + PARAMETERS, a=rule("line.units > 0", message=f"{{policy.{name}}}"))
    scrubber = loaded(pack)
    messages = {
        scrubber.scrub(claim(line(1, "99213")), as_of=AS_OF).findings[0].message for _ in range(WORTH_COMPILING + 1)
    }
    assert messages == {told}


def test_a_fix_proposes_the_codes_of_a_parameter(tmp_path: Path) -> None:
    """Design section 8: of one code an edit; of several a choice, value sets spelled out."""
    fixes = (
        "fix:\n      - {kind: set_field, field: line.place_of_service, value: policy.place}"
        "\n      - {kind: add_modifier, value: policy.sites}"
    )
    scrubber = loaded(write_pack(tmp_path / "p", header() + PARAMETERS, a=rule("line.units > 0", extra=fixes)))
    one, several = scrubber.scrub(claim(line(1, "99213")), as_of=AS_OF).findings[0].fixes
    assert one.edits == (Edit(1, "place_of_service", "set", "11"),)
    assert sorted(several.choices) == ["59", "LT", "RT"]
    assert [edit.value for edit in several.edits] == [None]
