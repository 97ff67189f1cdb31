"""The names a pack's conditions may use: its own, and those of the packs it extends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from scrubber.core.types import Type
from scrubber.lang.environment import TableNames
from scrubber.packs.model import Definition, Pack, Parameter, TableSpec, ValueSet


def layers(pack: Pack, packs: Mapping[str, Pack]) -> list[Pack]:
    """The pack and all it extends, nearest first. Unknown names are skipped: they are reported where packs meet."""
    order: list[Pack] = []
    waiting = [pack]
    while waiting:
        here = waiting.pop(0)
        if here not in order:
            order.append(here)
            waiting.extend(packs[name] for name in here.extends if name in packs)
    return order


class PackNames:
    """The :class:`scrubber.lang.environment.Environment` of one pack. A nearer pack's name hides a farther one's."""

    def __init__(self, pack: Pack, packs: Mapping[str, Pack]) -> None:
        near = layers(pack, packs)
        self.sets: dict[str, tuple[str, ValueSet]] = {}
        self.tables: dict[str, tuple[str, TableSpec]] = {}
        self.parameters: dict[str, tuple[str, Parameter]] = {}
        self.definitions: dict[str, Definition] = {}
        for layer in reversed(near):
            self.sets.update({item.name: (layer.id, item) for item in layer.value_sets})
            self.tables.update({item.name: (layer.id, item) for item in layer.tables})
            self.parameters.update({item.name: (layer.id, item) for item in layer.parameters})
            self.definitions.update({item.name: item for item in layer.definitions})

    def value_set(self, name: str) -> Type | None:
        return self.sets[name][1].type if name in self.sets else None

    def value_set_members(self, name: str) -> Sequence[str] | None:
        if name not in self.sets:
            return None
        versions = self.sets[name][1].versions
        members = [member.value for version in versions for member in version.members]
        plain = len(versions) == 1 and not any(set(m) & set("@-*?") for m in members)
        return members if plain else None

    def value_set_names(self) -> Sequence[str]:
        return sorted(self.sets)

    def table(self, name: str) -> TableNames | None:
        if name not in self.tables:
            return None
        spec = self.tables[name][1]
        return TableNames(name, tuple(spec.keys.values()), spec.columns)

    def table_names(self) -> Sequence[str]:
        return sorted(self.tables)

    def parameter(self, name: str) -> Type | None:
        return self.parameters[name][1].type if name in self.parameters else None

    def parameter_names(self) -> Sequence[str]:
        return sorted(self.parameters)

    def definition(self, name: str) -> str | None:
        return self.definitions[name].text.value if name in self.definitions else None

    def definition_names(self) -> Sequence[str]:
        return sorted(self.definitions)


def owners(named: Mapping[str, tuple[str, object]]) -> dict[str, str]:
    """Name to the pack that declares it."""
    return {name: pack for name, (pack, _) in named.items()}


def by_id(packs: Iterable[Pack]) -> dict[str, Pack]:
    """Packs by their id."""
    return {pack.id: pack for pack in packs}
