"""The field catalogue: the one list of what a rule can ask of a claim, with its type and where it stands on paper.

The language's names, the claim classes, the JSON Schema of a claim and the field reference in the documentation are
all held to this list. 837 places name guide X222A1 (837P), X223A2 (837I) and X224A2 (837D), loop and element.
"""

from __future__ import annotations

from msgspec import Struct

from scrubber.core.types import DATE, FLAG, MONEY, NUMBER, TEXT, Type, code, codes, records


class Field(Struct, frozen=True):
    """One field of a record.

    ``derived`` fields are computed and cannot be set; ``effective`` ones fall back to the claim when the line is
    silent. ``x12``, ``cms1500`` and ``ub04`` say where a person finds it; empty: nowhere.
    """

    record: str
    name: str
    type: Type
    meaning: str
    x12: str = ""
    cms1500: str = ""
    ub04: str = ""
    derived: bool = False

    @property
    def path(self) -> str:
        """The field as a rule writes it: ``line.procedure``."""
        return f"{self.record}.{self.name}"


def _line(
    name: str, type_: Type, meaning: str, x12: str = "", cms1500: str = "", ub04: str = "", derived: bool = False
) -> Field:
    return Field("line", name, type_, meaning, x12, cms1500, ub04, derived)


def _claim(
    name: str, type_: Type, meaning: str, x12: str = "", cms1500: str = "", ub04: str = "", derived: bool = False
) -> Field:
    return Field("claim", name, type_, meaning, x12, cms1500, ub04, derived)


_PROCEDURE, _MODIFIER, _NPI = code("procedure"), code("modifier"), code("npi")

