"""Where an outcome parts from what a case expects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scrubber.findings.model import Bypass, Entry, Fault, Finding, Gap


def differences(
    expect: str, values: Mapping[str, Any], seen: Sequence[str], came: Mapping[str, Sequence[Entry | Fault]]
) -> tuple[str, ...]:
    """What differs, each as ``what: expected …, came …``; empty where the case holds.

    An outcome that the case names neither in ``expect`` nor in ``also`` is a difference: an unexpected gap is not
    passed over.
    """
    allowed = {expect, *values.get("also", ())}
    wrong = [f"outcome: expected {expect}, came {' and '.join(seen)}"] if expect not in seen else []
    if not wrong:
        wrong += [f"outcome: came {kind} beside {expect}, which the case does not name in `also`"
                  for kind in seen if kind not in allowed]  # fmt: skip
        wrong += [f"outcome: `also` names {kind}, and it did not come" for kind in values.get("also", ())
                  if kind not in seen]  # fmt: skip
    entries = [entry for entry in came.get(expect, ()) if isinstance(entry, Entry)]
    if entries:
        for key, actual in said(entries).items():
            if key in values and _text(values[key], key) != _text(actual, key):
                wrong.append(f"{key}: expected {_shown(values[key])}, came {_shown(actual)}")
    return tuple(wrong)


def said(entries: Sequence[Entry]) -> dict[str, Any]:
    """What the entries say, by the keys a case may compare. All but ``line`` are those of the first entry."""
    first = entries[0]
    values: dict[str, Any] = {
        "line": sorted({entry.line for entry in entries if entry.line is not None}),
        "lines": list(first.lines), "diagnosis": first.diagnosis, "message": first.message,
        "related": [related.line for related in first.related], "severity": first.severity,
    }  # fmt: skip
    if isinstance(first, Finding):
        values["choices"] = list(next((fix.choices for fix in first.fixes if fix.choices), ()))
        values["fixes"] = [fix.kind for fix in first.fixes]
        values["unchecked"] = len(first.unchecked_exceptions)
    if isinstance(first, Bypass | Gap):
        values["reason"] = first.reason
    if isinstance(first, Gap):
        values["missing"] = list(first.missing)
    return values


def _text(value: Any, key: str) -> Any:
    """Both sides in one form: lists of words for lists, words without doubled blanks for texts."""
    if key in ("line", "lines", "related", "missing", "choices", "fixes"):
        return [str(item) for item in ([value] if isinstance(value, str) else value)]
    return " ".join(str(value).split())


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(str, value))}]"
    return str(value)
