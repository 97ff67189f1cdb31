"""Where things are in the checkout, for the tests about the tree itself."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "scrubber"
NOT_OURS = {".git", ".venv", ".tools", "__pycache__", "site", "dist", "build"}


def files_of_the_project() -> list[Path]:
    """Every file that belongs to the project: what git knows or would add; without git, all but the folders we make."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        found = (path for path in ROOT.rglob("*") if not NOT_OURS.intersection(path.relative_to(ROOT).parts))
        return sorted(path for path in found if path.is_file() and "_cache" not in str(path))
    return sorted(path for name in listed.split("\0") if name and (path := ROOT / name).is_file())


def text_of(path: Path) -> str | None:
    """The text of a file, or None where it is not text (packed tables, images)."""
    data = path.read_bytes()
    if b"\0" in data[:8192]:
        return None
    return data.decode("utf-8", errors="replace")