LINE = (
    _line("number", NUMBER, "Line number as sent", "2400 LX01", "24", "42-47"),
    _line("procedure", _PROCEDURE, "HCPCS or CPT code", "2400 SV101-2, SV202-2, SV301-2", "24D", "44"),
    _line("modifiers", codes("modifier"), "Modifiers in the order sent", "2400 SV101-3 to -6, SV202-3 to -6", "24D", "44"),
    _line("modifier_1", _MODIFIER, "First modifier", "2400 SV101-3", "24D", "44", derived=True),
    _line("modifier_2", _MODIFIER, "Second modifier", "2400 SV101-4", "24D", "44", derived=True),
    _line("modifier_3", _MODIFIER, "Third modifier", "2400 SV101-5", "24D", "44", derived=True),
    _line("modifier_4", _MODIFIER, "Fourth modifier", "2400 SV101-6", "24D", "44", derived=True),
    _line("date", DATE, "First day of service (the claim's where the line has none)", "2400 DTP*472", "24A", "45"),
    _line("date_to", DATE, "Last day of service (the first day where only one is given)", "2400 DTP*472", "24A", "45"),
    _line("days", NUMBER, "Days from first to last, both counted", "2400 DTP*472", "24A", "45", derived=True),
    _line("place_of_service", code("place_of_service"), "Place of service, the claim's where the line has none",
          "2400 SV105, 2300 CLM05-1", "24B"),
    _line("units", NUMBER, "Units of service; minutes where the basis is MJ", "2400 SV104, SV205", "24G", "46"),
    _line("unit_basis", code("unit"), "What is counted: UN units, MJ minutes, DA days, F2 international units",
          "2400 SV103, SV204", "24G", "46"),
    _line("units_per_day", NUMBER,
          "Units of one day; of several days, divided by them, to the nearest whole unit (halves up); missing for minutes",
          "2400 SV104, DTP*472", "24G", "46", derived=True),
    _line("minutes", NUMBER, "Anaesthesia minutes: the quantity where the basis is MJ", "2400 SV103 MJ, SV104", "24G",
          derived=True),
    _line("charge", MONEY, "Line charge", "2400 SV102, SV203, SV302", "24F", "47"),
    _line("revenue_code", code("revenue_code"), "Revenue code", "2400 SV201", "", "42"),
    _line("diagnosis_pointers", Type("number", many=True), "Positions of the diagnoses pointed to, in order",
          "2400 SV107", "24E"),
    _line("diagnoses", records("diagnosis"), "Diagnoses the line points to, in order; all of the claim's on a form "
          "without pointers", "2400 SV107, 2300 HI", "24E, 21", "67", derived=True),
    _line("first_diagnosis", code("diagnosis"), "The diagnosis pointed to first", "2400 SV107-1", "24E", derived=True),
    _line("ndc", code("ndc"), "National Drug Code, 11 digits", "2410 LIN03", "24 shaded", "43"),
    _line("ndc_quantity", NUMBER, "Quantity of the drug", "2410 CTP04", "24 shaded", "43"),
    _line("ndc_unit", code("unit"), "Unit of the drug quantity: F2, GR, ME, ML, UN", "2410 CTP05-1", "24 shaded", "43"),
    _line("emergency", FLAG, "Emergency indicator", "2400 SV109", "24C"),
    _line("epsdt", FLAG, "EPSDT indicator", "2400 SV111", "24H"),
    _line("family_planning", FLAG, "Family planning indicator", "2400 SV112", "24H"),
    _line("description", TEXT, "Description of the service", "2400 SV101-7, SV202-7", "24 shaded", "43"),
    _line("note", TEXT, "Line note", "2400 NTE", "24 shaded"),
    _line("clia", TEXT, "CLIA number, the claim's where the line has none", "2400 REF*X4, 2300 REF*X4", "23"),
    _line("prior_auth", TEXT, "Prior authorisation, the claim's where the line has none", "2400 REF*G1, 2300 REF*G1", "23",
          "63"),
    _line("initial_treatment_date", DATE, "Initial treatment, the claim's where the line has none",
          "2400 DTP*454, 2300 DTP*454", "15"),
    _line("attachment", FLAG, "Whether paperwork is announced, for the claim where the line announces none",
          "2400 PWK, 2300 PWK", "19"),
    _line("rendering_npi", _NPI, "Rendering provider: the line's, else the claim's, else the billing provider",
          "2420A NM109, 2310B NM109, 2010AA NM109", "24J"),
    _line("rendering_taxonomy", code("taxonomy"), "Taxonomy of the rendering provider, found as the NPI is",
          "2420A PRV03, 2310B PRV03, 2000A PRV03", "24I"),
    _line("ordering_npi", _NPI, "Ordering provider", "2420E NM109", "17b"),
    _line("referring_npi", _NPI, "Referring provider, the claim's where the line has none", "2420F NM109, 2310A NM109",
          "17b"),
    _line("supervising_npi", _NPI, "Supervising provider, the claim's where the line has none",
          "2420D NM109, 2310D NM109", "17b"),
    _line("billing_npi", _NPI, "Billing provider of the line's claim", "2010AA NM109", "33a", "56", derived=True),
    _line("billing_tin", TEXT, "Tax number of the billing provider", "2010AA REF*EI", "25", "5", derived=True),
    _line("facility_npi", _NPI, "Service facility, the claim's where the line has none", "2420C NM109, 2310C NM109", "32a"),
    _line("patient_age", NUMBER, "Completed years of age on the line's date", "2010BA DMG02, 2010CA DMG02", "3", "10",
          derived=True),
    _line("patient_age_months", NUMBER, "Completed months of age on the line's date", "2010BA DMG02", "3", "10",
          derived=True),
    _line("patient_age_days", NUMBER, "Days of age on the line's date", "2010BA DMG02", "3", "10", derived=True),
    _line("same_day_procedures", codes("procedure"), "Procedures of the claim's other lines on the same date",
          "2400 SV101-2", "24D", "44", derived=True),
    _line("claim_status", code("claim_status"), "What became of the line's claim; on prior lines only", derived=True),
    _line("claim_type", code("claim_type"), "Form of the line's claim", "ST03", derived=True),
    _line("payer", code(""), "Payer that the line's claim goes to, as the payer map names it", "2010BB NM109", "11c", "50",
          derived=True),
)  # fmt: skip

