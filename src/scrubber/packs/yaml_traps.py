"""What YAML does to medical text, said in words: each trap of plain text has its own diagnostic.

The parser stops at its first error and speaks of tokens. What the author did is read off the line instead: a condition
that starts with @, a colon inside a message, a quote that never ends.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from scrubber.core.diagnostics import Diagnostic, Label, Replacement
from scrubber.core.places import Place
from scrubber.packs.yaml_refusals import IN_QUOTES, line_end, quote_edit

if TYPE_CHECKING:
    from scrubber.packs.yaml_nodes import Source

_KEY = re.compile(r"^(?P<lead>[ ]*(?:-[ ]+)*)(?P<key>[A-Za-z_][\w./@-]*)[ ]*:[ ]*(?P<value>.*)$")


_ITEM = re.compile(r"^(?P<lead>[ ]*(?:-[ ]+)+)(?P<value>.*)$")


def explain(error: Any, source: Source) -> Diagnostic:
    """The diagnostic for an error of the YAML parser, from what stands on the line."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        return Diagnostic(
            "SCR599",
            "this file is not valid YAML",
            Place(source.path, 1, 1, 1, 1),
            help="check it in an editor that marks YAML errors",
        )
    at = min(mark.index, len(source.text))
    problem = str(getattr(error, "problem", "") or "")
    context = str(getattr(error, "context", "") or "")
    context_mark = getattr(error, "context_mark", None)
    for trap in (
        _tab,
        _directive,
        _reserved_start,
        _quote,
        _escape,
        _no_colon,
        _colon,
        _after_close,
        _stray,
        _bracket,
        _indent,
    ):
        found = trap(source, at, problem, context, context_mark)
        if found is not None:
            return found
    return Diagnostic(
        "SCR599",
        "YAML cannot be read from here on",
        source.place(at, at + 1),
        label="here",
        help="check the indentation, the quotes and the brackets on this line and the one above",
    )


def _value_at(source: Source, line: int) -> tuple[int, str] | None:
    """Where the value on this line starts, and its text."""
    text = source.line_text(line)
    found = _KEY.match(text) or _ITEM.match(text)
    value = found["value"].rstrip() if found is not None else ""
    if found is None or not value:
        return None
    return source.starts[line - 1] + found.start("value"), value


def _tab(source: Source, at: int, problem: str, context: str, mark: Any) -> Diagnostic | None:
    line, _ = source.position(at)
    text = source.line_text(line)
    blank = text[: len(text) - len(text.lstrip())]
    if "\t" not in blank:
        return None
    tab = source.starts[line - 1] + blank.index("\t")
    wanted = _indent_wanted(source, line)
    return Diagnostic(
        "SCR513",
        "a tab cannot be used to indent",
        source.place(tab, tab + 1),
        label="tab",
        help="indent with spaces; set your editor to insert spaces",
        edit=Replacement(
            source.place(source.starts[line - 1], source.starts[line - 1] + len(blank)),
            blank.replace("\t", "  ") if wanted is None else " " * wanted,
            safe=wanted is not None,
        ),
    )


def _indent_wanted(source: Source, line: int) -> int | None:
    """How far a line stands in that goes on from the one above it; none where that cannot be told."""
    above = next((text for at in range(line - 1, 0, -1) if (text := source.line_text(at)).strip()), "")
    if not above or above[:1] == "\t" or above.lstrip().startswith("#"):
        return None
    here_item, above_item = (text.lstrip().startswith("- ") for text in (source.line_text(line), above))
    depth = len(above) - len(above.lstrip()) + 2 * (above_item and not here_item)
    if above.rstrip().endswith(":"):
        return depth + 2
    return depth if above_item or not here_item else None


def _directive(source: Source, at: int, problem: str, context: str, mark: Any) -> Diagnostic | None:
    line, _ = source.position(at)
    if not source.line_text(line).startswith("%"):
        return None
    start = source.starts[line - 1]
    return Diagnostic(
        "SCR516",
        "YAML directives are not allowed in rule files",
        source.place(start, start + 1),
        help="remove the line that starts with %",
    )


def _reserved_start(source: Source, at: int, problem: str, context: str, mark: Any) -> Diagnostic | None:
    if "cannot start any token" not in problem and "alphabetic or numeric" not in problem:
        return None
    char = source.text[at : at + 1]
    if char not in ("@", "`", "%", "*", "&", "!"):
        return None
    end = max(line_end(source, at), at + 1)
    inside = source.text[source.starts[source.position(at)[0] - 1] : at]
    if inside.count("[") > inside.count("]") or inside.count("{") > inside.count("}"):
        cut = re.search(r"[,\]}]", source.text[at:end])
        end = at + cut.start() if cut else end
    return _needs_quotes(source, at, end)


