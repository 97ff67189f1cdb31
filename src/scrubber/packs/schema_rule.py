"""The shape of a rule file, in pydantic: what keys a rule may have and which of them it must have."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints, Tag, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from scrubber.packs.schema_parts import (
    BY_KIND,
    SCALAR,
    Applies,
    Authorities,
    Effective,
    Part,
    Scalar,
    SomeOf,
    TypeName,
    Words,
    described,
)  # fmt: skip

Category = Literal[
    "ncci-ptp", "ncci-mue", "ncci-add-on", "modifier", "same-site", "global-surgery", "bilateral",
    "surgical-assistant", "professional-technical", "new-patient", "visit-complexity", "diagnosis", "excludes1",
    "diagnosis-sequence", "diagnosis-age", "diagnosis-sex", "diagnosis-pointer", "laterality", "procedure",
    "place-of-service", "provider", "clia", "ndc", "drug-waste", "anesthesia", "telehealth", "therapy",
    "timely-filing", "frequency", "duplicate", "balance", "charge", "units", "authorization", "date", "accident",
    "unlisted", "panel", "revenue", "coverage", "format", "structure", "payer",
]  # fmt: skip
Severity = Literal["reject", "deny", "review", "info"]
Status = Literal["draft", "shadow", "active", "retired"]
ScopeName = Literal["line", "pair", "group", "diagnosis", "diagnosis_pair", "claim"]
Basis = Literal["from", "to", "discharge", "sent"]
FixKind = Literal[
    "add_modifier", "remove_modifier", "move_modifier", "replace_modifier", "replace_code", "set_units", "split_line",
    "merge_lines", "remove_line", "set_field", "reorder_diagnoses", "normalise", "advice",
]  # fmt: skip
Bypassable = Literal["no", "modifier", "documentation"]

RuleId = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$")]
Condition = Scalar
KeyName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$")]
ColumnName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
LintCode = Annotated[str, StringConstraints(pattern=r"^SCR(9[0-9][0-9]|40[2-7])$")]
# The forms of denial codes. X12 code lists 139 (CARC), 411 (RARC), 507 and 508 (category and status of a 277CA).
CARC = r"^([1-9][0-9]{0,2}|[ABDPWY][1-9][0-9]?)$"
RARC = r"^(M[1-9][0-9]{0,2}|MA[0-9]{2,3}|N[1-9][0-9]{0,2})$"
Carc = Annotated[str, StringConstraints(pattern=CARC), WithJsonSchema(SCALAR)]
Rarc = Annotated[str, StringConstraints(pattern=RARC)]
ClaimStatus = Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{1,2}[A-Z]?:[1-9][0-9]{0,3}$")]
Carcs = Annotated[Annotated[Carc, Tag("<text>")] | Annotated[SomeOf[Carc], Tag("<list>")], BY_KIND]
Rarcs = Annotated[Annotated[Rarc, Tag("<text>")] | Annotated[SomeOf[Rarc], Tag("<list>")], BY_KIND]
ClaimStatuses = Annotated[
    Annotated[ClaimStatus, Tag("<text>")] | Annotated[SomeOf[ClaimStatus], Tag("<list>")], BY_KIND
]
FileName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)*\.csv$")]


class Tree(Part):
    """Conditions put together: exactly one of the keys."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    all: list[ConditionItem] = described("Every one of these holds.", default=None, min_length=1)
    any: list[ConditionItem] = described("At least one of these holds.", default=None, min_length=1)
    none: list[ConditionItem] = described("None of these holds.", default=None, min_length=1)

    @model_validator(mode="after")
    def _one(self) -> Tree:
        if len(self.model_fields_set) != 1:
            raise PydanticCustomError("SCR613", "takes exactly one of `all`, `any` and `none`", {})
        return self


ConditionItem = Annotated[Annotated[Condition, Tag("<text>")] | Annotated[Tree, Tag("<mapping>")], BY_KIND]
When = Annotated[
    Annotated[Condition, Tag("<text>")]
    | Annotated[Annotated[list[ConditionItem], Field(min_length=1)], Tag("<list>")]
    | Annotated[Tree, Tag("<mapping>")],
    BY_KIND,
]


class Unless(Part):
    """An exception: where it holds the rule is bypassed, and the reason is kept for audit."""

    if_: Condition = described("A condition; where it holds, the rule does not fire.", alias="if")
    reason: Words = described("Why the rule does not fire then; `{line.procedure}` is filled in.")


