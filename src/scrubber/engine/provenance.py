"""What a result was made with: engine, packs, tables, the day, and every parameter set away from its default."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from scrubber import __version__
from scrubber.engine.scrub import Engine


class PackUsed(Struct, frozen=True):
    """A loaded pack; ``digest`` is a SHA-256 over its files."""

    id: str
    version: str
    digest: str


class Covers(Struct, frozen=True, rename={"first": "from", "last": "to"}):
    """The days an edition answers for, both included."""

    first: date
    last: date


class TableUsed(Struct, frozen=True):
    """An edition at hand of a table that a pack declares. ``slice``: rows were left out on purpose."""

    id: str
    edition: str
    covers: Covers
    digest: str
    rows: int
    slice: bool


class ParameterSet(Struct, frozen=True):
    """A parameter that is not at its default. ``set_by`` is a pack's id, or ``caller``; a pack's value holds for the
    claims the pack applies to."""

    name: str
    value: tuple[str, ...]
    set_by: str


class Provenance(Struct, frozen=True):
    """With the claim, all that decides a result: equal provenance and equal claims give equal bytes."""

    engine: str
    packs: tuple[PackUsed, ...]
    tables: tuple[TableUsed, ...]
    as_of: date
    parameters: tuple[ParameterSet, ...]


def provenance(engine: Engine, as_of: date) -> Provenance:
    """The provenance of everything ``engine`` says of claims sent on ``as_of``."""
    packs = tuple(PackUsed(pack.id, pack.version, pack.digest) for pack in engine.program.packs)
    return Provenance(__version__, packs, _tables(engine), as_of, _parameters(engine))


def declared_tables(engine: Engine) -> tuple[str, ...]:
    """The names under which the tables that packs declare are stored, each once, in order."""
    return tuple(sorted({name for table in engine.tables.values() for name in table.editions()}))


def _tables(engine: Engine) -> tuple[TableUsed, ...]:
    return tuple(
        TableUsed(name, edition.id, Covers(edition.first, edition.last), edition.digest, edition.rows, edition.slice)
        for name in declared_tables(engine)
        for edition in sorted(engine.store.editions(name), key=lambda e: (e.first, e.last, e.digest))
    )


def _parameters(engine: Engine) -> tuple[ParameterSet, ...]:
    defaults = {key: parameter.default for key, parameter in engine.program.parameters.items()}
    found = [
        ParameterSet(setting.name, setting.value, pack.id)
        for pack in engine.program.packs
        for setting in pack.settings
        if setting.value != defaults[f"{pack.parameters[setting.name]}:{setting.name}"]
    ]
    for name, value in sorted(engine.options.parameters.items()):
        if any(key.partition(":")[2] == name and default != value for key, default in defaults.items()):
            found.append(ParameterSet(name, value, "caller"))
    return tuple(found)
