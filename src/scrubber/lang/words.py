"""The words of the language, and which scopes have which variables."""

from __future__ import annotations

KEYWORDS = frozenset((
    "after", "all", "and", "any", "as", "at", "before", "between", "claim", "claims", "count", "day", "days",
    "distinct", "exactly", "greatest", "group", "has", "in", "is", "it", "least", "line", "lines", "missing", "month",
    "months", "most", "no", "none", "not", "of", "on", "or", "other", "over", "policy", "present", "prior", "same",
    "satisfy", "sum", "where", "with", "within", "year", "years",
))  # fmt: skip
"""Reserved: none of them can name an element, a definition, a table or a function."""

SCOPES_OF = {
    "line": "line and pair scope",
    "other": "pair scope, and in diagnosis_pair scope for the other diagnosis",
    "group": "group scope",
    "diagnosis": "diagnosis and diagnosis_pair scope",
    "row": "rules with for_each_row",
}
"""Variables that only some scopes have, and which."""
