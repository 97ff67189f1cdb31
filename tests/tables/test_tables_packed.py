"""The packed file against plain dictionaries, at its limits, and damaged in every way."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables_layouts import Q3

from scrubber.core.diagnostics import InputError
from scrubber.core.types import NUMBER, TEXT, Type, code
from scrubber.tables.builder import TableBuilder
from scrubber.tables.files import edition_path, write_whole
from scrubber.tables.importers.declared import CsvLayout
from scrubber.tables.kinds import open_table
from scrubber.tables.memory import RowError, memory_table, pack
from scrubber.tables.names import ABSENT, Names, pack_names
from scrubber.tables.packed import narrow, read_header
from scrubber.tables.schema import TableSchema, canonical, value_of
from scrubber.tables.store import TableStore, open_file
from scrubber.tables.table import AMBIGUOUS, OpenTable
from scrubber.tables.verify import check_file

PROCEDURE = code("procedure")
PAIR = TableSchema("pairs", (("a", PROCEDURE), ("b", PROCEDURE)), {"x": NUMBER, "note": TEXT}, dated=True)


def opened(builder: TableBuilder) -> OpenTable:
    view = memoryview(pack(builder, Q3))
    header, begin, digest = read_header(view, len(view), "")
    return open_table(header, digest, view[begin:])


def schema(keys: int, match: str = "exact") -> TableSchema:
    return TableSchema("t", tuple((f"k{n}", PROCEDURE) for n in range(keys)), {"x": NUMBER, "note": TEXT}, True, match)


CODES = st.sampled_from(["A", "AB", "ABC", "B", "BC1", "C00", "00100", "97530", "É", "A" * 20])
DAYS = st.tuples(st.integers(1, 12), st.integers(0, 12))
ROW = st.tuples(st.lists(CODES, min_size=3, max_size=3), DAYS, st.sampled_from([None, "0", "1", "2.5"]),
                st.sampled_from([None, "n"]))  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 3), st.lists(ROW, max_size=25))
def test_any_table_answers_as_a_plain_dictionary_does(keys: int, rows: list[tuple]) -> None:  # type: ignore[type-arg]
    builder = TableBuilder(schema(keys))
    plain: dict[tuple[str, ...], list[tuple[int, int, tuple[str | None, str | None]]]] = {}
    for codes, (first, length), x, note in rows:
        key = tuple(codes[:keys])
        builder.add(key, {"x": x, "note": note}, first, first + length)
        plain.setdefault(key, []).append((first, first + length, (x, note)))
    table = opened(builder)
    for codes, *_ in [*rows, (["C00", "ZZ", "A"], None, None, None)]:
        for key in (tuple(codes[:keys]), tuple(reversed(codes[:keys]))):
            assert table.has_key(key) == (key in plain)
            for day in range(27):
                live = [values for first, last, values in plain.get(key, []) if first <= day <= last]
                found = table.find(key, day)
                if len(set(live)) != 1:
                    assert found == (AMBIGUOUS if live else ABSENT)
                    continue
                row = table.row(found)
                assert tuple(row[name] for name in table.schema.key_names) == key
                said = tuple(value_of(type_, word) for type_, word in zip((NUMBER, TEXT), live[0], strict=True))
                assert (row["x"], row["note"]) == said
                assert (table.value(found, "x"), table.value(found, "note")) == said
                assert row["effective"] <= date.fromordinal(day) <= row["deletion"]  # type: ignore[operator]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(CODES, CODES), max_size=30), st.lists(CODES, max_size=8))
def test_existing_pairs_are_those_with_a_key(keys: list[tuple[str, str]], codes: list[str]) -> None:
    builder = TableBuilder(schema(2))
    for key in keys:
        builder.add(key, {"x": "1"})
    table = opened(builder)
    distinct = list(dict.fromkeys(codes))
    expected = [(a, b) for a in distinct for b in distinct if (a, b) in keys]
    for _ in range(3):
        assert sorted(table.existing_pairs(codes)) == sorted(expected)
    assert all(table.partners(a) == tuple(sorted({b for c, b in keys if c == a})) for a in distinct)


@given(st.sets(st.text(max_size=20), max_size=30), st.text(max_size=20))
def test_names_find_every_name_and_no_other(names: set[str], other: str) -> None:
    ordered = sorted(names)
    kind, data = pack_names(ordered)
    found = Names(kind, memoryview(data))
    for _ in range(2):
        assert [found.get(name) for name in ordered] == list(range(len(ordered)))
        assert found.get(other) == (ordered.index(other) if other in names else ABSENT)
    assert [found[number] for number in range(found.count)] == ordered
    with pytest.raises(IndexError):
        found[len(ordered)]


def test_numbers_widen_beyond_65535() -> None:
    """16 bits hold 0 to 65,535; more second keys, or more distinct rows, than that need 32."""
    assert [narrow(number) for number in (0, 65_535, 65_536, 4_294_967_295)] == ["H", "H", "I", "I"]
    with pytest.raises(OverflowError):
        narrow(4_294_967_296)
    for count in (65_536, 65_537):
        builder = TableBuilder(PAIR)
        for number in range(count):
            builder.add(["A", f"{number:05}"], {"x": str(number)}, number + 1, number + 1)
        table = opened(builder)
        for number in (0, 1, 65_535, count - 1):
            row = table.find(("A", f"{number:05}"), number + 1)
            assert table.value(row, "x") == number
            assert table.row(row)["b"] == f"{number:05}"
            assert table.find(("A", f"{number:05}"), number + 2) == ABSENT


def test_a_history_beyond_65535_distinct_rows_widens_too() -> None:
    builder = TableBuilder(PAIR)
    for number in range(40_000):
        for part in (0, 1):
            builder.add(["A", f"{number:05}"], {"x": str(number)}, 2 * number + part + 1, 2 * number + part + 1)
    table = opened(builder)
    assert table.value(table.find(("A", "39999"), 80_000), "x") == 39_999
    assert table.find(("A", "39999"), 80_001) == ABSENT


def test_descendants_meet_the_nearest_ancestor_in_force() -> None:
    rows = [
        {"k0": "E11", "x": "1"}, {"k0": "E11.9", "x": "2", "deletion": "2024-06-30"}, {"k0": "E11.65", "x": "3"},
    ]  # fmt: skip
    table = memory_table(schema(1, "descendant"), rows)
    day = date(2024, 6, 30).toordinal()
    said = {c: table.value(table.find((c,), day), "x") for c in ("E11", "E119", "E1165", "E1164", "E11651")}
    assert said == {"E11": 1, "E119": 2, "E1165": 3, "E1164": 1, "E11651": 3}
    assert table.value(table.find(("E119",), day + 1), "x") == 1
    assert table.find(("E12",), day) == ABSENT
    assert table.find(("",), day) == ABSENT
    assert table.has_key(("E118",))
    assert not table.has_key(("E1",))


def test_keys_that_are_no_codes_are_met_by_their_value() -> None:
    keys = (("age", NUMBER), ("since", Type("date")), ("plan", TEXT), ("code", PROCEDURE))
    table = TableSchema("t", keys, {"x": NUMBER}, False)
    rows = [{"age": "18.0", "since": "7/1/2024", "plan": "Gold plan", "code": "99213", "x": "1"}]
    found = memory_table(table, rows)
    for age in (18, Decimal("18.0"), "18"):
        key = (age, date(2024, 7, 1), "Gold plan", "99213")
        assert found.find(key, 1) >= 0  # type: ignore[arg-type]
    assert found.find((19, date(2024, 7, 1), "Gold plan", "99213"), 1) == ABSENT  # type: ignore[arg-type]
    long = memory_table(TableSchema("t", (("n", TEXT),), {}, False), [{"n": "x" * 20}, {"n": "7"}])
    assert long.has_key((7,))  # type: ignore[arg-type]
    assert not long.has_key((8,))  # type: ignore[arg-type]


def test_ranges_of_one_shape() -> None:
    rows = [
        {"k0": "99202-99215", "x": "1"}, {"k0": "00100-01999", "x": "2"}, {"k0": "99281", "x": "3"},
        {"k0": "99210-99220", "x": "4"},
    ]  # fmt: skip
    table = memory_table(schema(1, "range"), rows)
    found = {c: table.find((c,), 1) for c in ("99202", "99209", "99215", "99281", "99220", "00100", "01999")}
    said = {c: row if row < 0 else table.value(row, "x") for c, row in found.items()}
    assert said == {
        "99202": 1,
        "99209": 1,
        "99215": AMBIGUOUS,
        "99281": 3,
        "99220": 4,
        "00100": 2,
        "01999": 2,
    }
    assert [table.find((c,), 1) for c in ("99201", "99221", "02000", "0019T", "99280")] == [ABSENT] * 5
    assert table.row(found["99209"])["k0"] == "99202-99215"
    assert table.row(found["99281"])["k0"] == "99281"
    two = memory_table(schema(2, "range"), [{"k0": "TX", "k1": "99202-99215", "x": "1"}])
    assert two.row(two.find(("TX", "99203"), 1))["k1"] == "99202-99215"
    assert two.find(("OK", "99203"), 1) == ABSENT
    tree = TableSchema("t", (("d", code("diagnosis")),), {"x": NUMBER}, False, "range")
    cancer = memory_table(tree, [{"d": "C00-D49", "x": "5"}])
    assert cancer.has_key(("C509",))
    assert cancer.has_key(("D49",))
    assert not cancer.has_key(("D500",))
    for cell in ("99215-99202", "99202-9921", "-99202", "99202-"):
        with pytest.raises(RowError, match="row 1, column k0"):
            memory_table(schema(1, "range"), [{"k0": cell}])


def test_a_memory_table_names_the_row_and_column_that_cannot_be_read() -> None:
    with pytest.raises(RowError, match="row 2, column x: not a number") as caught:
        memory_table(schema(1), [{"k0": "A", "x": "1"}, {"k0": "B", "x": "one"}])
    assert (caught.value.row, caught.value.column) == (2, "x")
    empty = memory_table(schema(1), [])
    assert empty.find(("A",), 1) == ABSENT
    assert empty.edition.rows == 0


@pytest.mark.parametrize(
    ("kind", "cell", "text", "value"),
    [("number", "2022.0", "2022", 2022), ("number", "1,000", "1000", 1000), ("number", "-0", "0", 0),
     ("flag", "*", "1", True), ("flag", "No", "0", False), ("text", " a b ", "a b", "a b"),
     ("text", "\u00a0", None, None),
     ("money", "$0.10", "10", 10), ("date", "20240229", "2024-02-29", date(2024, 2, 29))],
)  # fmt: skip
def test_cells_become_values(kind: str, cell: str, text: str | None, value: object) -> None:
    assert canonical(Type(kind), cell) == text
    assert value_of(Type(kind), text) == value


@pytest.mark.parametrize(
    ("kind", "cell"),
    [("number", "1e99"), ("number", "Infinity"), ("money", "1.001"), ("date", "2023-02-29"), ("flag", "perhaps")],
)  # fmt: skip
def test_cells_that_are_no_such_value_raise(kind: str, cell: str) -> None:
    with pytest.raises(ValueError, match="n"):
        canonical(Type(kind), cell)


@pytest.mark.parametrize(
    "change",
    [{"name": "../up"}, {"name": "Upper"}, {"name": "a/b/c/d"}, {"keys": ()}, {"match": "like"},
     {"columns": {"a": NUMBER}}, {"columns": {"effective": NUMBER}}, {"columns": {"A b": NUMBER}},
     {"columns": {"x": Type("record")}}],
)  # fmt: skip
def test_a_schema_that_makes_no_sense_is_refused(change: Mapping[str, object]) -> None:
    whole = {"name": PAIR.name, "keys": PAIR.keys, "columns": PAIR.columns, "dated": True, "match": "exact"}
    with pytest.raises(ValueError):  # noqa: PT011
        TableSchema(**{**whole, **change})  # type: ignore[arg-type]


def test_wrong_number_of_keys_and_unknown_columns_are_the_callers_errors() -> None:
    table = memory_table(schema(2), [{"k0": "A", "k1": "B", "x": "1"}])
    with pytest.raises(ValueError, match="2 keys"):
        table.has_key(("A",))
    with pytest.raises(ValueError, match="unpack"):
        table.find(("A",), 1)
    with pytest.raises(KeyError):
        table.value(table.find(("A", "B"), 1), "y")


def example_file(folder: Path) -> Path:
    builder = TableBuilder(PAIR)
    for first in ("97530", "G0008"):
        for number in range(60):
            builder.add([first, f"A{number:04}"], {"x": str(number % 3), "note": "n"}, 700_000, 740_000 + number)
    builder.add(["97530", "A0001"], {"x": "9", "note": None}, 730_000, None)
    path = edition_path(folder, "pairs", *Q3)
    write_whole(path, pack(builder, Q3))
    return path


def use(path: Path) -> None:
    """Everything a caller does with a table."""
    table = TableStore([path.parent.parent]).edition_for("pairs", Q3[0])
    assert table is not None
    for first in ("97530", "G0008"):
        for number in range(60):
            row = table.find((first, f"A{number:04}"), 739_000)
            if row >= 0:
                table.row(row)
    table.existing_pairs(["97530", "A0001", "A0059", "G0008"])
    table.partners("G0008")


def test_cut_anywhere_it_is_an_input_error(tmp_path: Path) -> None:
    path = example_file(tmp_path)
    whole = path.read_bytes()
    use(path)
    assert check_file(path).ok
    for size in [*range(0, len(whole), 37), len(whole) - 1]:
        path.write_bytes(whole[:size])
        with pytest.raises(InputError, match="import"):
            use(path)
        assert not check_file(path).ok
    path.write_bytes(whole + b"\0")
    with pytest.raises(InputError):
        use(path)


def test_a_flipped_bit_anywhere_is_found_by_verify_and_never_a_traceback(tmp_path: Path) -> None:
    path = example_file(tmp_path)
    whole = path.read_bytes()
    chance = random.Random(7)
    for at in range(len(whole)):
        data = bytearray(whole)
        data[at] ^= 1 << chance.randrange(8)
        path.write_bytes(data)
        result = check_file(path)
        assert not result.ok, at
        assert "import" in result.message
        try:
            use(path)
        except InputError:
            continue


def test_a_mapped_file_is_not_read_ahead(tmp_path: Path) -> None:
    table = open_file(example_file(tmp_path))
    assert table.find(("97530", "A0000"), 739_000) >= 0
    assert table.edition.id == "2024-07-01..2024-09-30"
    assert table.edition.rows == 121


def test_layout_headings_fall_back_to_the_names() -> None:
    layout = CsvLayout(PAIR, {"a": "Code 1"})
    assert (layout.heading("a"), layout.heading("b")) == ("Code 1", "b")
