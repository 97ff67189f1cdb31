"""What the figures were measured on: machine, Python and versions. Every benchmark prints it first."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
from pathlib import Path

PACKAGES = ("claim-scrubber", "msgspec", "pydantic", "lark", "pyx12", "zen-engine", "rule-engine")


def processor() -> str:
    """The processor's own name where the system tells it (Linux), otherwise the architecture."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "absent"


def describe() -> str:
    """Machine, Python and package versions as lines of text, and what makes import times untrue where it is set."""
    lines = [
        f"processor  {processor()}, {os.cpu_count()} seen",
        f"system     {platform.system()} {platform.release()}",
        f"python     {platform.python_implementation()} {platform.python_version()}",
        "packages   " + ", ".join(f"{name} {version(name)}" for name in PACKAGES),
    ]
    if sys.dont_write_bytecode:
        lines.append("warning    bytecode is not written (PYTHONDONTWRITEBYTECODE): start-up times mean nothing")
    return "\n".join(lines)


if __name__ == "__main__":
    print(describe())
