"""Syntax messages about brackets, and about `and`, `or`, `not` and `where` that need them."""

from __future__ import annotations

import re

from scrubber.lang.masked import Spot
from scrubber.lang.problems import Edit, Problem

_CLOSE = {"(": ")", "{": "}", "[": "]"}


def square(spot: Spot) -> Problem | None:
    """``[25, 59]``."""
    match = re.search(r"\[([^\[\]]*)\]|\[|\]", spot.masked)
    if match is None:
        return None
    edit = Edit(match.start(), match.end(), f"{{{match[1]}}}", True) if match[1] else None
    return Problem("SCR107", "The language has no square brackets.", match.start(), match.end(), "square",
                   "Codes stand in braces, as in `{25, 59}`.", edit=edit)  # fmt: skip


def unbalanced(spot: Spot) -> Problem | None:
    """A bracket that is not closed, or closes nothing."""
    opened: list[tuple[str, int]] = []
    for at, c in enumerate(spot.masked):
        if c in _CLOSE:
            opened.append((c, at))
        elif c in ")}]":
            if opened and _CLOSE[opened[-1][0]] == c:
                opened.pop()
            elif opened:
                return _unclosed(spot, *opened[-1])
            else:
                return Problem("SCR107", f"`{c}` closes nothing.", at, at + 1, "not opened",
                               "Take it out, or open it before.",
                               edit=Edit(at, at + 1, "", not spot.masked[at + 1 :].strip()))  # fmt: skip
    return _unclosed(spot, *opened[-1]) if opened else None


def _unclosed(spot: Spot, bracket: str, at: int) -> Problem:
    close = _CLOSE[bracket]
    if bracket == "{":
        members = re.match(r"\{\s*(?:(?:[A-Z0-9.*?_-]+|@[a-z0-9/-]+|\"[^\"]*\")\s*,?\s*)*", spot.masked[at:])
        end = at + (len(members[0].rstrip().rstrip(",").rstrip()) if members else 1)
        help_ = f"Put `{close}` after the last code."
    else:
        end = len(spot.masked.rstrip())
        help_ = f"Put `{close}` where it ends."
    return Problem("SCR107", f"`{bracket}` is not closed.", at, at + 1, "opened here", help_,
                   labels=((end, end, f"`{close}` here?"),), edit=Edit(end, end, close, True))  # fmt: skip


def mixed(spot: Spot) -> Problem | None:
    """``a and b or c``."""
    if spot.found not in ("and", "or"):
        return None
    joins = spot.connectives()
    here = next((join for join in joins if join[0] == spot.position), None)
    other = next((join for join in joins if here and join[2] != here[2]), None)
    if here is None or other is None:
        return None
    start, end = spot.group
    parts, at = [], start
    for left, right, _ in [join for join in joins if join[2] == "or"] + [(end, end, "")]:
        part = spot.text[at:left]
        inner = [join for join in joins if join[2] == "and" and at <= join[0] < left]
        body = part.strip()
        parts.append(part.replace(body, f"({body})", 1) if inner and body else part)
        parts.append(spot.text[left:right])
        at = right
    return Problem("SCR106", "`and` and `or` are mixed, and nothing says which goes first.", here[0], here[1],
                   f"`{here[2]}` here", "Put parentheses around the part that belongs together.",
                   labels=((other[0], other[1], f"`{other[2]}` here"),),
                   edit=Edit(start, end, "".join(parts)))  # fmt: skip


def negated(spot: Spot) -> Problem | None:
    """``not line.procedure = 99213``."""
    for match in re.finditer(r"\bnot\s+(?!\(|in\b|between\b)", spot.masked):
        if match.end() > spot.position + 1:
            break
        rest = spot.masked[match.end() :]
        has = re.match(r"(any|no|all|at|exactly)\b", rest)
        if has and match.end() == spot.position:
            edit = Edit(match.start(), match.end() + 3, "no", True) if has[0] == "any" else None
            return Problem("SCR109", f"`not` cannot stand before `{has[0]}`.", match.start(), match.end() + len(has[0]),
                           "parentheses are missing", "Write `no line ...` for `not any line ...`, or `not (...)`.",
                           edit=edit)  # fmt: skip
        end = spot.clause_end(match.end())
        if match.end() <= spot.position < max(end, match.end() + 1) and re.match(r"[a-z(@A-Z0-9$]", rest):
            clause = spot.text[match.end() : end]
            if not clause or re.fullmatch(r"[a-z_.0-9]+", clause):
                continue
            return Problem("SCR109", "`not` takes parentheses before anything but a flag.", match.start(), end,
                           "parentheses are missing", f"Write `not ({clause[:60]})`.",
                           edit=Edit(match.start(), end, f"not ({clause})", True))  # fmt: skip
    return None


def where(spot: Spot) -> Problem | None:
    """``where it.units > 1``, ``satisfy ...``, ``with same date, procedure``."""
    word = spot.previous
    if word in ("where", "satisfy") and "LPAR" in spot.expected:
        end = spot.clause_end(spot.position)
        whole = spot.group[1] if word == "where" else end
        inner = spot.text[spot.position : end]
        edit = Edit(spot.position, end, f"({inner})", whole == end) if inner else None
        at = min(spot.position, len(spot.text) - 1)  # a text that ends with the word: its last letter
        return Problem("SCR109", f"`{word}` takes parentheses.", at, max(end, at + 1),
                       "parentheses are missing", f"Write `{word} (...)`, so that it is plain where it ends.",
                       edit=edit)  # fmt: skip
    keys = re.search(r"\bwith\s+same\s+([a-z_.]+)$", spot.before)
    if spot.found == "," and keys:
        more = re.match(r"(?:\s*,\s*[a-z_.]+)+", spot.after)
        end = spot.position + (more.end() if more else 1)
        start = keys.start(1)
        return Problem("SCR109", "Several keys of `with same` take parentheses.", start, end, "parentheses are missing",
                       f"Write `({spot.text[start:end]})`.",
                       edit=Edit(start, end, f"({spot.text[start:end]})", True))  # fmt: skip
    return None
