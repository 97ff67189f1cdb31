"""The codes of the lints. A code is permanent: it is never given to something else."""

from __future__ import annotations

from typing import Final

TITLES: Final[dict[str, str]] = {
    "SCR901": "condition that is never true",
    "SCR902": "condition that is always true",
    "SCR903": "clause that changes nothing",
    "SCR904": "rule that another rule covers",
    "SCR905": "two rules that say the same",
    "SCR906": "one condition with two messages",
    "SCR907": "rules that no claim can satisfy together",
    "SCR908": "fix that does not clear its own finding",
    "SCR909": "one modifier position tested",
    "SCR910": "open pattern",
    "SCR911": "code that is not valid on the rule's dates",
    "SCR912": "rules that differ in payer or codes only",
    "SCR913": "lists of codes that are nearly alike",
    "SCR914": "message and condition that disagree",
    "SCR915": "only negative code conditions",
    "SCR916": "date of the policy inside the condition",
    "SCR917": "gap between revisions",
    "SCR918": "empty or expired value set",
    "SCR919": "costly rule without a trigger code",
    "SCR920": "rows of a list that meet",
    "SCR921": "incomplete citation",
    "SCR922": "`all` without a guard",
    "SCR923": "lint switched off for nothing",
}
"""Code to title, for the documentation and for SARIF."""
