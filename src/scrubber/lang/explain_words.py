"""Syntax messages about words: upper case, other languages, units, chained comparisons, and what follows the end."""

from __future__ import annotations

import re

from scrubber.lang.masked import Spot
from scrubber.lang.problems import Edit, Problem
from scrubber.lang.words import KEYWORDS

_UPPER = re.compile(
    r"(?<![=<>{,\w.@-])(\s*)\b(AND|OR|NOT|IN|HAS|IS|ANY|NO|WHERE|BETWEEN|MISSING|PRESENT|OF|NONE|ALL)\b"
)
_OTHER = (
    (r"is\s+not\s+(?:null|missing|empty|blank|none)\b", "is present", True),
    (r"is\s+(?:null|empty|blank|none|absent)\b", "is missing", True),
    (r"is\s+not\s+present\b", "is missing", True),
    (r"(?:!=|=)\s*(?:null|none|empty|blank)\b", "is missing", False),
    (r"(?:does\s+not\s+contain|not\s+contains?|does\s+not\s+have|not\s+has|lacks?|without)\b", "has none of", False),
    (r"(?:contains\s+any(?:\s+of)?|contains\s+all(?:\s+of)?)\b", "has any of", False),
    (r"(?:contains?|includes?|have|having)\b", "has", True),
    (r"(?:equals?|equal\s+to|is\s+equal\s+to|eq)\b", "=", True),
    (r"(?:not\s+equals?|is\s+not\s+equal\s+to|ne)\b", "!=", True),
    (r"(?:is\s+)?(?:greater|more|bigger)\s+than\b|gt\b|is\s+over\b", ">", True),
    (r"(?:is\s+)?(?:less|smaller|fewer)\s+than\b|lt\b(?=\s+[0-9$])|is\s+under\b", "<", True),
    (r"is\s+(?:one\s+)?of\b|is\s+in\b|one\s+of\b", "in", True),
    (r"is\s+not\s+in\b|isn\b|is\s+not\s+one\s+of\b", "not in", True),
    (r"is\s+not\b", "!=", True),
    (r"is\b(?=\s+[A-Z0-9])", "=", True),
    (r"(?:exists|is\s+there|exist)\b", "is present", True),
)  # fmt: skip
_LINES_OF = {"weeks": 7, "week": 7, "hours": 0, "hour": 0, "wk": 7, "wks": 7}


def upper_case(spot: Spot) -> Problem | None:
    """``AND``, ``OR``, ``NOT``."""
    found = [m for m in _UPPER.finditer(spot.masked) if m.start(2) <= spot.position + 1 and _ends(m, spot)]
    if not found:
        return None
    first = found[-1] if found[-1].start(2) == spot.position else found[0]
    start, end = first.start(2), first.end(2)
    every = list(_UPPER.finditer(spot.masked))
    left, right = every[0].start(2), every[-1].end(2)
    fixed = _UPPER.sub(lambda m: m[1] + m[2].lower(), spot.masked[left:right])
    fixed = "".join(f if m != t.upper() or f != m else t for f, m, t in zip(
        fixed, spot.masked[left:right], spot.text[left:right], strict=True)) if '"' not in fixed else ""  # fmt: skip
    edit = Edit(left, right, fixed, True) if fixed else Edit(start, end, first[2].lower())
    return Problem("SCR105", f"`{first[2]}` is in upper case: words of the language are in lower case.", start, end,
                   "lower case", f"Write `{first[2].lower()}`. Upper case is for codes.", edit=edit)  # fmt: skip


def _ends(match: re.Match[str], spot: Spot) -> bool:
    """Whether the word is at the spot or is what comes right before it."""
    return match.start(2) == spot.position or not spot.masked[match.end(2) : spot.position].strip()


def other_language(spot: Spot) -> Problem | None:
    """``contains``, ``is null``, ``equals``: words for what the language says otherwise."""
    for pattern, better, safe in _OTHER:
        for match in re.finditer(rf"(?<![\w.@])(?:{pattern})", spot.masked, re.IGNORECASE):
            beside = spot.position >= match.end() and not spot.masked[match.end() : spot.position].strip()
            if match.start() <= spot.position and (spot.position < match.end() or beside):
                says = re.sub(r"\s+", " ", match[0])
                if better == "is missing" and match[0].startswith("!"):
                    better = "is present"
                return Problem("SCR113", f"The language has no `{says}`.",
                               match.start(), match.end(), "another language",
                               f"Write `{better}`.", edit=Edit(match.start(), match.end(), better, safe))  # fmt: skip
    return _statements(spot)


