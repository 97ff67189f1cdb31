"""A golden suite of 1,000 cases: `scrubber rules test` and pytest, and the project's own suite beside it.

    python benchmarks/golden_suite.py [CASES]

Each figure is the wall time of a whole process, the best of three. The made-up suite tests 50 rules of three clauses,
one golden file a rule: half its cases fire, half are clear. The target is 5 s.
"""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from machine import describe
from rules_check import write_pack

RULES = 50
TIMES = 3
OWN = Path(__file__).resolve().parents[1] / "tests" / "golden"


def write_cases(folder: Path, cases: int) -> None:
    """Golden files of the rules that `rules_check` writes: a line beside a visit fires, one with 25 is clear."""
    folder.mkdir()
    each = -(-cases // RULES)
    for rule in range(RULES):
        head = f"rule: BENCH-{rule:05d}\nas_of: 2024-08-15\npayer: {{payer: ANY, class: COMMERCIAL}}\ncases:\n"
        made = [
            f"  - {{name: case {at}, claim: {{lines: [{10000 + rule}{'-25' * (at % 2)}, 99213 x{8 + at // 2}]}}, "
            f"expect: {'clear' if at % 2 else 'fires'}}}\n"
            for at in range(min(each, cases - rule * each))
        ]
        (folder / f"BENCH-{rule:05d}.yaml").write_text(head + "".join(made), encoding="utf-8")


def processor_time() -> float:
    """What the processes that have ended used of the processors."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def seconds(*command: str) -> tuple[str, str]:
    """The best wall time of a command with the least processor time, as text, and what it printed."""
    best = least = float("inf")
    printed = ""
    for _ in range(TIMES):
        start, used = time.perf_counter(), processor_time()
        done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "80"})
        best, least = min(best, time.perf_counter() - start), min(least, processor_time() - used)
        printed = done.stdout.strip().splitlines()[-1] if done.stdout else ""
        if done.returncode:
            raise SystemExit(done.stdout + done.stderr)
    return f"{best:.2f} s, {least:.2f} s of a processor", printed


def main() -> None:
    """Print the machine and the figures."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    print(describe())
    test = (sys.executable, "-c", "from scrubber.cli.main import main; main()", "rules", "test")
    with tempfile.TemporaryDirectory() as name:
        pack, golden = Path(name) / "pack", Path(name) / "golden"
        pack.mkdir()
        write_pack(pack, RULES)
        write_cases(golden, cases)
        took, printed = seconds(*test, str(golden), "--pack", str(pack))
        assert f"{cases:,} cases: all hold" in printed.replace(str(cases), f"{cases:,}"), printed
        for path in golden.iterdir():
            path.write_text("packs: [../pack]\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
        pytest, summary = seconds(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist",
                                  str(golden))  # fmt: skip
    passed = re.search(r"(\d+) passed", summary)
    print(f"input      {cases:,} cases in {RULES} golden files of {RULES} rules, beside the bundled packs; no seed")
    print(f"rules test {took} (target 5 s)")
    tests = int(passed[1]) if passed else 0
    print(f"pytest     {pytest} (target 5 s), {tests:,} tests: a case each, and one of each file")
    if OWN.is_dir():
        own, printed = seconds(*test, str(OWN))
        print(f"our own    {own}: {printed}")


if __name__ == "__main__":
    main()
