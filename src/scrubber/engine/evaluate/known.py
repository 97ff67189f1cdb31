"""Whether a value is known: a condition that no rule can spell, and that both evaluators understand."""

from __future__ import annotations

from scrubber.lang import ir


class Known(ir.Node, frozen=True):
    """True of a value; false of an absent row; unknown, for its own reasons, of what is unknown.

    It is what is left of a comparison whose other side is unknown on every subject alike.
    """

    value: ir.Value