def _needs_quotes(source: Source, at: int, end: int) -> Diagnostic:
    return Diagnostic(
        "SCR521",
        f"a value cannot start with `{source.text[at]}` unless it is in quotes",
        source.place(at, at + 1),
        label="YAML keeps this character for itself",
        help="put the whole value in double quotes",
        edit=quote_edit(source, at, end),
    )


def _quote(source: Source, at: int, problem: str, context: str, mark: Any) -> Diagnostic | None:
    if "end of stream" not in problem or "quoted" not in context or mark is None:
        return None
    quote = source.text[mark.index : mark.index + 1]
    return Diagnostic(
        "SCR525",
        f"this quote ({quote}) is never closed",
        source.place(mark.index, mark.index + 1),
        label="opened here",
        help=f"close it with {quote} at the end of the value"
        + ("; inside single quotes, write an apostrophe twice ('')" if quote == "'" else ""),
    )


def _escape(source: Source, at: int, problem: str, context: str, mark: Any) -> Diagnostic | None:
    if "escape" not in problem and "hexdecimal" not in problem and "Unicode character code" not in problem:
        return None
    back = source.text.find("\\", mark.index if mark else at)
    start = at if source.text[at : at + 1] == "\\" else (at - 1 if source.text[at - 1 : at] == "\\" else back)
    start = max(start, 0)
    return Diagnostic(
        "SCR532",
        "a backslash in double quotes starts a special character",
        source.place(start, start + 2),
        label="not one YAML knows",
        help="write \\\\ for a backslash, or use single quotes",
    )


def _colon(source: Source, at: int, problem: str, context: str, mark: Any) -> Diagnostic | None:
    """``message: Bill this: not that``, ``a:b`` above a key, and a key indented under a value."""
    if "mapping values are not allowed" not in problem:
        return None
    line, _ = source.position(at)
    text = source.line_text(line)
    found = _value_at(source, line)
    if found is not None and found[0] < at:
        start = found[0]
        end = line_end(source, start)
        return Diagnostic(
            "SCR524",
            "a colon followed by a blank ends a key, so it cannot stand inside this value",
            source.place(at, at + 1),
            label="YAML reads a key and a value here",
            help=IN_QUOTES,
            edit=quote_edit(source, start, end),
        )
    above = line - 1
    while above > 0 and not source.line_text(above).strip():
        above -= 1
    if above:
        before = source.line_text(above)
        missing = re.match(r"^[ ]*(?:-[ ]+)*([A-Za-z_][\w-]*):(?=\S)", before)
        if missing:
            start = source.starts[above - 1] + missing.end() - 1
            return Diagnostic(
                "SCR527",
                "a colon needs a blank after it",
                source.place(start, start + 1),
                label="blank missing after this",
                help=f"write `{missing[1]}: …`",
                edit=Replacement(source.place(start, start + 1), ": ", safe=True),
            )
        dash = re.match(r"^[ ]*-(?=[A-Za-z_])", before)
        if dash:
            return _dash(source, above, dash.end() - 1)
        if _value_at(source, above) is None and ":" not in before and "- " not in before:
            return Diagnostic(
                "SCR528",
                "the line above has no colon, so it is not a key",
                source.place(source.starts[above - 1], source.starts[above - 1] + len(before)),
                label="text without a key",
                help="write `key: value`, or indent it under the key it belongs to",
            )
    indent = source.starts[line - 1] + len(text) - len(text.lstrip())
    return Diagnostic(
        "SCR528",
        "this line is indented deeper than the keys it belongs to",
        source.place(indent, indent + 1),
        label="indented too far",
        help="line it up with the key above; only what belongs to a key without a value is indented",
    )


def _no_colon(source: Source, at: int, problem: str, context: str, mark: Any) -> Diagnostic | None:
    """``when:line.units > 1`` and text on a line of its own."""
    if "could not find expected ':'" not in problem:
        return None
    start_at = mark.index if mark is not None else at
    line, _ = source.position(min(start_at, len(source.text)))
    text = source.line_text(line)
    missing = re.match(r"^[ ]*(?:-[ ]+)*([A-Za-z_][\w-]*):(?=\S)", text)
    if missing:
        colon = source.starts[line - 1] + missing.end() - 1
        return Diagnostic(
            "SCR527",
            "a colon needs a blank after it",
            source.place(colon, colon + 1),
            label="blank missing after this",
            help=f"write `{missing[1]}: …`",
            edit=Replacement(source.place(colon, colon + 1), ": ", safe=True),
        )
    start = source.starts[line - 1] + len(text) - len(text.lstrip())
    key = re.match(r"^[ ]*(?:-[ ]+)*([A-Za-z_][\w-]*):[ ]*$", source.line_text(line - 1)) if line > 1 else None
    if key:
        return Diagnostic(
            "SCR529",
            f"`{key[1]}` has no value, because the next line is not indented below it",
            source.place(start, source.starts[line - 1] + len(text.rstrip())),
            label="meant as its value?",
            help=f"write it on the line of `{key[1]}:`, or indent it by two more spaces",
        )
    return Diagnostic(
        "SCR528",
        "this line has no colon, so it is not a key",
        source.place(start, source.starts[line - 1] + len(text.rstrip())),
        label="text without a key",
        help="write `key: value`, or indent it under the key it belongs to",
    )


