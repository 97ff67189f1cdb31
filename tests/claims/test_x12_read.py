"""Fields of 837P, 837I and 837D claims, by guide place (guides 005010X222A1, X223A2, X224A2)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from scrubber.claims.model import Claim
from scrubber.claims.read import Deviation, InputClaim, InputProblem, read_claims
from scrubber.claims.view import ClaimView

from .sample_837 import CLAIM, DENTAL, HEAD, INSTITUTIONAL, ISA, OTHER_PAYER, PROFESSIONAL, SUBSCRIBER, interchange


def claims_of(data: bytes) -> list[InputClaim]:
    found = list(read_claims(data, "a.837"))
    assert all(isinstance(item, InputClaim) for item in found), found
    return [item for item in found if isinstance(item, InputClaim)]


def one(data: bytes) -> InputClaim:
    (found,) = claims_of(data)
    return found


def test_professional_claim() -> None:
    found = one(interchange(PROFESSIONAL))
    claim = found.claim
    assert (found.problems, found.deviations, found.index, found.file) == ((), (), 0, "a.837")
    assert (claim.type, claim.patient_control_number, claim.total_charge) == ("PROFESSIONAL", "TEST-1", 35000)
    assert (claim.place_of_service, claim.frequency, claim.bill_type) == ("11", "1", None)
    assert (claim.billing_npi, claim.billing_taxonomy, claim.billing_tin) == ("1234567893", "207Q00000X", "000000001")
    assert (claim.billing_state, claim.billing_zip) == ("TX", "787010001")
    assert (claim.payer_sequence, claim.filing_indicator, claim.payer_id) == ("P", "MB", "PAYER1")
    assert (claim.payer_name, claim.subscriber_id) == ("INVENTED PAYER", "TEST0001")
    assert (claim.patient_birth_date, claim.patient_sex) == (date(1948, 2, 29), "F")
    assert claim.patient_is_subscriber is True
    assert (claim.referring_npi, claim.rendering_npi) == ("1000000004", "1000000012")
    assert (claim.rendering_taxonomy, claim.facility_npi, claim.site) == ("208D00000X", "1000000020", "INVENTED SITE")
    assert (claim.facility_zip, claim.prior_auth, claim.clia) == ("787020002", "AUTH1", "45D0000000")
    assert (claim.note, claim.onset_date, claim.attachment) == ("INVENTED NOTE", date(2024, 6, 15), False)
    assert [(d.code, d.qualifier) for d in claim.diagnoses] == [("E119", "ABK"), ("I10", "ABF")]


def test_professional_lines() -> None:
    first, second = one(interchange(PROFESSIONAL)).claim.lines
    assert (first.number, first.procedure, first.modifiers, first.charge) == (1, "99213", ("25",), 15000)
    assert (first.units, first.unit_basis, first.place_of_service) == (1, "UN", None)
    assert (first.diagnosis_pointers, first.date, first.date_to) == ((1, 2), date(2024, 7, 3), None)
    assert (first.emergency, first.epsdt, first.rendering_npi) == (False, False, None)
    assert (second.modifiers, second.description, second.charge) == (("JZ",), "INVENTED DRUG", 20000)
    assert (second.units, type(second.units), second.place_of_service) == (2, int, "12")
    assert (second.emergency, second.family_planning, second.note) == (True, False, "LINE NOTE")
    assert (second.date, second.date_to) == (date(2024, 7, 3), date(2024, 7, 5))
    assert (second.ndc, second.ndc_quantity, second.ndc_unit) == ("00003029305", Decimal("1.5"), "ML")
    assert (second.rendering_npi, second.rendering_taxonomy) == ("1000000038", "363L00000X")
    assert second.ordering_npi == "1000000046"


def test_institutional_claim() -> None:
    found = one(interchange(INSTITUTIONAL, version="005010X223A2"))
    claim = found.claim
    assert found.problems == ()
    assert (claim.type, claim.bill_type, claim.frequency, claim.place_of_service) == ("INSTITUTIONAL", "137", "7", None)
    assert (claim.total_charge, claim.original_reference, claim.discharge_status) == (120050, "ICN1", "01")
    assert (claim.statement_from, claim.statement_to) == (date(2024, 7, 1), date(2024, 7, 3))
    assert (claim.admit_date, claim.discharge_date) == (date(2024, 7, 1), date(2024, 7, 3))
    assert (claim.attending_npi, claim.operating_npi, claim.rendering_npi) == ("1000000004", "1000000012", None)
    assert [(d.code, d.qualifier, d.poa) for d in claim.diagnoses] == [
        ("I2109", "ABK", "Y"), ("E119", "ABF", "N"), ("I10", "ABF", None), ("R0789", "ABJ", None),
        ("R0789", "APR", None),
    ]  # fmt: skip
    assert [(p.code, p.qualifier, p.date) for p in claim.icd_procedures] == [
        ("0210093", "BBR", date(2024, 7, 2)), ("02703DZ", "BBQ", date(2024, 7, 3)),
    ]  # fmt: skip
    first, second = claim.lines
    assert (first.revenue_code, first.procedure, first.modifiers, first.charge) == ("0450", "99284", ("25",), 90000)
    assert (second.revenue_code, second.procedure, second.units, second.date) == ("0250", None, 3, None)
    assert (first.emergency, first.unit_basis) == (None, "UN")


def test_a_statement_of_a_single_date_is_of_one_day() -> None:
    """837I 2300 DTP*434: X223A2 has a range, whose days may be the same; X096A1 before it had a single date too."""
    body = INSTITUTIONAL.replace("DTP*434*RD8*20240701-20240703", "DTP*434*D8*20240701")
    claim = one(interchange(body, version="005010X223A2")).claim
    assert (claim.statement_from, claim.statement_to) == (date(2024, 7, 1), date(2024, 7, 1))
    assert claim.discharge_date == date(2024, 7, 1)


@pytest.mark.parametrize(
    ("first", "field"), [("ABK:I2109", "diagnoses"), ("BBR:0210093:D8:20240702", "icd_procedures")]
)
def test_no_more_codes_are_read_than_a_claim_could_have(first: str, field: str) -> None:
    """Rules look at pairs of diagnoses: of thousands there would be millions. The guides have room for 41."""
    many = "~".join(f"HI*{first}" for _ in range(99))
    body = INSTITUTIONAL.replace("HI*DR:280", many)
    found = one(interchange(body, version="005010X223A2"))
    assert len(getattr(found.claim, field)) == 100
    assert [problem.element for problem in found.problems] == ["HI01"]
    assert "no more than 100 are read" in found.problems[0].message


def test_the_dates_of_a_professional_claim() -> None:
    """837P 2300 DTP*431, 484, 454, 435 and 096: onset, last menses, initial treatment, admission, discharge."""
    dates = {"431": "onset", "484": "lmp", "454": "initial_treatment", "435": "admit", "096": "discharge"}
    segments = "".join(f"DTP*{code}*D8*202406{day:02d}~" for day, code in enumerate(dates, 1))
    claim = one(interchange(PROFESSIONAL.replace("DTP*431*D8*20240615~", segments))).claim
    found = [getattr(claim, f"{name}_date") for name in dates.values()]
    assert found == [date(2024, 6, day) for day in range(1, 6)]


def test_a_line_may_give_its_initial_treatment_and_its_papers() -> None:
    """837P 2400 DTP*454 and PWK: what a claim may say for all lines, a line may say for itself."""
    said = "1:2~PWK*OZ*EL***AC*A1~DTP*472*D8*20240703~DTP*454*D8*20240602~"
    claim = one(interchange(PROFESSIONAL.replace("1:2~DTP*472*D8*20240703~", said))).claim
    first, second = ClaimView(claim, date(2024, 8, 15), None, None).lines
    assert (first.initial_treatment_date, first.attachment) == (date(2024, 6, 2), True)
    assert (second.initial_treatment_date, second.attachment) == (None, False)
    assert (claim.initial_treatment_date, claim.attachment) == (None, False)


def test_the_end_of_a_range_that_cannot_be_read_is_not_made_up() -> None:
    body = INSTITUTIONAL.replace("DTP*434*RD8*20240701-20240703", "DTP*434*RD8*20240701-20240799")
    found = one(interchange(body, version="005010X223A2"))
    assert (found.claim.statement_from, found.claim.statement_to) == (date(2024, 7, 1), None)
    assert [problem.element for problem in found.problems] == ["DTP03"]


def test_dental_claim() -> None:
    found = one(interchange(DENTAL, version="005010X224A2"))
    claim = found.claim
    assert (found.problems, claim.type, claim.rendering_taxonomy) == ((), "DENTAL", "1223G0001X")
    assert (claim.lines[0].procedure, claim.lines[0].charge, claim.lines[0].units) == ("D1110", 9000, 1)
    assert (claim.statement_from, claim.statement_to) == (date(2024, 7, 2), date(2024, 7, 2))
    assert claim.place_of_service == "11"


def test_patient_below_a_subscriber_and_other_payers() -> None:
    found = one(interchange(HEAD + OTHER_PAYER))
    claim = found.claim
    assert found.problems == ()
    assert (claim.patient_is_subscriber, claim.patient_birth_date) == (False, date(2020, 3, 1))
    assert (claim.patient_sex, claim.subscriber_id) == ("F", "TEST0002")
    assert (claim.related_causes, claim.accident_state, claim.accident_date) == (("AA", "EM"), "TX", date(2024, 6, 1))
    (other,) = claim.other_payers
    assert (other.sequence, other.id, other.name, other.filing_indicator) == ("P", "PAYER9", "FIRST PAYER", "CI")
    assert (other.paid_amount, other.paid_date) == (4000, date(2024, 7, 20))


def test_patient_key_links_and_says_nothing() -> None:
    first, second = one(interchange(PROFESSIONAL)), one(interchange(PROFESSIONAL.replace("TEST-1", "TEST-9")))
    other = one(interchange(PROFESSIONAL.replace("EXAMPLE*PAT", "EXAMPLE*LEE")))
    assert first.claim.patient_key == second.claim.patient_key != other.claim.patient_key
    assert first.claim.patient_key is not None
    assert first.claim.patient_key.startswith("sha256:")
    assert "EXAMPLE" not in repr(first.claim)


def test_no_patient_name_is_kept() -> None:
    names = {name for name in Claim.__struct_fields__ if "name" in name}
    assert names == {"payer_name"}


@pytest.mark.parametrize(
    ("element", "repetition", "component", "terminator"),
    [("|", "^", ">", "~"), ("*", "^", ":", "\n"), ("\x1d", "\x1f", "\x1e", "\x1c"), ("+", "!", "&", "'"),
     ("*", "U", "<", "~")],
)  # fmt: skip
def test_any_separators(element: str, repetition: str, component: str, terminator: str) -> None:
    text = interchange(PROFESSIONAL, break_="").decode()
    table = str.maketrans({"*": element, ":": component, "~": terminator, "^": repetition})
    found = one(text.translate(table).encode())
    assert found.claim == one(interchange(PROFESSIONAL)).claim
    assert found.problems == ()


def test_terminator_newline_with_carriage_returns() -> None:
    text = interchange(PROFESSIONAL, break_="").decode().replace("~", "\n")
    assert one(text.replace("\n", "\r\n").encode()) is not None
    dos = text.replace("\n", "\r\n")
    # The ISA's terminator is its 106th byte: with CRLF that is the carriage return.
    assert one(dos.encode()).claim == one(interchange(PROFESSIONAL)).claim


def test_several_claims_sets_groups_and_interchanges() -> None:
    two = interchange(PROFESSIONAL, HEAD + SUBSCRIBER + CLAIM + CLAIM.replace("TEST-1", "TEST-2"))
    other = interchange(PROFESSIONAL, break_="").decode()
    other = other.translate(str.maketrans({"*": "|", ":": ">", "~": "!"}))
    data = b"\xef\xbb\xbf\n\n" + two + b"\n \n" + other.encode()
    found = claims_of(data)
    assert [item.index for item in found] == [0, 1, 2, 3]
    assert [item.claim.patient_control_number for item in found] == ["TEST-1", "TEST-1", "TEST-2", "TEST-1"]
    assert found[3].claim == found[0].claim
    spot = found[3].origin.spot("claim", 0, "patient_control_number") if found[3].origin else None
    assert spot is not None
    assert data[spot.offset : spot.offset + spot.length] == b"TEST-1"


def test_known_dirt() -> None:
    """data/README.md: one-day ranges, trailing empty components, units 1.00, a no-break space after a code, minutes."""
    dirt = CLAIM.replace("SV1*HC:99213:25*150*UN*1***1:2", "SV1*HC:00902:aa::::46705*150*MJ*45.00***1").replace(
        "DTP*472*D8*20240703", "DTP*472*RD8*20180713-20180713"
    )
    dirt = dirt.replace("ABK:E119", "abk:e11.9\u00a0")
    found = one(interchange(HEAD + SUBSCRIBER + dirt))
    first = found.claim.lines[0]
    assert (first.procedure, first.modifiers, first.description) == ("00902", ("AA",), "46705")
    assert (first.units, first.unit_basis) == (45, "MJ")
    assert first.date == first.date_to == date(2018, 7, 13)
    assert (found.claim.diagnoses[0].code, found.problems) == ("E119", ())
    assert set(found.deviations) == {
        Deviation("line.modifiers", "case", 1),
        Deviation("diagnosis.qualifier", "case", None, 1),
        Deviation("diagnosis.code", "case", None, 1),
        Deviation("diagnosis.code", "dot", None, 1),
        Deviation("diagnosis.code", "padding", None, 1),
    }


def test_a_latin_1_no_break_space_is_read_too() -> None:
    data = interchange(PROFESSIONAL).replace(b"ABK:E119", b"ABK:E119\xa0")
    assert one(data).claim.diagnoses[0].code == "E119"


@pytest.mark.parametrize(
    ("new", "element", "says"),
    [("BBR::D8:20240702", "HI01-2", "required"), ("BBR:0210093:D8:20240732", "HI01-4", "no day of the calendar")],
)
def test_an_icd_procedure_that_cannot_be_read_is_a_problem(new: str, element: str, says: str) -> None:
    found = one(interchange(INSTITUTIONAL.replace("BBR:0210093:D8:20240702", new), version="005010X223A2"))
    (problem,) = found.problems
    assert problem.element == element
    assert says in problem.message
    assert [p.code for p in found.claim.icd_procedures][1:] == ["02703DZ"]


def test_an_untidy_icd_procedure_is_read_and_named() -> None:
    found = one(interchange(INSTITUTIONAL.replace("BBQ:02703DZ", "bbq:02703dz"), version="005010X223A2"))
    assert [p.code for p in found.claim.icd_procedures] == ["0210093", "02703DZ"]
    assert set(found.deviations) == {
        Deviation("icd_procedure.code", "case", None, None, 2),
        Deviation("icd_procedure.qualifier", "case", None, None, 2),
    }


def test_icd_9_keeps_its_qualifier() -> None:
    found = one(interchange(PROFESSIONAL.replace("ABK:E119*ABF:I10", "BK:25000*BF:4019")))
    assert [(d.code, d.qualifier) for d in found.claim.diagnoses] == [("25000", "BK"), ("4019", "BF")]


def test_an_identifier_that_is_no_npi_is_not_taken_for_one() -> None:
    found = one(interchange(PROFESSIONAL.replace("XX*1000000012", "24*000000002")))
    assert (found.claim.rendering_npi, found.problems) == (None, ())


@pytest.mark.parametrize(
    ("old", "new", "element", "says"),
    [
        ("CLM*TEST-1*350*", "CLM*TEST-1*35O*", "CLM02", "amount of money"),
        ("CLM*TEST-1*350*", "CLM*TEST-1**", "CLM02", "required"),
        ("CLM*TEST-1*350*", "CLM*TEST-1*1.005*", "CLM02", "two decimal places"),
        ("DTP*472*D8*20240703", "DTP*472*D8*2024-07-03", "DTP03", "CCYYMMDD"),
        ("DTP*472*D8*20240703", "DTP*472*D8*20240732", "DTP03", "no day of the calendar"),
        ("DTP*472*RD8*20240703-20240705", "DTP*472*RD8*20240703", "DTP03", "range of dates"),
        ("DTP*431*D8*20240615", "DTP*431*D8*", "DTP03", "required"),
        ("*UN*1***1:2", "*UN*one***1:2", "SV104", "decimal number"),
        ("***1:2~", "***1:X~", "SV107-2", "position of a diagnosis"),
        ("LX*2", "LX*1", "LX01", "repeats"),
        ("LX*2", "LX*B", "LX01", "whole number"),
        ("DMG*D8*19480229", "DMG*D8*19490229", "DMG02", "no day of the calendar"),
        ("SV1*HC:99213:25*", "SV1*HC>99213>25*", "SV101-2", "required"),
        ("HI*ABK:E119*", "HI*ABK*", "HI01-2", "required"),
        ("NTE*ADD*LINE NOTE", "QQQ*1", "QQQ", "not a segment of loop 2400"),
        ("NM1*82*1*OTHER", "NM1*Q1*1*OTHER", "NM1", "no party"),
        ("**Y~", "**Q~", "SV109", "Y or N"),
        ("1000000012~PRV", "1000000012~REF*X4*1~DTP*439*D8*20240101~PRV", "DTP", "stands after loop 2310B"),
    ],
)  # fmt: skip
def test_a_bad_value_is_a_problem_and_the_rest_is_read(old: str, new: str, element: str, says: str) -> None:
    assert old in PROFESSIONAL
    data = interchange(PROFESSIONAL.replace(old, new, 1), PROFESSIONAL)
    first, second = claims_of(data)
    assert len(first.claim.lines) == 2
    problem = first.problems[0]
    assert (problem.element, problem.claim, problem.file) == (element, "TEST-1", "a.837")
    assert says in problem.message
    assert problem.segment is not None
    assert problem.offset is not None
    assert data[problem.offset - 1 : problem.offset] in (b"*", b":", b"\n")
    assert second.problems == ()


def test_a_problem_names_the_line_and_does_not_quote() -> None:
    data = interchange(PROFESSIONAL.replace("*200.00*", "*SECRET*"))
    (problem,) = one(data).problems
    assert (problem.element, problem.line) == ("SV102", 2)
    assert "SECRET" not in str(problem)
    assert problem.offset == data.index(b"SECRET")


def test_a_field_with_a_problem_is_missing() -> None:
    found = one(interchange(PROFESSIONAL.replace("CLM*TEST-1*350*", "CLM*TEST-1*x*")))
    assert (found.claim.total_charge, found.claim.patient_control_number) == (None, "TEST-1")


@pytest.mark.parametrize(
    ("old", "new", "element"),
    [
        (b"SE*38*0001", b"SE*39*0001", "SE01"),
        (b"SE*38*0001", b"SE*38*0002", "SE02"),
        (b"GE*1*1", b"GE*2*1", "GE01"),
        (b"IEA*1*000000001", b"IEA*1*000000002", "IEA02"),
        (b"HL*2*1*22", b"HL*2*7*22", "HL02"),
        (b"IEA*1*000000001~", b"", "ISA"),
        (b"GE*1*1~", b"", "GS"),
        (b"SE*38*0001~", b"", "ST"),
    ],
)
def test_envelope_problems_stand_alone(old: bytes, new: bytes, element: str) -> None:
    data = interchange(PROFESSIONAL)
    count = data.count(b"~") - 4
    old, new = (text.replace(b"38", str(count).encode()).replace(b"39", str(count + 1).encode()) for text in (old, new))
    assert old in data
    found = list(read_claims(data.replace(old, new)))
    problems = [item for item in found if isinstance(item, InputProblem)]
    assert [problem.element for problem in problems] == [element]
    assert len(found) == 2


@pytest.mark.parametrize(
    "version", ["004010X098A1", "004010X096A1", "004010X097A1", "005010X291", "005010X299", "junk"]
)
def test_other_versions_are_refused_once_a_group(version: str) -> None:
    data = interchange(PROFESSIONAL, PROFESSIONAL, version=version)
    (problem,) = read_claims(data)
    assert isinstance(problem, InputProblem)
    assert ("005010" in problem.help, "junk" in str(problem)) == (True, False)
    if version.startswith("004010"):
        assert version in problem.message
        assert "5010 file" in problem.help


def test_other_transaction_sets_are_refused() -> None:
    data = interchange(PROFESSIONAL, version="005010X221A1").replace(b"ST*837", b"ST*835")
    (problem,) = read_claims(data)
    assert isinstance(problem, InputProblem)
    assert "835" in problem.message


def test_one_refused_group_does_not_stop_the_next() -> None:
    data = interchange(PROFESSIONAL, version="004010X098A1") + interchange(PROFESSIONAL)
    found = list(read_claims(data))
    assert [type(item) for item in found] == [InputProblem, InputClaim]


def test_a_claim_without_lines_or_outside_a_level_says_so() -> None:
    no_lines = HEAD + SUBSCRIBER + CLAIM.split("LX*1")[0]
    (problem,) = one(interchange(no_lines)).problems
    assert "no service line" in problem.message
    lost = one(interchange(HEAD + CLAIM))
    assert "outside a subscriber" in lost.problems[0].message
    assert len(lost.claim.lines) == 2


def test_a_file_cut_short_keeps_what_was_whole() -> None:
    data = interchange(PROFESSIONAL, PROFESSIONAL)
    found = list(read_claims(data[: data.rindex(b"LX*2")]))
    claims = [item for item in found if isinstance(item, InputClaim)]
    assert [len(item.claim.lines) for item in claims] == [2, 1]
    (problem,) = [item for item in found if isinstance(item, InputProblem)]
    assert "cut short" in problem.help


def test_isa_is_read_whatever_its_padding() -> None:
    short = ISA.replace("          ", "").replace("SENDER         ", "SENDER")
    assert one(interchange(PROFESSIONAL, isa=short)).claim.patient_control_number == "TEST-1"
