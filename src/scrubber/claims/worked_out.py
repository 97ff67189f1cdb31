"""Fields that are worked out when they are first asked and then kept.

A class with ``__getattr__`` could do it too, but would make each reading of its other fields slower: Python 3.11 reads
slots the quick way only in classes without it. ``functools.cached_property`` takes a lock at each first reading.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


class WorkedOut:
    """A field of that kind. Its value is kept in the ``__dict__`` of its owner, where Python looks before it asks this.

    Two threads that ask at once may both work it out; the values are equal, and either is kept.
    """

    __slots__ = ("_compute", "_name")

    def __init__(self, name: str, compute: Callable[[Any], Any]) -> None:
        self._name = name
        self._compute = compute

    def __get__(self, owner: Any, _: object = None) -> Any:
        if owner is None:
            return self
        value = owner.__dict__[self._name] = self._compute(owner)
        return value


def worked_out(owner: type, fields: Mapping[str, Callable[[Any], Any]]) -> None:
    """Give a class fields of that kind, by name with what works each out. Its instances need a ``__dict__``."""
    for name, compute in fields.items():
        setattr(owner, name, WorkedOut(name, compute))
