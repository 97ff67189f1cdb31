"""The quick reading of an 837 gives what the careful one gives, remembers a bounded number of texts, and is used."""

from __future__ import annotations

import pickle
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.claims.inputs import InputClaim
from scrubber.claims.read import read_claims
from scrubber.claims.x12 import plain
from scrubber.claims.x12.guides import PROFESSIONAL as GUIDE
from scrubber.claims.x12.plain import NotPlainError, PlainReader
from scrubber.claims.x12.reader import _Reader, read_x12
from scrubber.claims.x12.segments import start
from scrubber.core.diagnostics import InputProblem

from .sample_837 import CLAIM, DENTAL, HEAD, INSTITUTIONAL, ISA, OTHER_PAYER, PROFESSIONAL, SUBSCRIBER, interchange

FOLDER = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "x12" / "837"
FILES = sorted(FOLDER.iterdir()) if FOLDER.is_dir() else []

SECOND = CLAIM.replace("TEST-1", "TEST-2")
SAMPLES = (
    interchange(PROFESSIONAL, HEAD + SUBSCRIBER + CLAIM + SECOND + OTHER_PAYER),
    interchange(INSTITUTIONAL, version="005010X223A2"),
    interchange(DENTAL, version="005010X224A2"),
    interchange(HEAD + OTHER_PAYER + SUBSCRIBER + CLAIM, PROFESSIONAL, break_="\r\n"),
)


def everything(data: bytes, careful: bool) -> list[object]:
    """All that a reading says, places included."""
    said: list[object] = []
    for item in read_x12(data, "a.837", careful):
        if isinstance(item, InputProblem):
            said.append(item)
            continue
        origin = item.origin
        assert origin is not None
        spots = {key: origin.spot(*key) for key in origin.fields()}
        said.append((item.claim, item.index, item.problems, item.deviations, spots, origin.lines, origin.last.offset))
    return said


def assert_parts_agree(data: bytes) -> None:
    """Fields asked one by one, of the parts of a claim, stand where the whole claim says they do."""
    asked = [item.origin for item in read_x12(data, "") if isinstance(item, InputClaim) and item.origin is not None]
    whole = [item.origin for item in read_x12(data, "") if isinstance(item, InputClaim) and item.origin is not None]
    assert len(asked) == len(whole)
    for one, other in zip(asked, whole, strict=True):
        for key in other.fields():
            assert one.spot(*key) == other.spot(*key), key


@pytest.mark.skipif(not FILES, reason="the shared 837 files are not on this machine")
def test_quick_and_careful_agree_on_real_files() -> None:
    for path in FILES:
        data = path.read_bytes()
        assert everything(data, False) == everything(data, True), path.name
        assert_parts_agree(data)


