"""The shape of pack.yaml, in pydantic."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, Tag, WithJsonSchema

from scrubber.packs.schema_parts import (
    BY_KIND,
    Applies,
    Authorities,
    Effective,
    OneOrList,
    Part,
    Scalar,
    TypeName,
    Url,
    Words,
    described,
)  # fmt: skip
from scrubber.packs.schema_rule import ColumnName, FileName, RuleId, Severity

PackId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*([-_.][a-z0-9]+)*$")]
Version = Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$")]
Requires = Annotated[
    str, StringConstraints(pattern=r"^\s*(>=|<=|==|!=|>|<)\s*\d+(\.\d+)*(\s*,\s*(>=|<=|==|!=|>|<)\s*\d+(\.\d+)*)*\s*$")
]
SetName = Annotated[str, StringConstraints(pattern=r"^(local/)?[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
ParameterName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
DefinitionName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Language = Annotated[Literal["1"], WithJsonSchema({"enum": [1, "1"]})]
Members = Annotated[list[Scalar], Field(min_length=1)]


class SetVersion(Part):
    """The members of a value set over a window."""

    effective: Effective = described("The days on which these members hold.")
    members: Members = described("Codes, ranges A-B, patterns such as E11.* and other @sets.", default=None)
    file: FileName = described("A CSV with a column `code`, in place of members.", default=None)


class ValueSet(Part):
    """Named codes."""

    type: TypeName = described("What the members are: procedure, modifier, diagnosis, …")
    title: Words = described("What the set is, in one line.", default=None)
    members: Members = described("Codes, ranges A-B, patterns such as E11.* and other @sets.", default=None)
    file: FileName = described("A CSV with a column `code`, in place of members.", default=None)
    versions: list[SetVersion] = described("Dated members, in place of members.", default=None, min_length=1)
    authority: Authorities = described("Where the list comes from.", default=None)


AnyValueSet = Annotated[Annotated[Members, Tag("<list>")] | Annotated[ValueSet, Tag("<mapping>")], BY_KIND]


class Parameter(Part):
    """A declaration (type, default, meaning), or a setting of another pack's parameter (set, reason, authority)."""

    type: TypeName = described(
        "What it is: list of procedure, number, duration, calendar, fields, flag, …", default=None
    )
    default: OneOrList = described("The value where no pack sets another.", default=None)
    meaning: Words = described("What it decides, and what payers do differently.", default=None)
    set: OneOrList = described("The value for the claims this pack applies to.", default=None)
    reason: Words = described("Why it differs from the default.", default=None)
    authority: Authorities = described("Where the value comes from.", default=None)


class TableSetting(Part):
    """One of the files a table is chosen from."""

    setting: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$")] = described("Its name as imported.")
    if_: Scalar = described("The condition under which it is the one.", alias="if")


class Table(Part):
    """Reference data as conditions see it."""

    title: Words = described("What the table is, in one line.", default=None)
    keys: dict[ColumnName, TypeName] = described("Key columns and their types, in order.", min_length=1)
    columns: dict[ColumnName, TypeName] = described("Value columns and their types.", default=None)
    absent: Literal["none", "not_published"] = described(
        "What a missing row means: none (there is no such row) or not_published (nobody can know)."
    )
    match: Literal["exact", "descendant", "range"] = described("How the last key meets the rows.", default=None)
    effective: list[ColumnName] = described(
        "Columns of the first and the last day.", default=None, min_length=2, max_length=2
    )
    by: list[TableSetting] = described("Settings, and when each is the one.", default=None, min_length=1)
    view_of: ColumnName = described("The stored table this is a view of.", default=None)
    source: FileName = described("A CSV of this pack that holds the rows.", default=None)
    edition_policy: Literal["strict", "carry_forward"] = described(
        "carry_forward: outside every edition use the nearest earlier one, marked stale.", default=None
    )
    published_at: Url = described("Where the publisher keeps it.", default=None)


class Override(Part):
    """A change to another pack's rule, for the claims this pack applies to."""

    rule: RuleId = described("The rule of the other pack.")
    action: Literal["disable", "replace", "retune"] = described("What is done to it.")
    reason: Words = described("Why.")
    authority: Authorities = described("Where this comes from.")
    severity: Severity = described("For retune: the new severity.", default=None)
    replacement: RuleId = described("For replace: the rule of this pack that takes its place.", default=None)


class PackFile(Part):
    """pack.yaml."""

    id: PackId = described("Permanent and unique: lower-case words joined by dashes.")
    version: Annotated[Version, WithJsonSchema({"type": "string"})] = described("major.minor.patch, for example 1.0.0.")
    title: Words = described("What the pack holds, in one line.")
    language: Language = described("The version of the condition language.", default=None)
    requires: Requires = described("Versions of the engine, for example `>=0.1,<2`.", default=None)
    extends: OneOrList = described("Packs whose rules, sets and parameters this one builds on.", default=None)
    requires_tables: OneOrList = described(
        "Tables without which the rules of this pack that read them are left out, and every result says so once, "
        "instead of each of those rules saying so of each claim.",
        default=None,
    )
    overrides: list[Override] = described("Changes to rules of those packs.", default=None)
    parameters: dict[ParameterName, Parameter] = described("What policy leaves open.", default=None)
    valuesets: dict[SetName, AnyValueSet] = described("Named codes, @name in conditions.", default=None)
    definitions: dict[DefinitionName, Scalar] = described("Named conditions.", default=None)
    tables: dict[ColumnName, Table] = described("Reference tables.", default=None)
    applies: Applies = described("Whom the rules of this pack are about.", default=None)
