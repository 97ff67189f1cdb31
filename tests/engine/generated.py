"""Hypothesis strategies: well-typed conditions as text, and claims on which they have something to say."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from scrubber.claims.model import Claim, Diagnosis, ServiceLine

PROCEDURES = ("99213", "99214", "11055", "11720", "97110", "J1100", "G2211", "00142")
MODIFIERS = ("25", "59", "LT", "RT", "XS", "50", "TA")
DIAGNOSES = ("E119", "E1165", "I10", "H2512", "M1712")
PLACES = ("11", "02", "22")
NPIS = ("1234567893", "1245319599")
FIRST = date(2024, 7, 30)

maybe = st.none


def _or_none(strategy: st.SearchStrategy) -> st.SearchStrategy:
    return st.one_of(maybe(), strategy, strategy, strategy)


def lines(number: int) -> st.SearchStrategy[ServiceLine]:
    """A line; any field may be missing."""
    day = st.integers(0, 4).map(lambda days: FIRST + timedelta(days=days))
    return st.builds(
        ServiceLine,
        number=st.just(number), procedure=_or_none(st.sampled_from(PROCEDURES)),
        modifiers=st.lists(st.sampled_from(MODIFIERS), max_size=3, unique=True).map(tuple),
        date=_or_none(day), units=_or_none(st.integers(0, 6)), charge=_or_none(st.integers(0, 90_000)),
        place_of_service=_or_none(st.sampled_from(PLACES)), rendering_npi=_or_none(st.sampled_from(NPIS)),
        diagnosis_pointers=st.lists(st.integers(1, 4), max_size=3, unique=True).map(tuple),
        unit_basis=st.sampled_from(("UN", "UN", "MJ")), emergency=_or_none(st.booleans()),
    )  # fmt: skip


@st.composite
def claims(draw: st.DrawFn, least: int = 1) -> Claim:
    """A professional claim of up to five lines."""
    count = draw(st.integers(least, 5))
    return Claim(
        type="PROFESSIONAL", patient_control_number="GENERATED", payer_name="MEDICARE", filing_indicator="MB",
        billing_npi=draw(_or_none(st.just(NPIS[0]))), patient_birth_date=draw(_or_none(st.just(date(1950, 2, 28)))),
        diagnoses=tuple(Diagnosis(code=code) for code in draw(st.lists(st.sampled_from(DIAGNOSES), max_size=3))),
        total_charge=draw(_or_none(st.integers(0, 200_000))),
        lines=tuple(draw(lines(number)) for number in range(1, count + 1)),
    )  # fmt: skip


def _codes(pool: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(pool), min_size=1, max_size=3, unique=True).map(lambda c: "{" + ", ".join(c) + "}")


def atoms(owner: str) -> st.SearchStrategy[str]:
    """Predicates over a line named ``owner``."""
    procedures = st.one_of(
        _codes(PROCEDURES), st.sampled_from(["99202-99215", "11*", "{J*, 97110}", "@visits", "policy.drugs"])
    )
    op = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
    return st.one_of(
        st.builds(lambda n, c: f"{owner}.procedure {n} {c}", st.sampled_from(["in", "not in"]), procedures),
        st.builds(lambda c: f"{owner}.procedure = {c}", st.sampled_from(PROCEDURES)),
        st.builds(lambda w, c: f"{owner}.modifiers has {w} of {c}", st.sampled_from(["any", "all", "none"]), _codes(MODIFIERS)),
        st.builds(lambda c: f"{owner}.modifiers has {c}", st.sampled_from(MODIFIERS)),
        st.builds(lambda o, n: f"{owner}.units {o} {n}", op, st.integers(0, 6)),
        st.builds(lambda o, n: f"{owner}.units_per_day {o} {n}", op, st.integers(0, 6)),
        st.builds(lambda o, n: f"{owner}.charge {o} ${n}.00", op, st.integers(0, 900)),
        st.builds(lambda a, b: f"{owner}.units between {a} and {b}", st.integers(0, 4), st.integers(0, 6)),
        st.builds(lambda a, b: f"{owner}.units not between {a} and {b}", st.integers(0, 4), st.integers(0, 6)),
        st.builds(lambda o, d: f"{owner}.date {o} {d}", op, st.sampled_from(["2024-07-31", "2024-08-01"])),
        st.builds(lambda c: f"{owner}.place_of_service in {c}", _codes(PLACES)),
        st.builds(lambda w, c: f"{owner}.diagnoses has {w} of {c}", st.sampled_from(["any", "none"]),
                  st.sampled_from(["{E11.*}", "{I10, H25.12}", "E08-E13"])),
        st.builds(lambda f, w: f"{owner}.{f} is {w}", st.sampled_from(["procedure", "units", "charge", "modifiers", "minutes"]),
                  st.sampled_from(["missing", "present"])),
        st.builds(lambda o, n: f"mue({owner}.procedure).units {o} {n}", op, st.integers(0, 4)),
        st.just(f"mue({owner}.procedure).units < {owner}.units"),
        st.just(f"pair({owner}.procedure, 99213).indicator in {{0, 1}}"),
        st.just(f"pair({owner}.procedure, 99213) is present"),
        st.just(f"{owner}.emergency"), st.just(f"not {owner}.emergency"),
        st.builds(lambda n: f"{owner}.patient_age >= {n}", st.integers(60, 80)),
        st.just(f"{owner}.charge / {owner}.units > $50.00"),
        st.just(f"{owner}.units * 2 - 1 > 3"),
    )  # fmt: skip


def _sources() -> st.SearchStrategy[str]:
    return st.sampled_from(["line", "other line", "other line with same date", "other line with same (date, policy.provider)",
                             "prior line", "line on any claim", "other line with same (procedure)",
                             "prior line within 2 days before line.date"])  # fmt: skip


def _quantified() -> st.SearchStrategy[str]:
    body = atoms("x")
    return st.one_of(
        st.builds(lambda q, s, b: f"{q} {_named(s)} where ({b})", st.sampled_from(["any", "no", "at least 2", "at most 1",
                  "exactly 1"]), _sources(), body),
        st.builds(lambda s, b, c: f"all {_named(s)} where ({b}) satisfy ({c})", _sources(), body, atoms("x")),
        st.builds(lambda s, b, n: f"count of {_named(s)} where ({b}) > {n}", _sources(), body, st.integers(0, 3)),
        st.builds(lambda s, b, n: f"sum of x.units over {_named(s)} where ({b}) >= {n}", _sources(), body, st.integers(0, 8)),
        st.builds(lambda s, b: f"greatest of x.charge over {_named(s)} where ({b}) > line.charge", _sources(), body),
        st.builds(lambda n: f"count of line.modifiers where (it in {{25, 59}}) != {n}", st.integers(0, 2)),
        st.builds(lambda n: f"count of distinct x.procedure over line as x > {n}", st.integers(0, 3)),
    )  # fmt: skip


def _named(source: str) -> str:
    """``other line with same date`` as ``other line as x with same date``."""
    words = source.split(" ")
    stop = next((at for at, word in enumerate(words) if word in ("with", "within")), len(words))
    return " ".join([*words[:stop], "as x", *words[stop:]])


def conditions() -> st.SearchStrategy[str]:
    """A condition over ``line``."""
    simple = st.one_of(atoms("line"), atoms("line"), _quantified())
    joined = st.builds(lambda w, parts: f" {w} ".join(f"({part})" for part in parts), st.sampled_from(["and", "or"]),
                       st.lists(simple, min_size=2, max_size=3))  # fmt: skip
    return st.one_of(simple, joined, joined.map(lambda text: f"not ({text})"),
                     st.builds(lambda a, b: f"({a}) and ({b})", joined, simple))  # fmt: skip