def _statements(spot: Spot) -> Problem | None:
    word = re.match(r"[A-Za-z]+", spot.after)
    found, previous = word[0].lower() if word else "", spot.previous.lower()
    at = (spot.position, spot.position + len(found))
    if found in ("if", "then", "else", "elif", "unless", "when") or previous in ("if", "then", "else", "when"):
        if found not in ("if", "then", "else", "elif", "unless", "when"):
            at, found = (len(spot.before) - len(previous), len(spot.before)), previous
        return Problem("SCR113", f"The language has no `{found}`: a condition only says what must hold.", *at,
                       "not a statement", "Exceptions stand under `unless:` of the rule; join conditions with `and` "
                       "and `or`.")  # fmt: skip
    if found in ("matches", "like", "regex", "startswith", "starts", "begins", "endswith", "ends") or re.match(
        r"/[^/\s]+/", spot.after
    ):
        end = at[1] if found else spot.position + 1
        return Problem("SCR113", "The language has no regular expressions.", spot.position, end, "another language",
                       "Use a pattern, as in `in E11.*`: `*` is any run of characters and `?` is one.")  # fmt: skip
    if found in ("true", "false") or previous in ("true", "false"):
        return Problem("SCR113", "The language has no `true` and `false`.", *at, "not a value",
                       "A yes-or-no field stands alone: `line.emergency`, `not line.emergency`.")  # fmt: skip
    if found in ("xor", "nor"):
        return Problem("SCR113", f"The language has no `{found}`.", *at, "another language",
                       "Say it with `and`, `or` and `not (...)`.")  # fmt: skip
    if found in ("some", "every", "each") or previous in ("some", "every", "each"):
        if found not in ("some", "every", "each"):
            at, found = (len(spot.before) - len(previous), len(spot.before)), previous
        return Problem("SCR113", f"The language has no `{found}`.", *at, "another language",
                       "Write `any line where (...)` or `all lines satisfy (...)`.")  # fmt: skip
    return None


def chained(spot: Spot) -> Problem | None:
    """``1 < line.units < 5``."""
    if not re.match(r"<=|>=|!=|[<>=]", spot.after):
        return None
    operand = r"[A-Za-z0-9_.$\"-]+(?:\([^()]*\)(?:\.[a-z_]+)?)?"
    left = re.search(rf"({operand})\s*(<=|>=|!=|[<>=])\s*({operand})$", spot.before)
    right = re.match(rf"(<=|>=|!=|[<>=])\s*({operand})", spot.after)
    if left is None:
        return None
    edit = None
    if right:
        text = spot.text
        a, op1, b = text[left.start(1) : left.end(1)], left[2], text[left.start(3) : left.end(3)]
        c = text[spot.position + right.start(2) : spot.position + right.end(2)]
        edit = Edit(left.start(), spot.position + right.end(), f"{a} {op1} {b} and {b} {right[1]} {c}", True)
    end = edit.end if edit else spot.position + 1
    return Problem("SCR110", "A comparison has two sides, and this has three.", left.start(), end, "three sides",
                   f"Write `{edit.text}`, or use `between ... and ...`." if edit else
                   "Write two comparisons joined with `and`.", edit=edit)  # fmt: skip


def units(spot: Spot) -> Problem | None:
    """``within 3 before``, ``within 2 weeks before``, ``line.date + 2 weeks``."""
    match = re.search(r"(\bwithin\s+|[+]\s*|-\s+)([0-9]+)$", spot.before)
    if match is None:
        return None
    number = match[2]
    word = re.match(r"[a-z]+", spot.after)
    start = match.start(2)
    if word and word[0] in _LINES_OF:
        days = int(number[:6]) * _LINES_OF[word[0]]
        end = spot.position + len(word[0])
        return Problem("SCR115", f"The language has no {word[0]}: it counts days, months and years.",
                       spot.position, end,
                       "unknown unit", f"Write `{days} days`." if days else "Write days.",
                       edit=Edit(start, end, f"{days} days", True) if days else None)  # fmt: skip
    if match[1].startswith("within") and spot.found in ("before", "after", "of"):
        return Problem("SCR115", f"`{number}` has no unit.", start, start + len(number), "days, months or years?",
                       f"Write `within {number} days {spot.found} ...`, or months or years.",
                       edit=Edit(start, start + len(number), f"{number} days"))  # fmt: skip
    return None


