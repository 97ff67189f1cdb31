"""How a compiled program is kept: whole but for its rules, each of which is read when it is first asked for.

Of all bundled rules a payer's claims meet a third, and reading them is most of what reading a program takes.
"""

# Annotations are evaluated here, once: msgspec would evaluate each postponed one at every start.
from collections.abc import Sequence
from itertools import accumulate
from typing import Any, overload

from msgspec import Struct, msgpack

from scrubber.engine.compile.program import (
    CompiledRule,
    CompiledSet,
    CompiledTable,
    Program,
    ProgramPack,
    RuleHead,
)
from scrubber.packs.model import Parameter


class KeptProgram(Struct, frozen=True, array_like=True):
    """A program as it is written. ``rules`` are those of it one after another, ``ends`` where each ends there."""

    packs: tuple[ProgramPack, ...]
    heads: tuple[RuleHead, ...]
    rules: memoryview
    ends: tuple[int, ...]
    sets: dict[str, CompiledSet]
    tables: dict[str, CompiledTable]
    parameters: dict[str, Parameter]


class KeptRules(Sequence[CompiledRule]):
    """The rules of a program that was read, in order; equal to the same rules in a tuple. May be shared by threads.

    ``heads`` has of each what decides whether it is in force, for which it need not be read.
    """

    __slots__ = ("_ends", "_read", "_rules", "_written", "heads")

    def __init__(self, heads: tuple[RuleHead, ...], written: memoryview, ends: tuple[int, ...]) -> None:
        self.heads = heads
        self._written, self._ends = written, ends
        self._rules: list[CompiledRule | None] = [None] * len(ends)
        self._read = msgpack.Decoder(CompiledRule).decode

    @overload
    def __getitem__(self, place: int) -> CompiledRule: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[CompiledRule, ...]: ...

    def __getitem__(self, place: int | slice) -> CompiledRule | tuple[CompiledRule, ...]:
        if isinstance(place, slice):
            return tuple(self)[place]
        found = self._rules[place]
        if found is None:
            place = range(len(self._ends))[place]
            start = self._ends[place - 1] if place else 0
            found = self._rules[place] = self._read(self._written[start : self._ends[place]])
        return found

    def __len__(self) -> int:
        return len(self._ends)

    def __eq__(self, other: object) -> Any:
        return tuple(self) == tuple(other) if isinstance(other, KeptRules | tuple) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # as of any sequence that is compared by what it holds


def written(program: Program) -> bytes:
    """A program as bytes."""
    heads = tuple(RuleHead(*(getattr(rule, name) for name in RuleHead.__struct_fields__)) for rule in program.rules)
    rules = [msgpack.encode(rule) for rule in program.rules]
    ends = tuple(accumulate(len(rule) for rule in rules))
    joined = memoryview(b"".join(rules))
    return msgpack.encode(
        KeptProgram(program.packs, heads, joined, ends, program.sets, program.tables, program.parameters)
    )


def read(data: bytes | memoryview) -> Program:
    """The program that :func:`written` made these bytes of.

    Raises:
        msgspec.DecodeError: they are not of a program.
    """
    kept = msgpack.decode(data, type=KeptProgram)
    return Program(kept.packs, KeptRules(kept.heads, kept.rules, kept.ends), kept.sets, kept.tables, kept.parameters)
