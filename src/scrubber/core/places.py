"""Where a piece of text stands in a file that a person can open."""

# Annotations are evaluated here, once: msgspec would evaluate each postponed one at every start.
from msgspec import Struct


class Place(Struct, frozen=True):
    """A stretch of a text file. Lines and columns count from 1; the end is the first column after the stretch."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


class Text(Struct, frozen=True):
    """A scalar as its author meant it, and where each of its characters stands in the file.

    ``offsets[i]`` is the (line, column) of ``value[i]``; it has one entry more than the value, for its end. YAML folds
    lines and resolves escapes, so the position of a character cannot be reckoned from the start of the scalar alone.
    """

    value: str
    place: Place
    offsets: tuple[tuple[int, int], ...] = ()

    def at(self, start: int, end: int) -> Place:
        """The place of ``value[start:end]``; of the whole scalar where positions were not kept."""
        if not self.offsets:
            return self.place
        last = len(self.offsets) - 1
        line, column = self.offsets[min(max(start, 0), last)]
        end_line, end_column = self.offsets[min(max(end, start + 1), last)]
        return Place(self.place.path, line, column, end_line, end_column)

    def cut(self, start: int, end: int) -> Place:
        """As :meth:`at`, for an edit: empty where ``start`` is ``end``, so that what is put in replaces nothing."""
        place = self.at(start, end)
        if not self.offsets or end > start:
            return place
        return Place(place.path, place.line, place.column, place.line, place.column)
