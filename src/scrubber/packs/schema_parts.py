"""What the schemas of pack.yaml and of rule files share. pydantic checks shape only; values stay text."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag, WithJsonSchema
from pydantic_core import PydanticCustomError

from scrubber.packs.type_names import NAMES, iso_date, type_named

SCALAR = {"type": ["string", "number", "boolean"]}
"""A YAML language server reads 99213 as a number and no as a flag; the engine reads both as text."""


class Part(BaseModel):
    """A mapping with closed keys. Errors never carry the input."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, strict=True, populate_by_name=False)


def described(what: str, **more: Any) -> Any:
    """A field with a description for the editor."""
    return Field(description=what, **more)


def _date(text: str) -> str:
    if iso_date(text) is None:
        raise PydanticCustomError("SCR615", "is not a date", {})
    return text


def _type(text: str) -> str:
    if type_named(text) is None:
        raise PydanticCustomError("SCR630", "is not a type", {"known": list(NAMES)})
    return text


Words = Annotated[str, StringConstraints(min_length=1)]
"""Text for people."""
Scalar = Annotated[str, StringConstraints(min_length=1), WithJsonSchema(SCALAR)]
"""Text that an editor may take for a number: a code, a value, a condition."""
Day = Annotated[
    str, StringConstraints(min_length=1), AfterValidator(_date),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}),
]  # fmt: skip
TypeName = Annotated[
    str, StringConstraints(min_length=1), AfterValidator(_type),
    WithJsonSchema({
        "type": "string",
        "anyOf": [{"enum": list(NAMES)}, {"pattern": "^(list of .+|codes|.+ codes?)$"}],
        "description": "A code system, or number, money, date, duration, flag, text, calendar, fields; "
                       "in front of any but the last two: `list of`.",
    }),
]  # fmt: skip
Url = Annotated[
    str, StringConstraints(min_length=1, pattern=r"^https?://\S+$"), WithJsonSchema({"type": "string", "format": "uri"})
]


def kind_of(value: Any) -> str:
    """Which branch of a union plain data is: by its shape, never by trial."""
    if isinstance(value, list):
        return "<list>"
    return "<mapping>" if isinstance(value, dict) else "<text>"


BY_KIND = Discriminator(kind_of)

_Item = TypeVar("_Item")
SomeOf = Annotated[list[_Item], Field(min_length=1)]
"""A list of at least one."""
OneOrList = Annotated[Annotated[Scalar, Tag("<text>")] | Annotated[SomeOf[Scalar], Tag("<list>")], BY_KIND]
"""One value, or a list of at least one."""


class Effective(Part):
    """The days on which something holds, both included."""

    from_: Day = described("First day, YYYY-MM-DD. Left out: always.", default=None, alias="from")
    to: Day = described("Last day, YYYY-MM-DD. Left out: until further notice.", default=None)


class Authority(Part):
    """Where a rule comes from."""

    title: Words = described("The publication, for example `Medicare NCCI Policy Manual`.")
    section: Scalar = described("Chapter, section or page.", default=None)
    edition: Scalar = described("The edition, version or date of the publication.", default=None)
    url: Url = described("Where it can be read.", default=None)
    evidence: Literal["primary", "secondary"] = described(
        "primary: the publication itself was read; secondary: someone's account of it.", default=None
    )
    seen: Day = described("The day it was read, YYYY-MM-DD.", default=None)


Authorities = Annotated[
    Annotated[Authority, Tag("<mapping>")] | Annotated[Annotated[list[Authority], Field(min_length=1)], Tag("<list>")],
    BY_KIND,
]
"""One authority, or a list of them."""


PayerClass = Literal[
    "MEDICARE", "MEDICARE_ADVANTAGE", "MEDICAID", "MEDICAID_MANAGED", "COMMERCIAL", "BLUE", "TRICARE", "VA",
    "WORKERS_COMP", "AUTO", "MEDIGAP", "SELF_PAY",
]  # fmt: skip
ClaimType = Literal["PROFESSIONAL", "INSTITUTIONAL", "DENTAL"]
State = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9_]*$")]


class PayerClassChoice(Part):
    """Which classes of payer."""

    any_of: list[PayerClass] = described("Only these classes.", default=None, min_length=1)
    none_of: list[PayerClass] = described("All but these classes.", default=None, min_length=1)


class ClaimTypeChoice(Part):
    """Which claim forms."""

    any_of: list[ClaimType] = described("Only these forms.", default=None, min_length=1)
    none_of: list[ClaimType] = described("All but these forms.", default=None, min_length=1)


class StateChoice(Part):
    """Which states."""

    any_of: list[State] = described("Only these states, two letters.", default=None, min_length=1)
    none_of: list[State] = described("All but these states.", default=None, min_length=1)


class NameChoice(Part):
    """Payers or products, as the payer map names them."""

    any_of: list[Name] = described("Only these.", default=None, min_length=1)
    none_of: list[Name] = described("All but these.", default=None, min_length=1)


class Applies(Part):
    """Whom a pack or a rule is about. Every key must hold; a key left out means any."""

    payer: NameChoice = described("Payers, as the payer map names them.", default=None)
    payer_class: PayerClassChoice = described("Classes of payer.", default=None)
    product: NameChoice = described("Products or plans, as the payer map names them.", default=None)
    state: StateChoice = described("States: the payer's, else the billing provider's.", default=None)
    claim_type: ClaimTypeChoice = described("Claim forms.", default=None)
