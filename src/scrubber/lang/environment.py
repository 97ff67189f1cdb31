"""What the language must be told by others: value sets, tables, parameters, definitions, and the subject of a rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from scrubber.core.types import Type


@dataclass(frozen=True, slots=True)
class TableNames:
    """A table as conditions see it: the types of its keys and columns."""

    name: str
    keys: tuple[Type, ...]
    columns: Mapping[str, Type]


@dataclass(frozen=True, slots=True)
class Subject:
    """The variables a rule starts with.

    ``variables`` maps a name to its record: ``{"claim": "claim", "line": "line", "other": "line"}`` in pair scope.
    ``group`` maps the fields of ``group.…`` to types, for group scope only; ``row`` those of ``row.…`` (the
    columns of ``for_each_row``), where ``variables`` has ``"row": "row"``. ``line`` is the variable that ``other
    lines`` excludes and ``with same`` compares with; empty in claim scope. ``anchor`` is the variable whose date is
    the default date of table look-ups: line, group (its day) or claim.
    """

    variables: Mapping[str, str]
    line: str = ""
    anchor: str = "claim"
    group: Mapping[str, Type] = field(default_factory=dict)
    row: Mapping[str, Type] = field(default_factory=dict)


class Environment(Protocol):
    """Names that packs declare. Every look-up returns None for an unknown name; the ``…_names`` feed did-you-mean."""

    def value_set(self, name: str) -> Type | None:
        """The type of the members of ``@name``."""

    def value_set_members(self, name: str) -> Sequence[str] | None:
        """The exact members of ``@name`` where it is a plain, undated list; None where that is not known."""

    def value_set_names(self) -> Sequence[str]: ...

    def table(self, name: str) -> TableNames | None: ...

    def table_names(self) -> Sequence[str]: ...

    def parameter(self, name: str) -> Type | None:
        """The type of ``policy.name``."""

    def parameter_names(self) -> Sequence[str]: ...

    def definition(self, name: str) -> str | None:
        """The text of a named condition."""

    def definition_names(self) -> Sequence[str]: ...


class EmptyEnvironment:
    """No sets, tables, parameters or definitions: for conditions that stand alone."""

    def value_set(self, name: str) -> Type | None:
        return None

    def value_set_members(self, name: str) -> Sequence[str] | None:
        return None

    def value_set_names(self) -> Sequence[str]:
        return ()

    def table(self, name: str) -> TableNames | None:
        return None

    def table_names(self) -> Sequence[str]:
        return ()

    def parameter(self, name: str) -> Type | None:
        return None

    def parameter_names(self) -> Sequence[str]:
        return ()

    def definition(self, name: str) -> str | None:
        return None

    def definition_names(self) -> Sequence[str]:
        return ()
