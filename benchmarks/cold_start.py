"""How long a command takes from nothing: one 837 checked by a new process, against a bare Python.

The pack cache and the bytecode are warm, as on every run of a user but the first. The two kinds of process take turns,
so that what else the machine does falls on both; medians are compared.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import machine
from x12_text import made_up_837

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "examples" / "demo.837"
SCRIPT = Path(sys.executable).with_name("scrubber")
BARE = ("-c", "pass")


def environment(cache: Path) -> dict[str, str]:
    """The child's environment: bytecode is written and read, packs are cached in a folder of their own."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH")}
    return {**kept, "SCRUBBER_CACHE": str(cache), "PYTHONPYCACHEPREFIX": str(cache / "bytecode"),
            "XDG_DATA_HOME": str(cache / "data")}  # fmt: skip


def seconds(arguments: tuple[str, ...], child: dict[str, str]) -> float:
    """Wall time of one process. 0, 1 and 4 are results of a check; any other exit, or a crash, ends the benchmark."""
    start = time.perf_counter()
    done = subprocess.run([sys.executable, *arguments], env=child, cwd=ROOT, capture_output=True, check=False)
    took = time.perf_counter() - start
    if done.returncode not in (0, 1, 4) or b"Traceback" in done.stderr:
        raise SystemExit(f"exit {done.returncode}: {done.stderr.decode()[-500:]}")
    return took


def heaviest(command: tuple[str, ...], child: dict[str, str], number: int) -> list[str]:
    """The modules whose own import takes longest, with microseconds, and how many there are."""
    done = subprocess.run([sys.executable, "-X", "importtime", *command], env=child, cwd=ROOT, capture_output=True,
                          check=False)  # fmt: skip
    rows = []
    for line in done.stderr.decode().splitlines():
        own, _, rest = line.removeprefix("import time:").partition("|")
        if line.startswith("import time:") and own.strip().isdigit():
            rows.append((int(own), rest.rpartition("|")[2].strip()))
    rows.sort(reverse=True)
    total = sum(own for own, _ in rows)
    return [f"imports    {len(rows)} modules, {total / 1000:.1f} ms while traced; the heaviest:"] + [
        f"           {own:>7} µs  {name}" for own, name in rows[:number]
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=21)
    parser.add_argument("--imports", type=int, default=12)
    options = parser.parse_args()
    print(machine.describe())
    with tempfile.TemporaryDirectory() as scratch:
        cache = Path(scratch)
        path = DEMO
        if not path.is_file():
            path = cache / "made-up.837"
            path.write_bytes(made_up_837(2000, 1)[0])
        command = (str(SCRIPT), "check", str(path), "--as-of", "2024-08-15")
        child = environment(cache)
        for _ in range(2):
            seconds(command, child)
        bare, ours = [], []
        for _ in range(options.runs):
            bare.append(seconds(BARE, child))
            ours.append(seconds(command, child))
        base, whole = statistics.median(bare), statistics.median(ours)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"input      {path.name}, {path.stat().st_size} bytes; {options.runs} runs each, in turns")
        print(f"bare Python                 median {base * 1e3:7.1f} ms")
        print(f"scrubber check, warm cache  median {whole * 1e3:7.1f} ms   {whole / base:.1f} times bare Python")
        print(f"memory                      {peak:.0f} MB at most (the run that filled the cache included)")
        print("\n".join(heaviest(command, child, options.imports)))


if __name__ == "__main__":
    main()