def _stray(source: Source, at: int, problem: str, context: str, mark: Any) -> Diagnostic | None:
    """A closing bracket that nothing opened, or a comma without an item."""
    char = source.text[at : at + 1]
    if "node content" not in problem or char not in ("]", "}", ","):
        return None
    return Diagnostic(
        "SCR526",
        f"this `{char}` closes nothing" if char != "," else "there is nothing in front of this comma",
        source.place(at, at + 1),
        label="here",
        help="remove it, or put the whole value in double quotes if it is text",
    )


def _dash(source: Source, line: int, column: int) -> Diagnostic:
    start = source.starts[line - 1] + column
    return Diagnostic(
        "SCR527",
        "a dash needs a blank after it",
        source.place(start, start + 1),
        label="blank missing after this",
        help="write `- ` in front of each item of a list",
        edit=Replacement(source.place(start, start + 1), "- ", safe=True),
    )


def _after_close(source: Source, at: int, problem: str, context: str, mark: Any) -> Diagnostic | None:
    """``message: {line.procedure} needs …`` and ``message: "25" is needed``."""
    line, _ = source.position(at)
    found = _value_at(source, line)
    if found is None or found[0] >= at or found[1][0] not in "{[\"'":
        return None
    if ("flow" in context) or "quoted" in context:
        return None
    start, value = found
    end = line_end(source, start)
    kinds = {"{": "a mapping in braces", "[": "a list in brackets", '"': "a text in quotes", "'": "a text in quotes"}
    kind = kinds[value[0]]
    return Diagnostic(
        "SCR530",
        f"a value that starts with `{value[0]}` is read as {kind}, and it ends before this",
        source.place(at, at + 1),
        label="nothing may follow here",
        labels=(Label(source.place(start, start + 1), "starts here"),),
        help="put the whole value in " + ("single quotes" if '"' in value else "double quotes"),
        edit=quote_edit(source, start, end),
    )


def _bracket(source: Source, at: int, problem: str, context: str, mark: Any) -> Diagnostic | None:
    if "flow" not in context or mark is None:
        return None
    start = min(mark.index, len(source.text))
    if source.text[start : start + 1] not in ("[", "{"):
        start = _last_open(source.text[:start])
    opener = source.text[start : start + 1]
    if opener not in ("[", "{"):
        return None
    closer = "]" if opener == "[" else "}"
    line, _ = source.position(start)
    found = _value_at(source, line)
    help_ = f"close it with `{closer}`"
    edit = None
    if found is not None and found[0] == start and line_end(source, start) > start:
        inside = set(source.text[start + 1 : line_end(source, start)]) & set("{}[]")
        help_ += "; if it is text, put the whole value in double quotes"
        help_ += ", and if it is a list, each item that holds braces or brackets" if opener == "[" and inside else ""
    elif opener == "{":
        help_ += "; text that holds braces or brackets must be in double quotes inside { }"
    same_line = source.position(at)[0] == line
    return Diagnostic(
        "SCR526",
        f"this `{opener}` is not closed" + ("" if not same_line else ", or something in it is not separated by commas"),
        source.place(start, start + 1),
        label="opened here",
        labels=(Label(source.place(at, at + 1), "YAML gives up here"),),
        help=help_,
        edit=edit,
    )


def _last_open(text: str) -> int:
    """Where the last bracket or brace that is still open stands; the end of the text where none is."""
    open_: list[int] = []
    for found in re.finditer(r"[\[\]{}]", text):
        if found[0] in "[{":
            open_.append(found.start())
        elif open_:
            open_.pop()
    return open_[-1] if open_ else len(text)


def _indent(source: Source, at: int, problem: str, context: str, mark: Any) -> Diagnostic | None:
    line, _ = source.position(at)
    text = source.line_text(line)
    dash = re.match(r"^[ ]*-(?=[A-Za-z_\"'@{])", text)
    if dash:
        return _dash(source, line, dash.end() - 1)
    if "block" not in context:
        return None
    value = _value_at(source, line)
    if value is not None and value[1][0] in "!&*":
        return _needs_quotes(source, value[0], line_end(source, value[0]))
    start = source.starts[line - 1] + len(text) - len(text.lstrip())
    labels: tuple[Label, ...] = ()
    if mark is not None and mark.index < at:
        labels = (Label(source.place(mark.index, mark.index + 1), "the block it should belong to starts here"),)
    return Diagnostic(
        "SCR528",
        "this line does not line up with those above it",
        source.place(start, max(start + 1, at)),
        label="indented differently",
        labels=labels,
        help="indent it by exactly as many spaces as the other keys or dashes of its block",
    )
