"""Which of the tables that packs declare some rule looks up, and which rules go without theirs."""

from __future__ import annotations

from scrubber.engine.compile.reads import tables_read
from scrubber.engine.scrub import Engine


def read_tables(engine: Engine) -> frozenset[str]:
    """The names under which the tables that rules look up are stored; a table that is declared need not be read."""
    asked = {
        name
        for rule in engine.program.rules
        if rule.status != "retired"
        for name in (rule.pair_table, *(table for each in rule.revisions for table in tables_read(each)))
    }
    return frozenset(
        stored for key, table in engine.tables.items() if key.partition(":")[2] in asked for stored in table.editions()
    )


def rules_left_out(engine: Engine) -> frozenset[str]:
    """The rules that no claim is checked by, because a table that their pack requires was not imported."""
    names = {pack.id: pack.tables for pack in engine.program.packs}
    return frozenset(
        head.id
        for head in engine.program.heads
        if any(not engine.tables[f"{names[head.pack][table]}:{table}"].loaded for table in head.waits_for)
    )
