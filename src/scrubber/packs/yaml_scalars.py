"""Where each character of a YAML scalar stands in its file.

YAML folds lines, doubles quotes and resolves escapes, so the value of a scalar is not its source. The functions here
read the source of one scalar again (YAML 1.1, sections 9.1 to 9.3) and return its value together with the index, in
the file's text, of every character. The parser's own value stays the truth: where the two differ, positions are
dropped rather than wrong.
"""

from __future__ import annotations

import re

Decoded = tuple[str, list[int]]
"""A value and the index of each of its characters, with one more for its end."""

_BREAK = re.compile(r"\r\n|\r|\n")
_ESCAPES = {
    "0": "\0", "a": "\x07", "b": "\x08", "t": "\t", "\t": "\t", "n": "\n", "v": "\x0b", "f": "\x0c", "r": "\r",
    "e": "\x1b", " ": " ", '"': '"', "/": "/", "\\": "\\", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_HEX = {"x": 2, "u": 4, "U": 8}


def decode(source: str, start: int, end: int, style: str) -> Decoded | None:
    """The value of the scalar at ``source[start:end]`` and the index of each character; None where it is unclear.

    ``style`` is empty for plain, or one of ``' " | >``.
    """
    if style in ("|", ">"):
        return _block(source, start, end, folded=style == ">")
    if style:
        return _flow(source, start + 1, end - 1, style)
    return _flow(source, start, end, "")


def _flow(source: str, start: int, end: int, quote: str) -> Decoded | None:
    characters: list[str] = []
    places: list[int] = []
    at = start
    while at < end:
        char = source[at]
        if char in " \t\r\n":
            at = _fold(source, at, end, characters, places, keep_spaces=bool(quote))
        elif quote == "'" and char == "'":
            characters.append("'")
            places.append(at)
            at += 2
        elif quote == '"' and char == "\\":
            after = _escape(source, at, end, characters, places)
            if after is None:
                return None
            at = after
        else:
            characters.append(char)
            places.append(at)
            at += 1
    return "".join(characters), [*places, end]


def _fold(source: str, at: int, end: int, characters: list[str], places: list[int], keep_spaces: bool) -> int:
    """White space between words: kept on one line; one break becomes a space, more become one break fewer."""
    stop = at
    while stop < end and source[stop] in " \t\r\n":
        stop += 1
    breaks = list(_BREAK.finditer(source, at, stop))
    if not breaks:
        if keep_spaces or stop < end:
            characters.extend(source[at:stop])
            places.extend(range(at, stop))
        return stop
    if len(breaks) == 1:
        characters.append(" ")
        places.append(breaks[0].start())
    for extra in breaks[1:]:
        characters.append("\n")
        places.append(extra.start())
    return stop


def _escape(source: str, at: int, end: int, characters: list[str], places: list[int]) -> int | None:
    """A backslash in double quotes; returns the index after it."""
    mark = source[at + 1 : at + 2]
    if mark in ("\r", "\n"):
        # An escaped break joins the lines: nothing stands for it, further breaks stay.
        first = _BREAK.match(source, at + 1)
        assert first is not None
        stop = first.end()
        while stop < end and source[stop] in " \t\r\n":
            stop += 1
        for extra in _BREAK.finditer(source, first.end(), stop):
            characters.append("\n")
            places.append(extra.start())
        return stop
    if mark in _HEX:
        digits = source[at + 2 : at + 2 + _HEX[mark]]
        if not re.fullmatch(r"[0-9A-Fa-f]+", digits) or int(digits, 16) > 0x10FFFF:
            return None
        characters.append(chr(int(digits, 16)))
        places.append(at)
        return at + 2 + _HEX[mark]
    if mark not in _ESCAPES:
        return None
    characters.append(_ESCAPES[mark])
    places.append(at)
    return at + 2


def _lines(source: str, at: int, stop: int) -> list[tuple[int, int, int]]:
    """The lines that start in ``source[at:stop]`` as (start, end, index after the break)."""
    found = []
    while at < stop:
        match = _BREAK.search(source, at)
        end, after = (match.start(), match.end()) if match else (len(source), len(source))
        found.append((at, end, after))
        at = after
    return found


def _block(source: str, start: int, stop: int, folded: bool) -> Decoded | None:
    header_end = _BREAK.search(source, start)
    if header_end is None:
        return "", [len(source)]
    header = re.match(r"[|>]([+\-]?)([1-9]?)([+\-]?)", source[start : header_end.start()])
    assert header is not None
    chomp = header[1] or header[3]
    lines = _lines(source, header_end.end(), stop)
    if header[2]:
        before = source[source.rfind("\n", 0, start) + 1 : start]
        parent = len(before) - len(before.lstrip(" "))
        # A key after `- ` is indented by the dash as well.
        while before[parent : parent + 2] == "- ":
            rest = before[parent + 1 :]
            parent += 1 + len(rest) - len(rest.lstrip(" "))
        indent = parent + int(header[2])
    else:
        full = next((line for line in lines if source[line[0] : line[1]].strip(" ")), None)
        if full is None:
            return None
        indent = len(source[full[0] : full[1]]) - len(source[full[0] : full[1]].lstrip(" "))
    return _block_lines(source, lines, indent, folded, chomp)


def _block_lines(source: str, lines: list[tuple[int, int, int]], indent: int, folded: bool, chomp: str) -> Decoded:
    characters: list[str] = []
    places: list[int] = []
    pending: list[int] = []  # breaks of blank lines
    last_break: int | None = None
    leading_blank = False
    end = lines[0][0] if lines else len(source)
    for first, last, after in lines:
        body = source[first:last]
        if not body[:indent].strip(" ") and len(body) <= indent:
            if after > last:
                pending.append(last)
            continue
        if body[:indent].strip(" "):
            break
        trailing_blank = body[indent] in " \t"
        if last_break is not None:
            if folded and not leading_blank and not trailing_blank:
                if not pending:
                    characters.append(" ")
                    places.append(last_break)
            else:
                characters.append("\n")
                places.append(last_break)
        characters.extend("\n" * len(pending))
        places.extend(pending)
        pending = []
        leading_blank = trailing_blank
        characters.extend(source[first + indent : last])
        places.extend(range(first + indent, last))
        end = last
        last_break = last if after > last else None
    if chomp != "-" and last_break is not None:
        characters.append("\n")
        places.append(last_break)
        end = last_break
    if chomp == "+":
        characters.extend("\n" * len(pending))
        places.extend(pending)
        end = pending[-1] if pending else end
    return "".join(characters), [*places, end]
