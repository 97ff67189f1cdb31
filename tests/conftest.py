"""What tests of several parts share: the real reference tables, imported once and kept in pytest's cache."""

from __future__ import annotations

import hashlib
import shutil
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED_DATA = ROOT / ".." / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real reference data beside the project; skips where there is none."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real reference data (../shared/data) is not on this machine")
    return SHARED_DATA


@pytest.fixture(scope="session")
def real_tables(shared_data: Path, request: pytest.FixtureRequest) -> Path:
    """A folder with all NCCI tables of 2024 Q3 imported; made anew where a file or an importer has changed."""
    from scrubber.tables.importers.run import import_files

    layout = shared_data / "ncci" / "cms-layout"
    files = [*sorted(layout.glob("cci*.zip")), *sorted(layout.glob("MCR_MUE_*.csv"))]
    files.append(shared_data / "ncci" / "aoc_2024Q2.csv")
    digest = hashlib.sha256()
    for path in [*files, *sorted((ROOT / "src" / "scrubber" / "tables").rglob("*.py"))]:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    assert request.config.cache is not None
    folder = request.config.cache.mkdir(f"scrubber-tables-{digest.hexdigest()[:16]}")
    done = folder / "complete"
    if not done.exists():
        import_files(files, folder, covers=(date(2024, 7, 1), date(2024, 9, 30)))
        done.touch()
        for other in folder.parent.glob("scrubber-tables-*"):
            if other != folder and other.stat().st_mtime < folder.stat().st_mtime - 3600:
                shutil.rmtree(other, ignore_errors=True)
    return folder


@pytest.fixture
def short_lists_are_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets a list of a few rows be imported as a whole one, for tests of what a whole list says."""
    from scrubber.tables.importers import add_on, mue, ptp

    monkeypatch.setattr(ptp, "FEWEST", {})
    monkeypatch.setattr(mue, "FEWEST", {})
    monkeypatch.setattr(add_on, "FEWEST", 0)
