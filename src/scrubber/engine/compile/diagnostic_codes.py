"""The codes of diagnostics that arise when packs are compiled. A code is permanent: never given to something else.

SCR71x goes on from the codes of packs that are loaded together (:mod:`scrubber.packs.diagnostic_codes`).
"""

from __future__ import annotations

from typing import Final

TITLES: Final[dict[str, str]] = {
    "SCR711": "text is no value of the parameter's type",
    "SCR712": "a table that is not declared",
    "SCR713": "join key is not a parameter that lists fields",
    "SCR714": "join key is not a field of a line",
    "SCR715": "list of a table cannot be used",
    "SCR716": "field of a fix that cannot be set",
}
"""Code to title, for the documentation and for SARIF."""