def amounts(spot: Spot) -> Problem | None:
    """``$1,500.00``, ``1,000``, ``$1.555``: how an amount is written on paper."""
    for match in re.finditer(r"(?<![\w.,$])\$?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?(?![\w,])", spot.masked):
        if match.start() <= spot.position <= match.end() and not spot.in_braces:
            better = match[0].replace(",", "")
            return Problem("SCR118", "A number has no commas in it.", match.start(), match.end(), "commas",
                           f"Write `{better}`.", edit=Edit(match.start(), match.end(), better, True))  # fmt: skip
    for match in re.finditer(r"\$[0-9]+\.[0-9]{3,}", spot.masked):
        if match.start() <= spot.position <= match.end():
            return Problem("SCR118", "Money has at most two decimals.", match.start(), match.end(), "dollars and cents",
                           f"Write an amount such as `{match[0][: match[0].index('.') + 3]}`.")  # fmt: skip
    return None


def between(spot: Spot) -> Problem | None:
    """``between 1 to 5``, ``between 1, 5``."""
    match = re.search(r"\bbetween\s+\S+$", spot.before)
    if match is None or spot.found not in ("to", ",", "-", "or"):
        return None
    end = spot.position + len(spot.found)
    return Problem("SCR119", "`between` is followed by `and`.", spot.position, end, "`and`?",
                   "Write `between A and B`.",
                   edit=Edit(len(spot.before), end, " and", True))  # fmt: skip


def lower_code(spot: Spot) -> Problem | None:
    """``in lt``, ``= e11.9``, ``in e11.*``."""
    match = re.match(r"[a-z][a-z0-9]*(\.[0-9*?][a-z0-9*?]*|[*?]+|-[a-z0-9.]+)?", spot.after)
    tail = None
    if match is None or not re.search(r"(=|in|has|of)$", spot.before):
        tail = re.search(r"(?:=|in|has|of|[{,])\s*([a-z][a-z0-9]+)$", spot.before)
        if tail is None or not re.match(r"[.*?-][0-9a-z*?]", spot.after):
            return None
    start = tail.start(1) if tail else spot.position
    found = re.match(r"[a-z0-9.*?-]+", spot.masked[start:])
    if found is None or found[0] in KEYWORDS or found[0].split(".")[0] in ("line", "claim", "other", "policy", "it"):
        return None
    code = found[0].rstrip("-.")
    end = start + len(code)
    better = code.upper()
    plain = re.fullmatch(r"[A-Z0-9.]+", better) and re.search(r"(in|of)$", spot.masked[:start].rstrip())
    if plain:
        better = f"{{{better}}}"
    return Problem("SCR121", f"`{code}` is in lower case: codes are written in upper case.", start, end, "lower case",
                   f"Write `{better}`.", edit=Edit(start, end, better, True))  # fmt: skip


def reserved(spot: Spot) -> Problem | None:
    """``any line as count where``: the lexer already sees the word."""
    if not re.search(r"\bas$", spot.before) or not re.match(r"[A-Za-z]", spot.found):
        return None
    return Problem("SCR122", f"`{spot.found}` cannot name an element.", spot.position, spot.position + len(spot.found),
                   "not a name", "Choose a name in lower case that is no word of the language, such as `first`."
                   )  # fmt: skip


def trailing(spot: Spot) -> Problem | None:
    """Anything after a whole condition."""
    if not spot.can_end or not spot.found or "$END" not in spot.expected:
        return None
    word, previous = spot.found, spot.previous
    if previous in KEYWORDS and re.search(rf"(^|[(]|\band|\bor|\bnot)\s*{previous}$", spot.before):
        at = len(spot.before) - len(previous)
        joins = (
            "joins two conditions, and there is none before it" if previous in ("and", "or") else "cannot stand here"
        )
        return Problem("SCR122", f"`{previous}` {joins}.", at, at + len(previous), "reserved",
                       "Write a condition, such as `line.units > 1`.",
                       edit=Edit(at, spot.position, "", True) if previous in ("and", "or") else None)  # fmt: skip
    if word in ("dollar", "dollars", "usd") and re.fullmatch(r"[0-9]+(\.[0-9]{1,2})?", previous):
        whole, _, cents = previous.partition(".")
        start, end = len(spot.before) - len(previous), spot.position + len(word)
        money = f"${whole}.{cents:0<2}"
        return Problem("SCR118", "Money has a `$` in front of it.", start, end, "money",
                       f"Write `{money}`.", edit=Edit(start, end, money))  # fmt: skip
    return Problem("SCR118", f"The condition is whole before `{word[:40]}`.", spot.position, spot.position + len(word),
                   "left over", "Join conditions with `and` or `or`, or take the rest out.",
                   edit=Edit(spot.position, spot.position, "and ") if re.match(r"[a-z]", word) else None)  # fmt: skip
