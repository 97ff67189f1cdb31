"""Who pays, as an installation's payer map says it."""

from __future__ import annotations

from msgspec import Struct


class ResolvedPayer(Struct, frozen=True):
    """What the payer map makes of the payer a claim carries. Empty product or state: the map does not say."""

    payer: str
    payer_class: str
    product: str = ""
    state: str = ""
