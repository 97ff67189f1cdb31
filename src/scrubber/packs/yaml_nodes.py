"""The tree of a YAML file: every scalar is text, and every node knows where it stands.

The tree is built from the parser's events, not from its constructors, so that limits hold while the file is read and
no value is ever turned into a number, a date or a flag: place of service 02 stays 02, and NO stays NO.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from typing import Any

import yaml
from msgspec import Struct

from scrubber.core.diagnostics import Diagnostic, Label, RuleFileError
from scrubber.core.places import Place, Text
from scrubber.packs import yaml_refusals, yaml_traps
from scrubber.packs.yaml_scalars import decode

MAX_RULE_FILE_BYTES = 1 << 20
"""Of a file of a pack, YAML or a list as CSV, of a golden file and of a file of waivers."""
MAX_DEPTH = 40
MAX_NODES = 200_000

LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""The parser: libyaml where PyYAML has it. Only its events are used."""


class Source:
    """The text of a file, and lines and columns of its characters."""

    __slots__ = ("path", "starts", "text")

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]

    def position(self, index: int) -> tuple[int, int]:
        """Line and column, both from 1, of the character at ``index``."""
        line = bisect.bisect_right(self.starts, index)
        return line, index - self.starts[line - 1] + 1

    def place(self, start: int, end: int) -> Place:
        """The place of ``text[start:end]``."""
        return Place(self.path, *self.position(start), *self.position(max(end, start)))

    def line_text(self, line: int) -> str:
        """The text of a line, counted from 1, without its break."""
        start = self.starts[line - 1]
        end = self.starts[line] if line < len(self.starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")


class Scalar(Struct, frozen=True):
    """Text. ``style`` is empty for plain text, or ``' " | >``; ``start`` and ``end`` are indexes into the source."""

    value: str
    place: Place
    style: str
    start: int
    end: int
    source: Source

    def bare(self) -> Text:
        """The value with the place of the whole: for short values in long lists."""
        return Text(self.value, self.place)

    def text(self) -> Text:
        """The value with the position of each of its characters."""
        decoded = decode(self.source.text, self.start, self.end, self.style)
        if decoded is None or decoded[0] != self.value:
            return Text(self.value, self.place)
        return Text(self.value, self.place, tuple(self.source.position(index) for index in decoded[1]))


class Sequence(Struct, frozen=True):
    """A list. ``flow``: written in brackets."""

    items: tuple[Node, ...]
    place: Place
    flow: bool
    written: str = ""


class Mapping(Struct, frozen=True):
    """Keys and values in file order. ``flow``: written in braces, and then ``written`` is what stands in the file."""

    entries: tuple[tuple[Scalar, Node], ...]
    place: Place
    flow: bool
    written: str = ""

    def get(self, key: str) -> Node | None:
        """The value of ``key``, or None."""
        return next((value for name, value in self.entries if name.value == key), None)

    def key(self, key: str) -> Scalar | None:
        """The key itself, or None."""
        return next((name for name, _ in self.entries if name.value == key), None)


Node = Scalar | Sequence | Mapping


class YamlFile(Struct, frozen=True):
    """A file that was read. ``root`` is a mapping."""

    source: Source
    root: Mapping


def plain(node: Node) -> Any:
    """The tree as dicts, lists and strings."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key.value: plain(value) for key, value in node.entries}


def text_of(data: bytes, path: str) -> str:
    """The characters of a rule file, or of a CSV beside it.

    Raises:
        RuleFileError: the file is too large, is not UTF-8, starts with a byte order mark, or holds a character that
            a person cannot see.
    """
    if len(data) > MAX_RULE_FILE_BYTES:
        what, help_ = "rule file", "split it into several files, or move a long list into a CSV beside it"
        if path.lower().endswith(".csv"):
            what = "list of a pack"
            help_ = "leave out columns that no rule reads, or declare a table and import it: scrubber tables import"
        headline = f"this file has more than the {MAX_RULE_FILE_BYTES:,} bytes that a {what} may have"
        yaml_refusals.refuse("SCR501", headline, Place(path, 1, 1, 1, 1), help=help_)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        yaml_refusals.refuse(
            "SCR502",
            "this file is UTF-16, not UTF-8",
            Place(path, 1, 1, 1, 2),
            help="save it as UTF-8, without a byte order mark",
        )
    if data.startswith(b"\xef\xbb\xbf"):
        yaml_refusals.refuse(
            "SCR503",
            "this file starts with a byte order mark",
            Place(path, 1, 1, 1, 2),
            help="save it as UTF-8 without a byte order mark (BOM)",
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        source = Source(path, data[: error.start].decode("utf-8"))
        yaml_refusals.refuse(
            "SCR502",
            "this file is not UTF-8 from here on",
            source.place(error.start, error.start),
            label=f"byte {data[error.start]:#04x}",
            help="save it as UTF-8",
        )
    yaml_refusals.refuse_characters(Source(path, text))
    return text


def parse_yaml(data: bytes, path: str, loader: Any = LOADER, kind: str = "rule") -> YamlFile:
    """Read a rule file.

    ``path`` is what places show. ``loader`` gives the events: libyaml's by default. ``kind`` is what messages call the
    file: a rule file begins with `rules:`, a waiver file with `waivers:`.

    Raises:
        RuleFileError: with one diagnostic, the first thing that makes the file unreadable; or with several where keys
            are given twice.
    """
    source = Source(path, text_of(data, path))
    builder = _Builder(source)
    try:
        root = builder.build(yaml.parse(source.text, Loader=loader))
    except yaml.YAMLError as error:
        raise RuleFileError([yaml_traps.explain(error, source)]) from None
    if builder.problems:
        raise RuleFileError(builder.problems)
    if root is None:
        yaml_refusals.refuse(
            "SCR514",
            "this file is empty",
            Place(path, 1, 1, 1, 1),
            help="a rule file starts with `rules:`, a pack.yaml with `id:`"
            if kind == "rule"
            else f"a {kind} file starts with `{kind}s:`",
        )
    if not isinstance(root, Mapping):
        headline = f"a {kind} file is made of keys such as `{kind}s:`, " + (
            "not of a list" if isinstance(root, Sequence) else "not of text"
        )
        yaml_refusals.refuse(
            "SCR515",
            headline,
            root.place,
            label="this is the whole file",
            help=f"put `{kind}s:` on a line above, and indent what follows by two spaces",
        )
    return YamlFile(source, root)


class _Open:
    """A collection that is not closed yet."""

    __slots__ = ("end", "flow", "items", "keys", "mapping", "pending", "start")

    def __init__(self, mapping: bool, flow: bool, start: int) -> None:
        self.mapping, self.flow, self.start = mapping, flow, start
        self.end = start
        self.items: list[Any] = []
        self.pending: Scalar | None = None
        self.keys: dict[str, Scalar] = {}


class _Builder:
    __slots__ = ("documents", "nodes", "problems", "source", "stack")

    def __init__(self, source: Source) -> None:
        self.source = source
        self.stack: list[_Open] = []
        self.problems: list[Diagnostic] = []
        self.nodes = 0
        self.documents = 0

    def build(self, events: Iterator[Any]) -> Node | None:
        root: Node | None = None
        done: Node
        for event in events:
            if isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)):
                self._check(event)
            if isinstance(event, yaml.ScalarEvent):
                done = self._scalar(event)
            elif isinstance(event, yaml.CollectionStartEvent):
                mapping = isinstance(event, yaml.MappingStartEvent)
                self.stack.append(_Open(mapping, bool(event.flow_style), _index(event.start_mark)))
                continue
            elif isinstance(event, yaml.CollectionEndEvent):
                done = self._close(_index(event.end_mark))
            else:
                self._other(event)
                continue
            if self.stack:
                self._put(self.stack[-1], done)
            else:
                root = done
        if isinstance(root, Scalar) and not root.value and not root.style:
            return None
        return root

    def _check(self, event: Any) -> None:
        """Limits, anchors and tags, before anything is kept of the node."""
        start, end = _index(event.start_mark), _index(event.end_mark)
        self.nodes += 1
        if self.nodes > MAX_NODES:
            yaml_refusals.refuse(
                "SCR506",
                f"this file holds more than {MAX_NODES:,} values",
                self.source.place(start, start),
                help="split it into several files",
            )
        if len(self.stack) >= MAX_DEPTH:
            yaml_refusals.refuse(
                "SCR505",
                f"this is nested more than {MAX_DEPTH} deep",
                self.source.place(start, start),
                label=f"level {MAX_DEPTH + 1}",
                help="check the indentation and the brackets",
            )
        if event.anchor is not None:
            yaml_refusals.refuse_anchor(self.source, start)
        if event.tag is not None:
            yaml_refusals.refuse_tag(self.source, start, end)

    def _scalar(self, event: Any) -> Scalar:
        start, end = _index(event.start_mark), _index(event.end_mark)
        style = event.style or ""
        style = "" if style == ":" else style
        place = self._block_place(start, end) if style in ("|", ">") else self.source.place(start, end)
        return Scalar(event.value, place, style, start, end, self.source)

    def _block_place(self, start: int, end: int) -> Place:
        """From the first to the last character of the block, without its indicator and the blank lines after it."""
        text = self.source.text
        header = re.compile(r"[^\r\n]*(\r\n|\r|\n)?").match(text, start, end)
        first = header.end() if header else start
        while first < end and text[first] in " \r\n":
            first += 1
        last = end
        while last > first and text[last - 1] in " \t\r\n":
            last -= 1
        return self.source.place(first, last) if last > first else self.source.place(start, start + 1)

    def _close(self, end: int) -> Node:
        top = self.stack.pop()
        if top.flow:
            written = self.source.text[top.start : end]
        else:
            # libyaml ends a block where the next token starts, lines below: end it after its last value instead.
            written, end = "", top.end
        place = self.source.place(top.start, end)
        if self.stack:
            self.stack[-1].end = max(self.stack[-1].end, end)
        if top.mapping:
            return Mapping(tuple(top.items), place, top.flow, written)
        return Sequence(tuple(top.items), place, top.flow, written)

    def _put(self, top: _Open, node: Node) -> None:
        if isinstance(node, Scalar):
            top.end = max(top.end, node.end)
        if not top.mapping:
            top.items.append(node)
        elif top.pending is None:
            top.pending = self._key(top, node)
        else:
            top.items.append((top.pending, node))
            top.pending = None

    def _key(self, top: _Open, node: Node) -> Scalar:
        if not isinstance(node, Scalar):
            yaml_refusals.refuse_key(self.source, node.place, node.written)
        if node.value == "<<" and not node.style:
            yaml_refusals.refuse(
                "SCR510",
                "merge keys are not allowed in rule files",
                node.place,
                label="merge key",
                help="write the keys out, or put what is shared in a value set or a definition",
            )
        first = top.keys.setdefault(node.value, node)
        if first is not node:
            self.problems.append(
                Diagnostic(
                    "SCR507",
                    f"`{shown(node.value)}` is given twice",
                    node.place,
                    label="a second time",
                    help="keep one; YAML would silently drop the other",
                    labels=(Label(first.place, "first here"),),
                )
            )
        return node

    def _other(self, event: Any) -> None:
        start, end = _index(event.start_mark), _index(event.end_mark)
        if isinstance(event, yaml.AliasEvent):
            yaml_refusals.refuse_alias(self.source, start, end)
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if event.version or event.tags:
                yaml_refusals.refuse(
                    "SCR516",
                    "YAML directives are not allowed in rule files",
                    self.source.place(start, start),
                    help="remove the line that starts with %",
                )
            if self.documents > 1:
                yaml_refusals.refuse(
                    "SCR512",
                    "a rule file holds one YAML document; a second starts here",
                    self.source.place(start, start + 3),
                    label="second document",
                    help="remove this line, or put what follows in a file of its own",
                )


def _index(mark: Any) -> int:
    """The index of a mark of the parser, which counts characters."""
    return int(mark.index)


def shown(text: str, limit: int = 60) -> str:
    """Text of a rule file as a message shows it: on one line, printable, and cut where it is long."""
    flat = "".join(char if char.isprintable() else "\ufffd" for char in " ".join(text.split()))
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
