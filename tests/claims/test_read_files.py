"""Files that are no claim files, streams, big files and hostile bytes: a problem in words, never a traceback."""

from __future__ import annotations

import contextlib
import io
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.claims.read import InputClaim, InputProblem, read_claims
from scrubber.claims.x12.segments import join, split
from scrubber.core.diagnostics import InputError

from .sample_837 import CLAIM, HEAD, INSTITUTIONAL, ISA, PROFESSIONAL, SUBSCRIBER, interchange


def problem(source: Path | bytes) -> InputProblem:
    (found,) = read_claims(source)
    assert isinstance(found, InputProblem)
    return found


def test_missing_folder_and_empty(tmp_path: Path) -> None:
    assert "no file" in problem(tmp_path / "absent.837").message
    assert "folder" in problem(tmp_path).message
    (tmp_path / "empty.837").write_bytes(b"")
    assert "empty" in problem(tmp_path / "empty.837").message
    assert "empty" in problem(b" \n\xef").message or "neither" in problem(b" \n\xef").message
    assert "empty" in problem(b"\xef\xbb\xbf\r\n").message


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"PK\x03\x04xxxx", "zip"), (b"%PDF-1.4", "PDF"), (b"<html>", "XML or HTML"), (b"\x1f\x8b\x08", "gzip"),
        ("{}".encode("utf-16"), "UTF-16"), (b"hello", "neither"), (b"ST*837*1~", "starts with ST"),
        (b"GS*HC*1~", "starts with GS"), (b"ISA*00*", "damaged"), (b"ISA" + b"A" * 200, "damaged"),
        (b"{", "ends before"), (b"{]", "not valid JSON"), (b"[]", "empty"),
    ],
)  # fmt: skip
def test_what_the_file_is_instead_is_said(data: bytes, says: str) -> None:
    assert says in problem(data).message


def test_path_stream_and_bytes_give_the_same(tmp_path: Path) -> None:
    data = interchange(PROFESSIONAL)
    path = tmp_path / "a.837"
    path.write_bytes(data)
    found = [list(read_claims(source, "a")) for source in (path, str(path), io.BytesIO(data), data)]
    claims = [item.claim for items in found for item in items if isinstance(item, InputClaim)]
    assert len(claims) == 4
    assert len({claim.patient_key for claim in claims}) == 1
    with path.open("rb") as file:
        assert len(list(read_claims(file))) == 1


def test_a_terminator_that_never_comes_ends_the_reading() -> None:
    data = interchange(PROFESSIONAL) + b"ISA" + b"X" * 200_000
    found = list(read_claims(data))
    assert isinstance(found[0], InputClaim)
    assert isinstance(found[-1], InputProblem)
    assert "terminator" in found[-1].message


def test_problems_of_a_hostile_file_are_bounded() -> None:
    found = list(read_claims(ISA.encode() + b"A*1~" * 50_000))
    assert len(found) <= 101
    segments = "~".join(["QQ*1"] * 5000)
    (bad,) = [x for x in read_claims(interchange(HEAD + SUBSCRIBER + CLAIM + segments)) if isinstance(x, InputClaim)]
    assert len(bad.problems) == 100


def test_fifty_megabytes_stream_in_bounded_memory_and_time(tmp_path: Path) -> None:
    notes = "".join(f"NTE*ADD*{'X' * 4000}~" for _ in range(4))
    text = CLAIM.replace("NTE*ADD*INVENTED NOTE~", notes)
    body = "".join(part.strip() + "~" for part in text.split("~") if part.strip()).encode()
    head = "".join(part.strip() + "~" for part in (HEAD + SUBSCRIBER).split("~") if part.strip()).encode()
    path, wanted = tmp_path / "big.837", 50_000_000 // len(body)
    with path.open("wb") as file:
        file.write(ISA.encode() + b"GS*HC*A*B*20240801*1200*1*X*005010X222A1~ST*837*0001*005010X222A1~" + head)
        for _ in range(wanted // 50):
            file.write(body * 50)
        file.write(b"SE*1*0001~GE*1*1~IEA*1*000000001~")
    begun = time.perf_counter()
    size = path.stat().st_size
    counted = 0
    first_peak = 0
    reading = read_claims(path)
    tracemalloc.start()
    try:
        for item in reading:
            counted += isinstance(item, InputClaim)
            if counted == 300:
                first_peak = tracemalloc.get_traced_memory()[1]
                tracemalloc.stop()
        assert first_peak < 4_000_000
    finally:
        tracemalloc.stop()
    assert counted == wanted // 50 * 50
    assert size > 49_000_000
    assert time.perf_counter() - begun < 60


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_random_bytes_never_raise(data: bytes) -> None:
    for item in read_claims(data):
        assert isinstance(item, InputClaim | InputProblem)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes_after_an_isa_never_raise(data: bytes) -> None:
    text = ISA.encode() + b"GS*HC*A*B*20240801*1200*1*X*005010X222A1~ST*837*0001~" + data
    for item in read_claims(text):
        assert isinstance(item, InputClaim | InputProblem)
    assert join(split(text)) == text


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_mutated_claims_never_raise_and_stay_lossless(data: st.DataObject) -> None:
    institutional = data.draw(st.booleans())
    text = interchange(INSTITUTIONAL, version="005010X223A2") if institutional else interchange(PROFESSIONAL)
    mutated = bytearray(text)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(mutated) - 1))
        what = data.draw(st.sampled_from(["flip", "cut", "copy", "drop"]))
        span = data.draw(st.integers(1, 30))
        if what == "flip":
            mutated[at] = data.draw(st.sampled_from(list(b"*:~^9AZ \x00\xff\n-.")))
        elif what == "cut":
            del mutated[at : at + span]
        elif what == "copy":
            mutated[at:at] = mutated[max(0, at - span) : at]
        else:
            del mutated[at:]
        if not mutated:
            break
    final = bytes(mutated)
    for item in read_claims(final):
        assert isinstance(item, InputClaim | InputProblem)
        if isinstance(item, InputClaim) and item.origin is not None:
            for key in item.origin.fields():
                spot = item.origin.spot(*key)
                assert spot is not None
                assert 0 <= spot.offset <= spot.offset + spot.length <= len(final)
    with contextlib.suppress(InputError):
        assert join(split(final)) == final


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["lines", "diagnoses", "units", "total_charge", "number", "date", "x"]), inner
            )
        ),
        max_leaves=12,
    )
)
def test_random_json_never_raises(value: object) -> None:
    import json

    for item in read_claims(json.dumps(value).encode()):
        assert isinstance(item, InputClaim | InputProblem)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no /dev/zero")
def test_a_device_without_an_end_is_not_read() -> None:
    assert problem(Path("/dev/zero")).message == "this is a device, not a claim file."
