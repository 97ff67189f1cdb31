"""Some fields of a claim as one key, read the quick way where the claim holds them itself."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from typing import Any

from scrubber.claims.view import OWN_FIELDS, ClaimView


class ClaimKey:
    """The values of ``fields``, in a fixed order."""

    __slots__ = ("_derived", "_own")

    def __init__(self, fields: Iterable[str]) -> None:
        wanted = frozenset(fields)
        own = sorted(wanted & OWN_FIELDS)
        self._own = attrgetter(*own) if own else None
        self._derived = tuple(sorted(wanted - OWN_FIELDS))

    def of(self, claim: ClaimView) -> tuple[Any, ...]:
        """The key of a claim."""
        own = self._own(claim.source) if self._own else None
        return (own, *[getattr(claim, field) for field in self._derived]) if self._derived else (own,)
