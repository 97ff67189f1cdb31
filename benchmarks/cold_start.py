"""How long a command takes from nothing, and how much memory: one 837 checked by a new process, against a bare Python.

Two files are checked: one with a single claim, the first of the demo, which has a finding; and the demo itself,
seven claims of which four have findings.

The pack cache and the bytecode are warm, as on every run of a user but the first. The processes take turns,
so that what else the machine does falls on both; medians of wall time are compared. Where other programs use the
machine, the least processor time says more: it is printed beside them.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import machine

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "examples" / "demo.837"
SCRIPT = Path(sys.executable).with_name("scrubber")
BARE = ("-c", "pass")


def first_claim(interchange: str) -> str:
    """The interchange with its first claim alone. Each patient of the demo is the subscriber, with one claim."""
    segments = interchange.split("~\n")
    levels = [place for place, segment in enumerate(segments) if segment.startswith("HL*")]
    kept = segments[: levels[2]]  # up to the second patient; the first level is the provider's
    count = len(kept) - 2 + 1  # from ST to SE
    return "~\n".join([*kept, f"SE*{count}*0001", "GE*1*1", "IEA*1*000000001", ""])


def environment(cache: Path) -> dict[str, str]:
    """The child's environment: bytecode is written and read, packs are cached in a folder of their own."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH")}
    return {**kept, "SCRUBBER_CACHE": str(cache), "PYTHONPYCACHEPREFIX": str(cache / "bytecode"),
            "XDG_DATA_HOME": str(cache / "data")}  # fmt: skip


class Run(NamedTuple):
    """One process: seconds of wall and of processor time, and the most memory it held, in MB. What this benchmark holds
    itself (about 18 MB) is the least that the kernel can say of a child's memory.
    """

    wall: float
    processor: float
    memory: float


def once(arguments: tuple[str, ...], child: dict[str, str]) -> Run:
    """Run one process. 0, 1 and 4 are results of a check; any other exit, or a crash, ends the benchmark."""
    with tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen([sys.executable, *arguments], env=child, cwd=ROOT, stdout=subprocess.DEVNULL,
                                   stderr=errors)  # fmt: skip
        _, status, used = os.wait4(process.pid, 0)
        took = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        said = errors.read()
    if process.returncode not in (0, 1, 4) or b"Traceback" in said:
        raise SystemExit(f"exit {process.returncode}: {said.decode()[-500:]}")
    return Run(took, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def imports(command: tuple[str, ...], child: dict[str, str], runs: int) -> dict[str, int]:
    """By module, the least microseconds that its own import took in some traced runs."""
    found: dict[str, int] = {}
    for _ in range(runs):
        done = subprocess.run([sys.executable, "-X", "importtime", *command], env=child, cwd=ROOT, capture_output=True,
                              check=False)  # fmt: skip
        for line in done.stderr.decode().splitlines():
            own, _, rest = line.removeprefix("import time:").partition("|")
            if line.startswith("import time:") and own.strip().isdigit():
                name = rest.rpartition("|")[2].strip()
                found[name] = min(int(own), found.get(name, int(own)))
    return found


def breakdown(command: tuple[str, ...], child: dict[str, str], bare: float, whole: float, number: int) -> list[str]:
    """What the time goes into, and the modules whose own import takes longest. ``bare`` and ``whole`` in seconds."""
    loaded, at_start = imports(command, child, 5), imports(BARE, child, 1)
    added = {name: own for name, own in loaded.items() if name not in at_start}
    ours = {name: own for name, own in added.items() if name.partition(".")[0] == "scrubber"}
    others = sum(added.values()) - sum(ours.values())
    rest = whole * 1e3 - bare * 1e3 - sum(added.values()) / 1e3
    heaviest = sorted(added.items(), key=lambda pair: -pair[1])[:number]
    return [
        f"processor   bare Python                        {bare * 1e3:7.1f} ms",
        f"            {len(added) - len(ours):>3} modules of Python and msgspec   {others / 1e3:7.1f} ms, traced",
        f"            {len(ours):>3} modules of scrubber             {sum(ours.values()) / 1e3:7.1f} ms, traced",
        f"            packs, claims and report            {rest:7.1f} ms, what is left",
        *(f"            {own:>7} µs  {name}" for name, own in heaviest),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=21)
    parser.add_argument("--imports", type=int, default=12)
    options = parser.parse_args()
    print(machine.describe())
    with tempfile.TemporaryDirectory() as scratch:
        cache = Path(scratch)
        one = cache / "one-claim.837"
        one.write_text(first_claim(DEMO.read_text("ascii")), "ascii")
        commands = {path.name: (str(SCRIPT), "check", str(path), "--as-of", "2024-08-15") for path in (one, DEMO)}
        child = environment(cache)
        for command in commands.values():
            for _ in range(2):
                once(command, child)
        bare: list[Run] = []
        ours: dict[str, list[Run]] = {name: [] for name in commands}
        for _ in range(options.runs):
            bare.append(once(BARE, child))
            for name, command in commands.items():
                ours[name].append(once(command, child))
        base, least = statistics.median(run.wall for run in bare), min(run.processor for run in bare)
        print(f"runs        {options.runs} of each, in turns; wall is the median, processor the least")
        print(f"bare Python            wall {base * 1e3:7.1f} ms   processor {least * 1e3:7.1f} ms")
        for name, runs in ours.items():
            wall, processor = statistics.median(run.wall for run in runs), min(run.processor for run in runs)
            print(f"{name:<18}     wall {wall * 1e3:7.1f} ms   processor {processor * 1e3:7.1f} ms   "
                  f"{wall / base:.1f} and {processor / least:.1f} times bare Python   "
                  f"{max(run.memory for run in runs):.1f} MB at most")  # fmt: skip
            print("\n".join(breakdown(commands[name], child, least, processor, options.imports)))


if __name__ == "__main__":
    main()