class Denial(Part):
    """What the payer would answer."""

    carc: Carcs = described("Claim adjustment reason codes, for example [236].", default=None)
    rarc: Rarcs = described("Remittance advice remark codes, for example [M80].", default=None)
    claim_status: ClaimStatuses = described("277CA category:status pairs, for example [A7:21].", default=None)


class Fix(Part):
    """A proposed correction. What may be applied without asking is the engine's to say, not the rule's."""

    kind: FixKind = described("What is to be done.")
    target: Literal["line", "other", "group", "claim"] = described(
        "What it is done to; `line` unless said otherwise.", default=None
    )
    field: KeyName = described("The field to set, for set_field and normalise.", default=None)
    choose: Scalar = described("What to choose from: `@value-set` or `{25, 57}`, in quotes.", default=None)
    value: Scalar = described("The new value, as an expression of the condition language.", default=None)
    if_: Condition = described("Offered only where this holds.", default=None, alias="if")
    because: Words = described("When the biller may do it, in plain words.", default=None)


class LintOff(Part):
    """A lint that this rule is not held to."""

    code: LintCode = described("The code of the lint, SCR9nn, or of the warning, SCR402 to SCR407.")
    reason: Words = described("Why it does not apply to this rule.")


class Pair(Part):
    """What makes two lines a pair."""

    same: list[KeyName] = described("Keys that both lines share: fields, or policy.name.", min_length=1)
    table: ColumnName = described("A table that must hold a row for (other, line).", default=None)


class Revision(Part):
    """An effective-dated version of a rule. What it leaves out is taken from the rule."""

    effective: Effective = described("The days on which this version holds.")
    when: When = described("The condition of this version.", default=None)
    unless: list[Unless] = described("The exceptions of this version.", default=None)
    message: Words = described("The message of this version.", default=None)
    severity: Severity = described("The severity of this version.", default=None)
    denial: Denial = described("The denial of this version.", default=None)
    bypassable: Bypassable = described("What lifts the edit, in this version.", default=None)
    fix: list[Fix] = described("The fixes of this version.", default=None)
    authority: Authorities = described("Where this version comes from.", default=None)


class Rule(Part):
    """One rule."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["severity", "message"]}, {"required": ["revisions"]}]}
    )

    id: RuleId = described("Permanent and unique: upper-case words and digits joined by dashes, as NCCI-PTP-01.")
    title: Words = described("What the rule says, in one line.")
    category: Category = described("What kind of edit this is.")
    severity: Severity = described(
        "reject: the front end bounces it; deny: the payer denies it; review: a person should look; "
        "info: good to know.",
        default=None,
    )
    status: Status = described(
        "draft: runs in its tests only; shadow: runs and is reported apart; active (the default); "
        "retired: kept, not run.",
        default=None,
    )
    scope: ScopeName = described("What the rule is evaluated on; `line` unless said otherwise.", default=None)
    pair: Pair = described("For scope pair: what makes two lines a pair.", default=None)
    group_by: list[KeyName] = described("For scope group: the keys that the lines share.", default=None, min_length=1)
    applies: Applies = described("Whom the rule is about; keys left out are the pack's.", default=None)
    effective: Effective = described("The days on which the rule holds; left out: always.", default=None)
    basis: Basis = described("The date that decides: from (the default), to, discharge or sent.", default=None)
    needs: list[Literal["history"]] = described(
        "history: without prior claims the rule is not evaluated.", default=None
    )
    when: When = described("The condition: text, a list (all hold), or a tree of all, any and none.", default=None)
    unless: list[Unless] = described("Exceptions, each with its reason.", default=None)
    message: Words = described("What the biller reads; `{line.procedure}` is filled in.", default=None)
    denial: Denial = described("The denial to expect.", default=None)
    bypassable: Bypassable = described("What lifts the edit: no, modifier or documentation.", default=None)
    fix: list[Fix] = described("Proposed corrections, best first.", default=None)
    authority: Authorities = described("Where the rule comes from.", default=None)
    why: Words = described("The reason behind the policy, for people who read the rule.", default=None)
    lint_off: list[LintOff] = described(
        "Lints and warnings that this rule is not held to, each with its reason.", default=None, min_length=1
    )
    revisions: list[Revision] = described("Effective-dated versions, where policy changed.", default=None, min_length=1)
    for_each_row: FileName = described("A CSV beside this file; the rule holds once for each row.", default=None)
    columns: dict[ColumnName, TypeName] = described(
        "The columns of for_each_row with their types; `row.name` in conditions.", default=None, min_length=1
    )


class RuleFile(Part):
    """Every *.yaml of a pack but pack.yaml."""

    rules: list[Rule] = described("The rules of this file.", min_length=1)
