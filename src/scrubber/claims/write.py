"""Claims as JSON: the form that :func:`scrubber.claims.read.read_claims` reads back to the same claim."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from scrubber.claims.model import Claim
from scrubber.claims.values import dollars


def to_plain(claim: Claim) -> dict[str, Any]:
    """The claim as dicts and tuples of plain values: money as text with two decimals, dates as ISO text."""
    plain: dict[str, Any] = msgspec.to_builtins(claim)
    _money(plain, "total_charge")
    for line in plain.get("lines", ()):
        _money(line, "charge")
    for payer in plain.get("other_payers", ()):
        _money(payer, "paid_amount")
    return plain


def _money(record: dict[str, Any], name: str) -> None:
    if name in record:
        record[name] = dollars(record[name])


def to_json(claim: Claim) -> bytes:
    """One claim as a JSON object on one line, fields in the model's order; what is missing is left out."""
    return msgspec.json.encode(to_plain(claim))


def to_ndjson(claims: Iterable[Claim]) -> Iterator[bytes]:
    """Claims as NDJSON: one line each, with its line break."""
    for claim in claims:
        yield to_json(claim) + b"\n"