CLAIM = (
    _claim("type", code("claim_type"), "Claim form: PROFESSIONAL, INSTITUTIONAL or DENTAL", "ST03"),
    _claim("patient_control_number", TEXT, "The practice's number for the claim", "2300 CLM01", "26", "3a"),
    _claim("bill_type", code("bill_type"), "Type of bill, three digits", "2300 CLM05-1, CLM05-3", "", "4"),
    _claim("frequency", code("frequency"), "Claim frequency: 1 original, 7 replacement, 8 void", "2300 CLM05-3", "22", "4"),
    _claim("place_of_service", code("place_of_service"), "Place of service of the claim", "2300 CLM05-1", "24B"),
    _claim("payer", code(""), "Payer, as the payer map names it", "2010BB NM109", "11c", "50", derived=True),
    _claim("payer_class", code("payer_class"), "Class of payer, from the payer map", "2010BB NM109", "11c", "50",
           derived=True),
    _claim("product", code(""), "Product or plan, from the payer map", "2010BB NM109", "11c", "50", derived=True),
    _claim("payer_state", code("state"), "State of the payer, else of the billing provider", "2010BB NM109, 2010AA N402",
           "33", "1", derived=True),
    _claim("payer_id", TEXT, "Payer identifier as sent", "2010BB NM109", "", "51"),
    _claim("payer_name", TEXT, "Payer name as sent", "2010BB NM103", "11c", "50"),
    _claim("filing_indicator", code("qualifier"), "Claim filing indicator: MB Medicare Part B, MC Medicaid, 16 HMO Medicare "
           "risk", "2000B SBR09"),
    _claim("payers", records("payer"), "Every payer of the claim, in order of responsibility",
           "2000B SBR, 2320 SBR, 2330B", "9, 11", "50", derived=True),
    _claim("other_payers", records("payer"), "The payers other than the one the claim goes to", "2320, 2330B", "9", "50"),
    _claim("payer_sequence", code("payer_sequence"), "Order of the payer the claim goes to: P, S, T", "2000B SBR01"),
    _claim("secondary_payer", code(""), "The payer second in order, as the payer map names it", "2330B NM109", "9",
           "50", derived=True),
    _claim("secondary_payer_class", code("payer_class"), "Class of the payer second in order", "2330B NM109", "9", "50",
           derived=True),
    _claim("msp_type", code("qualifier"), "Medicare secondary payer type", "2000B SBR05"),
    _claim("diagnoses", records("diagnosis"), "Diagnoses in order", "2300 HI", "21", "67"),
    _claim("first_diagnosis", code("diagnosis"), "First-listed or principal diagnosis", "2300 HI01-2", "21A", "67",
           derived=True),
    _claim("other_diagnoses", records("diagnosis"), "Diagnoses after the first", "2300 HI", "21B-L", "67A-Q", derived=True),
    _claim("icd_procedures", records("icd_procedure"), "ICD-10-PCS procedures of a hospital stay, in order", "2300 HI (837I)",
           "", "74"),
    _claim("procedures", codes("procedure"), "Procedures of all lines", "2400 SV101-2, SV202-2", "24D", "44", derived=True),
    _claim("total_charge", MONEY, "Total charge", "2300 CLM02", "28", "47"),
    _claim("date", DATE, "First day of service of any line, else of the statement", "2400 DTP*472, 2300 DTP*434", "24A", "6",
           derived=True),
    _claim("date_to", DATE, "Last day of service of any line, else of the statement", "2400 DTP*472, 2300 DTP*434", "24A",
           "6", derived=True),
    _claim("statement_from", DATE, "First day of the statement period", "2300 DTP*434", "", "6"),
    _claim("statement_to", DATE, "Last day of the statement period", "2300 DTP*434", "", "6"),
    _claim("sent_on", DATE, "The day the claim is to be sent", derived=True),
    _claim("patient_birth_date", DATE, "Patient's date of birth", "2010BA DMG02, 2010CA DMG02", "3", "10"),
    _claim("patient_sex", code("sex"), "Patient's sex as sent", "2010BA DMG03, 2010CA DMG03", "3", "11"),
    _claim("patient_age", NUMBER, "Completed years of age on the claim's first day", "2010BA DMG02", "3", "10",
           derived=True),
    _claim("patient_is_subscriber", FLAG, "Whether the patient is the subscriber", "2000B SBR02, 2000C PAT01", "6"),
    _claim("subscriber_id", TEXT, "Member number of the subscriber", "2010BA NM109", "1a", "60"),
    _claim("billing_npi", _NPI, "Billing provider", "2010AA NM109", "33a", "56"),
    _claim("billing_tin", TEXT, "Tax number of the billing provider", "2010AA REF*EI, REF*SY", "25", "5"),
    _claim("billing_taxonomy", code("taxonomy"), "Taxonomy of the billing provider", "2000A PRV03", "33b", "81"),
    _claim("billing_state", code("state"), "State of the billing provider", "2010AA N402", "33", "1"),
    _claim("billing_zip", TEXT, "ZIP code of the billing provider", "2010AA N403", "33", "1"),
    _claim("rendering_npi", _NPI, "Rendering provider of the claim, else the billing provider", "2310B NM109, 2010AA NM109",
           "24J"),
    _claim("rendering_taxonomy", code("taxonomy"), "Taxonomy of the rendering provider, found as the NPI is",
           "2310B PRV03, 2000A PRV03", "24I"),
    _claim("attending_npi", _NPI, "Attending provider", "2310A NM109 (837I)", "", "76"),
    _claim("operating_npi", _NPI, "Operating physician", "2310B NM109 (837I)", "", "77"),
    _claim("referring_npi", _NPI, "Referring provider", "2310A NM109, 2310F NM109 (837I)", "17b", "78"),
    _claim("supervising_npi", _NPI, "Supervising provider", "2310D NM109", "17b"),
    _claim("facility_npi", _NPI, "Service facility", "2310C NM109, 2310E NM109 (837I)", "32a"),
    _claim("site", TEXT, "Service facility, as the practice names it", "2310C NM103", "32"),
    _claim("facility_zip", TEXT, "ZIP code of the service facility", "2310C N403", "32"),
    _claim("clia", TEXT, "CLIA number", "2300 REF*X4", "23"),
    _claim("prior_auth", TEXT, "Prior authorisation", "2300 REF*G1", "23", "63"),
    _claim("referral", TEXT, "Referral number", "2300 REF*9F", "23", "63"),
    _claim("original_reference", TEXT, "The payer's control number of the claim replaced or voided", "2300 REF*F8", "22",
           "64"),
    _claim("related_causes", codes("qualifier"), "Related causes: AA auto accident, EM employment, OA other",
           "2300 CLM11-1 to -3", "10"),
    _claim("accident_state", code("state"), "State of an auto accident", "2300 CLM11-4", "10b", "29"),
    _claim("accident_date", DATE, "Date of accident", "2300 DTP*439", "14"),
    _claim("onset_date", DATE, "Onset of current illness", "2300 DTP*431", "14"),
    _claim("lmp_date", DATE, "Last menstrual period", "2300 DTP*484", "14"),
    _claim("initial_treatment_date", DATE, "Initial treatment", "2300 DTP*454", "15"),
    _claim("admit_date", DATE, "Admission", "2300 DTP*435", "18", "12"),
    _claim("discharge_date", DATE, "Discharge", "2300 DTP*096", "18"),
    _claim("discharge_status", code(""), "Patient discharge status", "2300 CL103", "", "17"),
    _claim("attachment", FLAG, "Whether paperwork is announced", "2300 PWK", "19"),
    _claim("note", TEXT, "Claim note", "2300 NTE", "19", "80"),
    _claim("delay_reason", code("qualifier"), "Delay reason", "2300 CLM20"),
    _claim("claim_status", code("claim_status"), "What became of the claim; on prior claims only"),
    _claim("payer_control_number", TEXT, "The payer's own number of a prior claim"),
    _claim("line_count", NUMBER, "Number of service lines", derived=True),
)  # fmt: skip

