"""Where fields stand, and changing them without touching anything else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from scrubber.claims.origin import Origin, Spot, json_pointer
from scrubber.claims.read import InputClaim, read_claims
from scrubber.claims.x12.patch import FieldEdit, RemoveLine, set_fields
from scrubber.claims.x12.segments import join, split
from scrubber.core.diagnostics import UsageError

from .sample_837 import INSTITUTIONAL, PROFESSIONAL, interchange

DATA = interchange(PROFESSIONAL)


def read(data: bytes) -> tuple[InputClaim, Origin]:
    (found,) = read_claims(data)
    assert isinstance(found, InputClaim)
    assert found.origin is not None
    return found, found.origin


def changed(record: str, number: int, field: str, value: Any, data: bytes = DATA) -> bytes:
    return set_fields(data, [(read(data)[1], FieldEdit(record, number, field, value))])


@pytest.mark.parametrize(
    ("key", "name", "loop", "text"),
    [
        (("claim", 0, "total_charge"), "CLM02", "2300", b"350"),
        (("claim", 0, "place_of_service"), "CLM05-1", "2300", b"11"),
        (("claim", 0, "billing_npi"), "NM109", "2010AA", b"1234567893"),
        (("claim", 0, "rendering_npi"), "NM109", "2310B", b"1000000012"),
        (("line", 1, "procedure"), "SV101-2", "2400", b"99213"),
        (("line", 1, "modifiers"), "SV101-3", "2400", b"25"),
        (("line", 1, "modifier_1"), "SV101-3", "2400", b"25"),
        (("line", 2, "description"), "SV101-7", "2400", b"INVENTED DRUG"),
        (("line", 2, "ndc"), "LIN03", "2410", b"00003029305"),
        (("line", 2, "date"), "DTP03", "2400", b"20240703-20240705"),
        (("diagnosis", 2, "code"), "HI02-2", "2300", b"I10"),
    ],
)
def test_spots(key: tuple[str, int, str], name: str, loop: str, text: bytes) -> None:
    spot = read(DATA)[1].spot(*key)
    assert isinstance(spot, Spot)
    assert (spot.element_name, spot.loop, str(spot)) == (name, loop, f"{loop} {name}")
    assert DATA[spot.offset : spot.offset + spot.length] == text
    assert not spot.absent
    before = DATA[: spot.offset]
    assert spot.segment_index == before.count(b"~") + 1


def test_a_field_past_the_end_of_its_segment_is_absent_at_its_end() -> None:
    spot = read(DATA)[1].spot("line", 1, "emergency")
    assert spot is not None
    assert (spot.absent, spot.length, DATA[spot.offset : spot.offset + 1]) == (True, 0, b"~")
    assert read(DATA)[1].spot("line", 1, "ndc") is None
    assert read(DATA)[1].spot("line", 9, "procedure") is None


def test_json_pointers() -> None:
    assert json_pointer("$", "line", 2, "units") == "$.lines[2].units"
    assert json_pointer("$.claims[4]", "claim", 0, "total_charge") == "$.claims[4].total_charge"
    assert json_pointer("$", "diagnosis", 0, "code") == "$.diagnoses[0].code"


ONE_DAY = INSTITUTIONAL.replace("DTP*434*RD8*20240701-20240703", "DTP*434*D8*20240701")


@pytest.mark.parametrize(
    "data", [DATA, *(interchange(body, version="005010X223A2") for body in (INSTITUTIONAL, ONE_DAY))]
)
def test_setting_a_field_to_its_own_value_changes_no_byte(data: bytes) -> None:
    found, origin = read(data)
    tried = 0
    for record, number, field in origin.fields():
        at: Any = {
            "claim": (found.claim,), "line": found.claim.lines, "diagnosis": found.claim.diagnoses,
            "icd_procedure": found.claim.icd_procedures,
        }[record]  # fmt: skip
        value = getattr(at[max(number - 1, 0)], field, None)
        if value in (None, ()) or field in ("patient_is_subscriber", "attachment"):
            continue
        assert set_fields(data, [(origin, FieldEdit(record, number, field, value))]) == data, (record, number, field)
        tried += 1
    assert tried > 25


@pytest.mark.parametrize(
    ("edit", "old", "new"),
    [
        (("claim", 0, "total_charge", 40050), b"TEST-1*350*", b"TEST-1*400.50*"),
        (("claim", 0, "total_charge", 40000), b"TEST-1*350*", b"TEST-1*400*"),
        (("claim", 0, "place_of_service", "22"), b"***11:B:1", b"***22:B:1"),
        (("claim", 0, "frequency", "7"), b"11:B:1*", b"11:B:7*"),
        (("claim", 0, "accident_state", "TX"), b"*Y*A*Y*Y~\nDTP", b"*Y*A*Y*Y**:::TX~\nDTP"),
        (("claim", 0, "related_causes", ("EM",)), b"*Y*A*Y*Y~\nDTP", b"*Y*A*Y*Y**EM~\nDTP"),
        (("claim", 0, "delay_reason", "9"), b"*Y*A*Y*Y~\nDTP", b"*Y*A*Y*Y***********9~\nDTP"),
        (("claim", 0, "onset_date", date(2024, 6, 16)), b"431*D8*20240615", b"431*D8*20240616"),
        (("line", 1, "modifiers", ("25", "GT")), b"HC:99213:25*", b"HC:99213:25:GT*"),
        (("line", 1, "modifiers", ()), b"HC:99213:25*", b"HC:99213*"),
        (("line", 2, "modifiers", ("JZ", "59")), b"J3301:JZ::::INV", b"J3301:JZ:59:::INV"),
        (("line", 2, "modifiers", None), b"J3301:JZ::::INV", b"J3301:::::INV"),
        (("line", 2, "description", None), b"J3301:JZ::::INVENTED DRUG*", b"J3301:JZ*"),
        (("line", 2, "units", 3), b"*UN*2.00*", b"*UN*3*"),
        (("line", 1, "emergency", True), b"***1:2~", b"***1:2**Y~"),
        (("line", 2, "emergency", False), b"**2**Y~", b"**2~"),
        (("line", 1, "diagnosis_pointers", (2,)), b"***1:2~", b"***2~"),
        (("line", 1, "date", date(2024, 7, 4)), b"472*D8*20240703", b"472*D8*20240704"),
        (("line", 1, "date_to", date(2024, 7, 4)), b"472*D8*20240703", b"472*RD8*20240703-20240704"),
        (("line", 2, "date_to", None), b"472*RD8*20240703-20240705", b"472*D8*20240703"),
        (("line", 2, "ndc", "11111111111"), b"N4*00003029305", b"N4*11111111111"),
        (("diagnosis", 1, "code", "E1165"), b"ABK:E119*", b"ABK:E1165*"),
        (("diagnosis", 2, "poa", "Y"), b"ABF:I10~", b"ABF:I10:::::::Y~"),
    ],
)
def test_setting_a_field_changes_that_element_only(edit: tuple[Any, ...], old: bytes, new: bytes) -> None:
    assert DATA.count(old) == 1
    assert changed(*edit) == DATA.replace(old, new)


@pytest.mark.parametrize(
    ("field", "value", "old", "new"),
    [
        ("code", "0210094", b"BBR:0210093:D8", b"BBR:0210094:D8"),
        ("date", date(2024, 7, 1), b"0210093:D8:20240702~", b"0210093:D8:20240701~"),
        ("date", None, b"0210093:D8:20240702~", b"0210093~"),
    ],
)
def test_an_icd_procedure_is_patched_in_its_own_element(field: str, value: Any, old: bytes, new: bytes) -> None:
    """The principal procedure stands second in the file and first on the claim."""
    data = interchange(INSTITUTIONAL, version="005010X223A2")
    patched = changed("icd_procedure", 1, field, value, data)
    assert patched == data.replace(old, new)
    assert getattr(read(patched)[0].claim.icd_procedures[0], field) == value
    spot = read(data)[1].spot("icd_procedure", 1, "date")
    assert spot is not None
    assert str(spot) == "2300 HI01-4"


def test_a_date_given_to_an_icd_procedure_that_had_none_names_its_format() -> None:
    data = interchange(INSTITUTIONAL.replace(":0210093:D8:20240702", ":0210093"), version="005010X223A2")
    patched = changed("icd_procedure", 1, "date", date(2024, 7, 2), data)
    assert patched == data.replace(b"BBR:0210093~", b"BBR:0210093:D8:20240702~")


@pytest.mark.parametrize(
    "edit", [("line", 1, "modifiers", ("25", "GT")), ("claim", 0, "total_charge", 1), ("line", 2, "units", 9)]
)
def test_what_was_set_is_read_back(edit: tuple[str, int, str, Any]) -> None:
    found, _ = read(changed(*edit))
    record: Any = found.claim if edit[0] == "claim" else found.claim.lines[edit[1] - 1]
    assert getattr(record, edit[2]) == edit[3]
    assert found.problems == ()


def test_a_normalising_edit_clears_the_deviation() -> None:
    data = interchange(PROFESSIONAL.replace("HC:99213:25", "HC:99213:lt ").replace("E119", "e11.9"))
    found, origin = read(data)
    edits = [
        (origin, FieldEdit("line", 1, "modifiers", found.claim.lines[0].modifiers)),
        (origin, FieldEdit("diagnosis", 1, "code", found.claim.diagnoses[0].code)),
    ]
    assert len(found.deviations) == 4
    fixed = set_fields(data, edits)
    assert fixed == data.replace(b"lt ", b"LT").replace(b"e11.9", b"E119")
    assert read(fixed)[0].deviations == ()


def _se(data: bytes) -> int:
    return int(data.split(b"SE*")[1].split(b"*")[0])


def test_removing_a_line_takes_its_loop_and_counts_down() -> None:
    found, origin = read(DATA)
    out = set_fields(DATA, [(origin, RemoveLine(2))])
    start, end = DATA.index(b"LX*2"), DATA.index(b"SE*")
    expected = DATA[:start] + DATA[end:]
    removed = DATA[start:end].count(b"~")
    assert out == expected.replace(b"SE*%d" % _se(DATA), b"SE*%d" % (_se(DATA) - removed))
    again, _ = read(out)
    assert (again.claim.lines, again.problems) == (found.claim.lines[:1], ())


def test_additions_stand_in_the_guides_order_and_go_with_a_removed_line() -> None:
    _, origin = read(DATA)
    note, auth = FieldEdit("line", 1, "note", "N"), FieldEdit("line", 1, "prior_auth", "A")
    both = set_fields(DATA, [(origin, note), (origin, auth)])
    assert b"REF*G1*A~\nNTE*ADD*N~\nLX*2" in both
    assert _se(both) == _se(DATA) + 2
    alone = set_fields(DATA, [(origin, RemoveLine(1))])
    assert set_fields(DATA, [(origin, note), (origin, RemoveLine(1)), (origin, auth)]) == alone


@pytest.mark.parametrize("terminator", [b"\n", b"\r\n", b"~\r\n"])
def test_line_breaks_are_kept_whatever_they_are(terminator: bytes) -> None:
    data = interchange(PROFESSIONAL, break_="").replace(b"~", terminator)
    _, origin = read(data)
    edits = [(origin, FieldEdit("line", 1, "prior_auth", "A")), (origin, RemoveLine(2))]
    out = set_fields(data, edits)
    assert b"REF*6R*A" + terminator + b"REF*G1*A" + terminator + b"SE*" in out
    found, _ = read(out)
    assert (len(found.claim.lines), found.claim.lines[0].prior_auth, found.problems) == (1, "A", ())


def test_the_only_line_and_a_line_that_is_not_there_cannot_be_removed() -> None:
    _, origin = read(DATA)
    with pytest.raises(UsageError, match="only line"):
        set_fields(DATA, [(origin, RemoveLine(1)), (origin, RemoveLine(2))])
    with pytest.raises(UsageError, match="no line 7"):
        set_fields(DATA, [(origin, RemoveLine(7))])


@pytest.mark.parametrize(
    ("edit", "new", "before"),
    [
        (("claim", 0, "referral", "R1"), b"REF*9F*R1~\n", b"NTE*ADD*INVENTED"),
        (("claim", 0, "accident_date", date(2024, 6, 1)), b"DTP*439*D8*20240601~\n", b"REF*G1"),
        (("line", 1, "prior_auth", "A2"), b"REF*G1*A2~\n", b"LX*2"),
        (("line", 1, "initial_treatment_date", date(2024, 6, 2)), b"DTP*454*D8*20240602~\n", b"REF*6R*A"),
        (("line", 1, "note", "SEEN TWICE"), b"NTE*ADD*SEEN TWICE~\n", b"LX*2"),
    ],
)
def test_a_segment_is_added_where_the_guide_has_it(edit: tuple[Any, ...], new: bytes, before: bytes) -> None:
    at = DATA.index(before)
    out = changed(*edit)
    assert out == DATA[:at] + new + DATA[at:].replace(b"SE*%d" % _se(DATA), b"SE*%d" % (_se(DATA) + 1))
    found, _ = read(out)
    assert found.problems == ()
    assert getattr(found.claim if edit[0] == "claim" else found.claim.lines[0], edit[2]) == edit[3]


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (("line", 1, "procedure", "99*13"), "separator"),
        (("line", 1, "description", "A~B"), "separator"),
        (("claim", 0, "payer", "X"), "cannot be set"),
        (("line", 1, "no_such", "X"), "cannot be set"),
        (("line", 1, "ordering_npi", "1000000046"), "no segment"),
        (("line", 1, "modifiers", ("A1",) * 5), "room for 4"),
        (("line", 1, "modifiers", "A1"), "of that type"),
        (("line", 1, "units", "3"), "of that type"),
        (("claim", 0, "total_charge", True), "of that type"),
    ],
)
def test_edits_that_cannot_be_made_say_why(edit: tuple[Any, ...], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        changed(*edit)


def test_a_file_that_changed_since_is_refused() -> None:
    _, origin = read(DATA)
    with pytest.raises(UsageError, match="bytes differ"):
        set_fields(DATA.replace(b"99213", b"99214"), [(origin, FieldEdit("line", 1, "procedure", "99215"))])


def test_several_claims_of_a_file_are_edited_at_once() -> None:
    data = interchange(PROFESSIONAL, PROFESSIONAL.replace("TEST-1", "TEST-2"))
    first, second = (item for item in read_claims(data) if isinstance(item, InputClaim))
    assert first.origin is not None
    assert second.origin is not None
    edits = [(second.origin, FieldEdit("line", 1, "units", 4)), (first.origin, RemoveLine(1))]
    out = set_fields(data, edits)
    after = list(read_claims(out))
    assert all(isinstance(item, InputClaim) and not item.problems for item in after)
    one, two = (item.claim for item in after if isinstance(item, InputClaim))
    assert ([line.number for line in one.lines], two.lines[0].units) == ([2], 4)


@pytest.mark.parametrize("tail", [b"", b"\n", b"\r\n\r\n \t", b"\n\xef"])
def test_tokens_join_to_the_same_bytes(tail: bytes) -> None:
    for head in (b"", b"\xef\xbb\xbf", b"\n\n  ", b"\xef\xbb\xbf\r\n"):
        for break_ in ("", "\n", "\r\n", " \n\n"):
            data = head + interchange(PROFESSIONAL, break_=break_) + tail
            assert join(split(data)) == data
