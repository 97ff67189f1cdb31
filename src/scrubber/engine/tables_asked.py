"""Which of the tables that packs declare some rule looks up."""

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
