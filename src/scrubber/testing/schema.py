"""The shape of a golden test file, in pydantic. Like packs: every value is text, and errors have places."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import Field, Tag

from scrubber.packs.schema_parts import BY_KIND, Day, Part, PayerClass, Scalar, Words, described
from scrubber.packs.schema_rule import RuleId

Expectation = Literal["fires", "clear", "bypassed", "undetermined", "not_evaluated", "not_applicable"]
Kind = Literal["fires", "bypassed", "undetermined", "not_evaluated"]
EXPECTATIONS: tuple[str, ...] = get_args(Expectation)

AnyNumber = Annotated[
    Annotated[Scalar, Tag("<text>")] | Annotated[list[Scalar], Tag("<list>")],
    BY_KIND,
]
"""One value or a list, which may be empty."""
Record = dict[str, Any]
"""A claim or a line: its fields by their names in the catalogue. The claim reader checks them."""


class Payer(Part):
    """A payer as a payer map would give it, for packs whose payer the bundled map does not have."""

    payer: Scalar = described("The payer's name in `applies`.")
    payer_class: PayerClass = described("Its class.", alias="class")
    product: Scalar = described("Its product or plan.", default=None)
    state: Scalar = described("Its state.", default=None)


AnyPayer = Annotated[Annotated[Scalar, Tag("<text>")] | Annotated[Payer, Tag("<mapping>")], BY_KIND]


class Covers(Part):
    """The days an edition of a table answers for, both included."""

    from_: Day = described("First day.", alias="from")
    to: Day = described("Last day.")


class TableEdition(Part):
    """A table with the days it covers."""

    covers: Covers = described("The days it answers for; left out: every day.", default=None)
    rows: list[dict[str, str]] = described("Its rows, by column; `effective` and `deletion` are their days.")


AnyTable = Annotated[
    Annotated[list[dict[str, str]], Tag("<list>")] | Annotated[TableEdition, Tag("<mapping>")], BY_KIND
]


class Defaults(Part):
    """Fields that every claim and every line of the file has unless it says otherwise."""

    claim: Record = described("Fields of claims.", default=None)
    line: Record = described("Fields of lines.", default=None)


class Case(Part):
    """One claim and what the rule has to do with it."""

    name: Words = described("What the case shows, in a few words; unique in the file.")
    source: Words = described("Where the expectation was read: manual and page, transmittal, policy.", default=None)
    claim: Record = described("The claim; `lines` as mappings or in short: `45378-59 x2 2024-08-01 $150.00`.")
    history: list[Record] = described("Earlier claims of the patient; an empty list is a history without claims.",
                                      default=None)  # fmt: skip
    batch: list[Record] = described("Claims of the patient that go out together with this one.", default=None)
    as_of: Day = described("The day the claim is to be sent.", default=None)
    payer: AnyPayer = described("The payer of this case's claim.", default=None)
    parameters: dict[str, AnyNumber] = described("Values of parameters, over the packs'.", default=None)
    expect: Expectation = described("What the rule does.")
    also: list[Kind] = described("Other outcomes that the rule may have on other lines of the claim.", default=None)
    line: AnyNumber = described("The lines that the outcomes land on: exactly these.", default=None)
    lines: list[Scalar] = described("The lines of the first entry: for groups.", default=None)
    diagnosis: Scalar = described("The position of the diagnosis that the first entry is about.", default=None)
    related: list[Scalar] = described("The related lines of the first entry: exactly these.", default=None)
    message: Words = described("The message of the first entry.", default=None)
    reason: Words = described("Bypassed: the exception's reason. A gap: its kind, such as not_published.", default=None)
    missing: list[Scalar] = described("What a gap names as missing: exactly these.", default=None)
    choices: list[Scalar] = described("The choices of the first fix that has any: exactly these.", default=None)
    fixes: list[Scalar] = described("The kinds of the offered fixes, in order.", default=None)
    severity: Scalar = described("The severity of the first entry.", default=None)
    unchecked: Scalar = described("How many exceptions a finding lists as unchecked.", default=None)


class Survivor(Part):
    """A small change of the rule that no case has to notice."""

    change: Words = described("The change, as `scrubber rules test --mutate` writes it.")
    reason: Words = described("Why no claim can show it, or why it does not matter.")


class GoldenFile(Part):
    """The golden tests of one rule."""

    rule: RuleId = described("The rule that is tested.")
    packs: list[Scalar] = described("Folders of packs, relative to this file; the bundled packs are always there.",
                                    default=None)  # fmt: skip
    beside: list[RuleId] = described("Rules that run beside it, for a rule that depends on findings of others.",
                                     default=None)  # fmt: skip
    as_of: Day = described("The day the claims are to be sent; also the day of service of lines that give none.")
    payer: AnyPayer = described("The payer: a name the bundled map knows, or keys and values.", default=None)
    defaults: Defaults = described("Fields of every claim and line.", default=None)
    tables: dict[str, AnyTable] = described("Rows of reference tables, by the name they are imported under.",
                                            default=None)  # fmt: skip
    parameters: dict[str, AnyNumber] = described("Values of parameters, over the packs'.", default=None)
    local: dict[str, AnyNumber] = described("Codes of the packs' `@local/…` sets, by name.", default=None)
    source: Words = described("The source of the cases that name none themselves.", default=None)
    survivors: list[Survivor] = described("Changes of the rule that no case has to notice, with the reason.",
                                          default=None)  # fmt: skip
    cases: Annotated[list[Case], Field(min_length=1)] = described("The cases.")
