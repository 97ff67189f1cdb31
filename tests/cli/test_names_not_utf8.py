"""Names that are not UTF-8, at every place of every command that takes one: shown, and never a fault.

A Unix file name is bytes. Python holds a byte that is no UTF-8 as a lone surrogate, which cannot be written as UTF-8.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import msgspec
import pytest

from scrubber.api import Scrubber
from scrubber.claims.inputs import InputClaim
from scrubber.claims.read import read_claims

from .conftest import ROOT

Ended = tuple[int, bytes, bytes]
PACK = "id: test\nversion: 1.0.0\ntitle: A pack of a test\n"
COVER = ("--covers", "2024-07-01..2024-09-30")
CLIA = (*COVER, "--table", "clia_waived")
DEMO = ROOT / "examples" / "demo.837"
TABLES = ROOT / "rules" / "ncci" / "tables"
ROWS = next((TABLES / "mue" / "practitioner").glob("*.table")).read_bytes()[:-8] + b"\xff" * 8
"""A table file whose header is whole and whose rows are damaged."""

FILES: dict[bytes, bytes] = {
    b"\xff.837": DEMO.read_bytes(),
    b"a.837": DEMO.read_bytes(),
    b"\xffd/a.837": DEMO.read_bytes(),
    b"d/\xff.837": DEMO.read_bytes(),
    b"d/bad\xff.837": b"nothing",
    b"\xff.csv": b"procedure,modifiers,effective,deletion\n81002,,1993-01-01,\n",
    b"row\xff.csv": b"procedure,modifiers,effective,deletion\n81002,,1993-01-01,\n+,,,\n",
    b"bad\xff.csv": b"nothing that is known\n",
    b"map\xff.csv": b"payer,x\n",
    b"\xff.json": b'{"schema": "scrubber-baseline/1", "findings": []}',
    b"\xff.yaml": b"waivers: []\n",
    b"bad\xff.yaml": b"- [\n",
    b"pack/pack.yaml": PACK.encode(),
    b"\xffpack/pack.yaml": PACK.encode(),
    b"inside/pack.yaml": PACK.encode(),
    b"inside/\xff.yaml": b"rules: [\n",
    b"tables/mue/practitioner/\xff.table": b"cut",
    b"folder/\xff/2024-07-01..2024-09-30.table": b"cut",
    b"\xfftables/mue/practitioner/2024-07-01..2024-09-30.table": b"cut",
    b"golden/\xff.yaml": b"rule: [\n",
    b"\xffempty/.keep": b"",
    b"\xffrows/mue/practitioner/2024-07-01..2024-09-30.table": ROWS,
}
CLAIMS = (b"\xff.837", b"\xffmissing", b"\xffd", b"\xffempty", b"d", b"d/bad\xff.837")
OF_CLAIMS: tuple[tuple[str, ...], ...] = (
    ("check", "@"),
    ("check", "@", "--format", "json"),
    ("check", "@", "--format", "ndjson"),
    ("check", "a.837", "--history", "@"),
    ("check", "a.837", "--payer-map", "@"),
    ("check", "a.837", "--waivers", "@"),
    ("check", "a.837", "--baseline", "@"),
    ("explain", "@", "NCCI-PTP-01"),
    ("explain", "@", "NCCI-PTP-01", "--claim", "1", "--format", "json"),
    ("explain", "@", "X-01", "--claim", "1"),
    ("explain", "a.837", "NCCI-PTP-01", "--claim", "1", "--history", "@"),
    ("baseline", "write", "@", "--baseline", "out.json"),
    ("baseline", "prune", "@", "--baseline", "\udcff.json"),
    ("tables", "import", "@", *COVER, "--tables", "T"),
    ("rules", "diff", "pack", "pack", "--claims", "@"),
)
FOLDERS = (
    b"\xffempty",
    b"\xffmissing",
    b"\xff.837",
    b"\xffpack",
    b"inside",
    b"\xfftables",
    b"tables",
    b"folder",
    b"\xffrows",
)
OF_FOLDERS: tuple[tuple[str, ...], ...] = (
    ("check", "a.837", "--tables", "@"),
    ("check", "a.837", "--tables", "@", "--format", "json"),
    ("explain", "a.837", "NCCI-PTP-01", "--claim", "1", "--tables", "@"),
    ("tables", "list", "--pack", "pack", "--tables", "@"),
    ("tables", "verify", "--tables", "@"),
    ("tables", "import", "\udcff.csv", *CLIA, "--tables", "@"),
    ("rules", "check", "@"),
    ("rules", "docs", "@", "--pack", "pack"),
)
PACKS = (b"\xffmissing", b"\xffpack", b"inside")
OF_PACKS: tuple[tuple[str, ...], ...] = (
    ("check", "a.837", "--pack", "@"),
    ("explain", "a.837", "NCCI-PTP-01", "--claim", "1", "--pack", "@"),
    ("tables", "list", "--pack", "@"),
    ("rules", "check", "@", "--format", "json"),
    ("rules", "check", "@", "--format", "junit"),
    ("rules", "check", "@", "--format", "sarif"),
    ("rules", "check", "@", "--format", "github"),
    ("rules", "lint", "@"),
    ("rules", "fmt", "@"),
    ("rules", "fmt", "@", "--check"),
    ("rules", "describe", "X-01", "--pack", "@"),
    ("rules", "docs", "pages", "--pack", "@"),
    ("rules", "diff", "@", "pack", "--claims", "a.837"),
    ("rules", "diff", "pack", "@", "--claims", "a.837"),
    ("rules", "example", "X-01", "--pack", "@"),
)
GOLDEN = (b"\xff.yaml", b"bad\xff.yaml", b"golden", b"\xffmissing", b"\xffempty")
OF_GOLDEN: tuple[tuple[str, ...], ...] = (
    ("rules", "test", "@"),
    ("rules", "test", "@", "--format", "json"),
    ("rules", "test", "@", "--format", "junit"),
    ("rules", "coverage", "@"),
    ("rules", "fmt", "@"),
    ("rules", "test", "@", "-k", "\udcff"),
)
ONES: tuple[tuple[str, ...], ...] = (
    ("tables", "import", "row\udcff.csv", *CLIA, "--tables", "T"),
    ("tables", "import", "bad\udcff.csv", *COVER, "--tables", "T"),
    ("tables", "import", "bad\udcff.csv", *CLIA, "--tables", "T"),
    ("tables", "import", "a.837", *COVER, "--table", "\udcff"),
    ("tables", "import", "a.837", "--covers", "\udcff"),
    ("check", "a.837", "--payer-map", "map\udcff.csv"),
    ("check", "a.837", "--waivers", "\udcff.yaml"),
    ("check", "a.837", "--waivers", "bad\udcff.yaml"),
    ("check", "a.837", "--baseline", "\udcff.json"),
    ("check", "a.837", "--output", "\udcffout"),
    ("check", "a.837", "--output", "\udcffno/out"),
    ("check", "a.837", "--output", "\udcffempty"),
    ("check", "a.837", "--param", "\udcff=1"),
    ("check", "a.837", "--param", "\udcff"),
    ("check", "a.837", "--as-of", "\udcff"),
    ("check", "a.837", "--format", "\udcff"),
    ("check", "a.837", "--\udcff"),
    ("\udcff",),
    ("rules", "\udcff"),
    ("explain", "a.837", "\udcff"),
    ("explain", "a.837", "NCCI-PTP-01", "--claim", "\udcff"),
    ("baseline", "write", "a.837", "--baseline", "\udcffnew"),
    ("baseline", "write", "a.837", "--baseline", "\udcffno/new"),
    ("baseline", "write", "a.837", "--baseline", "\udcffempty"),
    ("baseline", "prune", "a.837", "--baseline", "\udcffmissing"),
    ("rules", "check", "pack", "--format", "\udcff"),
    ("rules", "check", "pack", "--since", "\udcff"),
    ("rules", "describe", "pack", "--rule", "\udcff"),
)


def lines() -> list[tuple[str, ...]]:
    """Every command line."""
    found = list(ONES)
    for names, commands in ((CLAIMS, OF_CLAIMS), (FOLDERS, OF_FOLDERS), (PACKS, OF_PACKS), (GOLDEN, OF_GOLDEN)):
        found += [tuple(os.fsdecode(name) if word == "@" else word for word in words)
                  for words in commands for name in names]  # fmt: skip
    return found


@pytest.fixture
def called(tmp_path: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ended]:
    """Run the command line in a folder of such names, with streams as a terminal of UTF-8 has them."""
    for name, data in FILES.items():
        path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    monkeypatch.chdir(tmp_path)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    def call(*words: str, encoding: str = "utf-8") -> Ended:
        from scrubber.cli.program import cli

        out, err = io.BytesIO(), io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding, "strict"))
        monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(err, encoding, "backslashreplace"))
        try:
            with pytest.raises(SystemExit) as ended:
                cli.main(list(words))
            sys.stdout.flush()
            sys.stderr.flush()
            return int(ended.value.code or 0), out.getvalue(), err.getvalue()
        finally:
            monkeypatch.undo()

    return call


@pytest.mark.parametrize("words", lines(), ids=lambda words: " ".join(words).encode("ascii", "replace").decode())
def test_a_name_of_other_bytes_is_shown_and_no_fault(called: Callable[..., Ended], words: tuple[str, ...]) -> None:
    code, out, err = called(*words)
    assert code in (0, 1, 2, 4), err.decode()
    said = (out + err).decode("utf-8")
    assert "\\udcff" not in said
    assert code != 2 or err or "\ufffd" in said, "refused without a word"


@pytest.mark.parametrize("words", [("tables", "verify"), ("check", "\udcff.837"), ("rules", "describe", "NCCI-PTP-01")])
def test_what_a_terminal_cannot_show_is_no_fault(called: Callable[..., Ended], words: tuple[str, ...]) -> None:
    """A terminal of ASCII lacks most characters of a report."""
    code, out, _ = called(*words, encoding="ascii")
    assert code in (0, 1)
    assert out


def test_the_library_gives_results_that_can_be_written(tmp_path: Path) -> None:
    """Of claims in such a file, and of a table in such a folder that is damaged."""
    claims = tmp_path / "\udcff.837"
    claims.write_bytes(DEMO.read_bytes())
    table = tmp_path / "\udcff" / "mue" / "practitioner" / "2024-07-01..2024-09-30.table"
    table.parent.mkdir(parents=True)
    table.write_bytes(b"cut")
    scrubber = Scrubber.load(tables=tmp_path / "\udcff")
    said = b""
    for item in read_claims(claims):
        assert isinstance(item, InputClaim)
        said += msgspec.json.encode(scrubber.scrub(item, as_of=date(2024, 8, 15)))
    assert "\ufffd.837".encode() in said
    assert "\ufffd/mue/practitioner/2024-07-01..2024-09-30.table".encode() in said
