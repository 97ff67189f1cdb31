"""Every code of a message about rule files, with its title, from all registries."""

from __future__ import annotations

from scrubber.engine.compile.diagnostic_codes import TITLES as ENGINE
from scrubber.lang.problems import CODES
from scrubber.lint.codes import TITLES as LINTS
from scrubber.packs.diagnostic_codes import TITLES


def titles() -> dict[str, str]:
    """Code to title.

    Raises:
        ValueError: two registries claim one code.
    """
    found: dict[str, str] = {}
    for registry in (CODES, TITLES, ENGINE, LINTS):
        twice = found.keys() & registry.keys()
        if twice:
            raise ValueError(f"{', '.join(sorted(twice))} stands in two registries")
        found.update(registry)
    return found
