"""The variables each scope gives to a rule's conditions, beside ``claim``."""

SCOPE_VARIABLES: dict[str, tuple[str, ...]] = {
    "line": ("line",),
    "pair": ("line", "other"),
    "group": ("group",),
    "diagnosis": ("diagnosis",),
    "diagnosis_pair": ("diagnosis", "other"),
    "claim": (),
}