DIAGNOSIS = (
    Field("diagnosis", "code", code("diagnosis"), "ICD-10-CM code", "2300 HI -2", "21", "67"),
    Field("diagnosis", "position", NUMBER, "Place among the claim's diagnoses, from 1", "2300 HI", "21", "67", derived=True),
    Field("diagnosis", "qualifier", code("qualifier"),
          "ABK principal, ABF other, ABJ admitting, APR reason for visit, ABN external cause; BK, BF for ICD-9",
          "2300 HI -1", "21", "66"),
    Field("diagnosis", "poa", code("poa"), "Present on admission", "2300 HI -9", "", "67"),
    Field("diagnosis", "seventh_character", code(""), "Seventh character of the code; missing where it is shorter",
          "2300 HI -2", "21", "67", derived=True),
)  # fmt: skip

ICD_PROCEDURE = (
    Field("icd_procedure", "code", code("procedure"), "ICD-10-PCS code", "2300 HI -2 (837I)", "", "74"),
    Field("icd_procedure", "position", NUMBER, "Place among the claim's ICD procedures, from 1", "2300 HI (837I)", "", "74",
          derived=True),
    Field("icd_procedure", "qualifier", code("qualifier"), "BBR principal, BBQ other; BR, BQ for ICD-9",
          "2300 HI -1 (837I)", "", "66"),
    Field("icd_procedure", "date", DATE, "Day of the procedure", "2300 HI -4 (837I)", "", "74"),
)  # fmt: skip

PAYER = (
    Field("payer", "sequence", code("payer_sequence"), "P primary, S secondary, T tertiary", "2000B SBR01, 2320 SBR01"),
    Field("payer", "id", TEXT, "Payer identifier as sent", "2010BB NM109, 2330B NM109"),
    Field("payer", "name", TEXT, "Payer name as sent", "2010BB NM103, 2330B NM103"),
    Field("payer", "filing_indicator", code("qualifier"), "Claim filing indicator", "2000B SBR09, 2320 SBR09"),
    Field("payer", "payer", code(""), "Payer, as the payer map names it", derived=True),
    Field("payer", "payer_class", code("payer_class"), "Class of payer, from the payer map", derived=True),
    Field("payer", "paid_date", DATE, "The day this payer decided", "2330B DTP*573, 2430 DTP*573"),
    Field("payer", "paid_amount", MONEY, "What this payer paid", "2320 AMT*D"),
)

RECORDS: dict[str, dict[str, Field]] = {
    name: {field.name: field for field in fields}
    for name, fields in (
        ("line", LINE),
        ("claim", CLAIM),
        ("diagnosis", DIAGNOSIS),
        ("icd_procedure", ICD_PROCEDURE),
        ("payer", PAYER),
    )
}
"""Record name to its fields, in the order they are documented."""

CODE_OF_RECORD = {"diagnosis": "code", "icd_procedure": "code", "line": "procedure", "payer": "payer"}
"""The field a record is compared by where a list of records meets a code."""


def field(record_name: str, name: str) -> Field | None:
    """The field of that record, or None."""
    return RECORDS.get(record_name, {}).get(name)
