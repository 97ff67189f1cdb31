"""A page about every table that the bundled packs declare: what it holds, and who publishes it."""

from __future__ import annotations

from scrubber.docgen.markdown import code, page, table
from scrubber.docgen.packs import bundled
from scrubber.packs.model import Pack, TableSpec

_INTRO = """\
Every table that rules of the bundled packs can read. How to import one, and what its edition covers:
[reference tables](tables.md). A missing row means *none*: there is no such thing; or *not published*: nobody has said.
A table that a pack carries itself needs no import."""


def text() -> str:
    """The page."""
    return page("List of tables", _INTRO, [_pack(pack) for pack in bundled() if pack.tables], wide=True)


def _pack(pack: Pack) -> str:
    rows = [_row(spec) for spec in pack.tables]
    return f"## {pack.title}\n\n{table(('Table', 'What it holds', 'Keys', 'Columns', 'Missing row', 'From'), rows)}"


def _row(spec: TableSpec) -> tuple[str, ...]:
    names = [f"{spec.view_of or spec.name}/{setting.name}" for setting in spec.settings] or [spec.view_of or spec.name]
    shown = code(spec.name)
    if names != [spec.name]:
        shown += f", imported as {', '.join(code(name) for name in names)}"
    where = f"[publisher]({spec.published_at})" if spec.published_at else ""
    if spec.source:
        where = f"`{spec.source}` of the pack"
    return (
        shown,
        spec.title,
        ", ".join(spec.keys),
        ", ".join(spec.columns),
        spec.absent.replace("_", " "),
        where,
    )