@pytest.mark.parametrize("data", SAMPLES)
def test_a_proper_file_is_read_without_the_careful_reading(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    careful: list[str] = []
    feed = _Reader.feed
    monkeypatch.setattr(_Reader, "feed", lambda self, segment: (careful.append(segment.id), feed(self, segment)))
    found = list(read_x12(data, "a.837"))
    assert all(isinstance(item, InputClaim) and not item.problems for item in found)
    assert not {"CLM", "LX", "HL", "SV1", "SV2", "SV3"} & set(careful)


def _mutated(draw: st.DrawFn) -> bytes:
    data = draw(st.sampled_from(SAMPLES))
    for _ in range(draw(st.integers(0, 4))):
        segments = data.split(b"~")
        at = draw(st.integers(0, len(segments) - 1))
        segment = segments[at]
        match draw(st.sampled_from(["lower", "pad", "dot", "repeat", "move", "drop", "empty", "flip", "blank"])):
            case "lower":
                segment = segment.lower() if at else segment
            case "pad":
                segment = segment.replace(b":", b": ", 1).replace(b"*", b"* ", draw(st.integers(1, 3)))
            case "dot":
                segment = segment.replace(b":E11", b":E11.").replace(b"99", b"9.9")
            case "repeat":
                segments.insert(at, segment)
            case "move":
                segments.insert(draw(st.integers(0, len(segments))), segment)
            case "drop":
                segment = segment[: draw(st.integers(0, len(segment)))]
            case "empty":
                elements = segment.split(b"*")
                elements[draw(st.integers(0, len(elements) - 1))] = b""
                segment = b"*".join(elements)
            case "flip":
                where = draw(st.integers(0, len(segment)))
                segment = (
                    segment[:where] + draw(st.sampled_from([b"\x00", b"\xc3\x91", b"-", b"9", b"\n"])) + segment[where:]
                )
            case "blank":
                segment = b"\n \n" + segment
        segments[at] = segment
        data = b"~".join(segments)
    return data


@settings(max_examples=400, deadline=None)
@given(
    st.composite(_mutated)(),
    # Element and component separator, terminator.
    st.sampled_from([("*", ":", "~"), ("|", ">", "\n"), ("+", "<", "\r"), ("\t", "^", "'"), ("*", ":", "\r\n")]),
)
def test_quick_and_careful_agree_whatever_the_file(data: bytes, marks: tuple[str, str, str]) -> None:
    element, component, terminator = (mark.encode() for mark in marks)
    text = data.replace(b"^", b"U") if component == b"^" else data
    text = text.replace(b"~\r\n", b"~").replace(b"~\n", b"~") if terminator in (b"\n", b"\r", b"\r\n") else text
    text = text.replace(b"*", element).replace(b":", component).replace(b"~", terminator)
    assert everything(text, False) == everything(text, True)
    assert_parts_agree(text)


def test_what_is_remembered_is_bounded() -> None:
    reader = PlainReader(GUIDE, start(ISA.encode()).separators)
    state = reader.state("2400", "2400")
    for number in range(2 * plain.REMEMBERED):
        assert state[f"REF*6R*{number}"][2] is None
        assert state[f"REF*G1*A{number}"][2] == {"prior_auth": f"A{number}"}
        assert state[f"REF*Z{number}*A"][2] is None
        assert state["REF*6R*" + "9" * plain.LONGEST_REMEMBERED + str(number)][2] is None
    assert len(state) <= plain.REMEMBERED * 2 + plain.KINDS < plain.REMEMBERED_IN_ALL
    assert len(state.plans) == plain.KINDS
    with pytest.raises(NotPlainError):
        state["SV1*HC:99213*1O*UN*1"]


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak(claims: int) -> int:
        path = tmp_path / f"{claims}.837"
        with path.open("wb") as file:
            opening = "GS*HC*A*B*20240801*1200*1*X*005010X222A1~ST*837*0001*005010X222A1~"
            file.write((ISA + opening + HEAD).replace("\n", "").encode())
            for number in range(claims):
                person = SUBSCRIBER.replace("TEST0001", f"T{number}").replace("2 NOWHERE", f"{number} NOWHERE")
                own = CLAIM.replace("TEST-1", f"C{number}").replace("REF*6R*A", f"REF*6R*{number}")
                file.write((person + own.replace("*150*", f"*{number}*")).replace("\n", "").encode())
            file.write(b"SE*1*0001~GE*1*1~IEA*1*000000001~")
        tracemalloc.start()
        try:
            found = sum(isinstance(item, InputClaim) for item in read_claims(path))
            assert found == claims
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    # Enough claims for every memory to be full in the first file.
    full = peak(plain.REMEMBERED + 1000)
    assert peak(3 * plain.REMEMBERED) < full * 1.15


def test_a_long_run_of_blank_lines_is_not_looked_at_from_each_of_its_lines() -> None:
    text = interchange(PROFESSIONAL, break_="").replace(b"~", b"\n").replace(b"LX*2", b"\n \n" * 300_000 + b"LX*2")
    (found,) = read_x12(text, "")
    assert isinstance(found, InputClaim)
    assert len(found.claim.lines) == 2


def test_a_claim_outside_every_level_says_where_it_stands() -> None:
    (found, *_) = (item for item in read_x12(interchange(HEAD + CLAIM), "") if isinstance(item, InputClaim))
    assert "stands in loop 2000A, outside" in found.problems[0].message


def test_an_origin_goes_to_another_process_whether_or_not_it_was_asked() -> None:
    (found,) = read_x12(interchange(PROFESSIONAL), "")
    assert isinstance(found, InputClaim)
    assert found.origin is not None
    spot = found.origin.spot("line", 2, "units")
    assert spot is not None
    again = pickle.loads(pickle.dumps(found))
    assert again.claim == found.claim
    assert again.origin.spot("line", 2, "units") == spot
