"""The command as a process: exit codes, streams, a closed pipe, and colour."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import AS_OF, DEMO, ROOT

COMMAND = [sys.executable, "-c", "from scrubber.cli.main import main; main()"]


def call(environment: dict[str, str], *args: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *args], capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, **environment, **more},
    )  # fmt: skip


def test_exit_code_and_streams(environment: dict[str, str]) -> None:
    shown = call(environment, "check", DEMO, *AS_OF, "--format", "json")
    assert (shown.returncode, shown.stderr) == (1, "")
    assert len(json.loads(shown.stdout)["claims"]) == 7


def test_a_plain_call_and_one_that_click_reads_print_the_same(environment: dict[str, str]) -> None:
    """`--as-of=…` is not plain, so click reads it."""
    plain, by_click = (call(environment, "check", DEMO, *words) for words in (AS_OF, ["=".join(AS_OF)]))
    assert (plain.returncode, plain.stdout) == (by_click.returncode, by_click.stdout)
    assert "DEMO-1001" in plain.stdout


def test_errors_after_a_plain_call_are_told_as_after_any(environment: dict[str, str]) -> None:
    shown = call(environment, "check", "nowhere.837", "--payer-map", "nowhere.csv")
    assert (shown.returncode, shown.stdout) == (2, "")
    assert shown.stderr == "scrubber: --payer-map: there is no file nowhere.csv.\n"


def test_no_colour_where_nobody_watches(environment: dict[str, str]) -> None:
    assert "\x1b" not in call(environment, "check", DEMO, *AS_OF).stdout


def test_standard_input_that_is_closed_is_wrong_usage(environment: dict[str, str]) -> None:
    """`<&-`: Python then has no standard input at all."""
    shown = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *COMMAND, "check", "-", *AS_OF], capture_output=True, text=True,
        timeout=120, check=False, env={**os.environ, **environment},
    )  # fmt: skip
    assert (shown.returncode, shown.stdout) == (2, "")
    assert shown.stderr == "scrubber: standard input is closed. Open it, or name a file.\n"


def test_a_closed_pipe_is_no_fault(environment: dict[str, str]) -> None:
    pipe = subprocess.Popen(
        [*COMMAND, "check", DEMO, *AS_OF], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, **environment},
    )  # fmt: skip
    assert pipe.stdout is not None
    assert pipe.stderr is not None
    pipe.stdout.close()
    errors = pipe.stderr.read()
    assert pipe.wait(timeout=60) == 141
    assert errors == b""
    pipe.stderr.close()


def test_a_pipe_named_as_output_is_written_to_and_stays(environment: dict[str, str], tmp_path: Path) -> None:
    """A device or a pipe is not taken away: a file renamed to its place would be there for all other programs."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        shown = call(environment, "check", DEMO, *AS_OF, "--output", str(pipe))
        assert (shown.returncode, shown.stdout, shown.stderr) == (1, "", "")
        assert b"DEMO-1001" in os.read(reader, 1 << 20)
    finally:
        os.close(reader)
    assert pipe.is_fifo()
    assert list(tmp_path.iterdir()) == [pipe]


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="the system has no device that is always full")
def test_a_full_disk_is_no_fault_of_the_program(environment: dict[str, str]) -> None:
    with Path("/dev/full").open("wb") as full:
        shown = subprocess.run(
            [*COMMAND, "check", DEMO, *AS_OF], stdout=full, stderr=subprocess.PIPE, text=True, timeout=120, check=False,
            env={**os.environ, **environment},
        )  # fmt: skip
    said = "scrubber: the output cannot be written (no space left on device).\n"
    assert (shown.returncode, shown.stderr) == (2, said)


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="the system has no device that is always full")
def test_the_exit_code_stands_where_messages_go_nowhere(environment: dict[str, str]) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run([*COMMAND, "check", "nowhere.837"], stdout=subprocess.PIPE, stderr=full, timeout=120,
                               check=False, env={**os.environ, **environment})  # fmt: skip
    assert (ended.returncode, ended.stdout) == (2, b"")


def test_a_closed_standard_output_is_said(environment: dict[str, str]) -> None:
    shown = subprocess.run(
        ["sh", "-c", '"$@" >&-', "sh", *COMMAND, "check", DEMO, *AS_OF], stderr=subprocess.PIPE, text=True, timeout=120,
        check=False, env={**os.environ, **environment},
    )  # fmt: skip
    said = "scrubber: standard output is closed. Open it, or name a file with --output.\n"
    assert (shown.returncode, shown.stderr) == (2, said)


def test_a_command_that_has_nothing_to_say_does_its_work_without_standard_output(
    environment: dict[str, str], tmp_path: Path
) -> None:
    source = ROOT / "rules" / "ncci" / "tables" / "source" / "mue_dme_2024Q3_level2.csv"
    words = ["tables", "import", str(source), "--covers", "2024-07-01..2024-09-30", "--tables", str(tmp_path)]
    shown = subprocess.run(
        ["sh", "-c", '"$@" >&-', "sh", *COMMAND, *words], stderr=subprocess.PIPE, text=True, timeout=120,
        check=False, env={**os.environ, **environment},
    )  # fmt: skip
    assert (shown.returncode, shown.stderr) == (0, "")
    assert len(list(tmp_path.rglob("*.table"))) == 1


def test_the_bytes_do_not_depend_on_the_hash_seed(environment: dict[str, str]) -> None:
    first, second = (call(environment, "check", DEMO, *AS_OF, "--format", "json", PYTHONHASHSEED=seed) for seed in "12")
    assert first.stdout == second.stdout


READS = """
import sys
from types import SimpleNamespace
from scrubber.cli.main import main

def read(of=sys.stdin.buffer):
    print("reading", flush=True)
    return of.read()

sys.stdin = SimpleNamespace(buffer=SimpleNamespace(read=read))
main()
"""
"""A command that says when it waits for its standard input."""


def test_ctrl_c_ends_with_130_and_one_word(environment: dict[str, str]) -> None:
    waiting = subprocess.Popen(
        [sys.executable, "-c", READS, "check", "-"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, **environment},
    )  # fmt: skip
    assert waiting.stdout is not None
    assert waiting.stdout.readline() == "reading\n"
    waiting.send_signal(signal.SIGINT)
    _, errors = waiting.communicate(timeout=60)
    assert waiting.returncode == 130
    assert errors.strip() == "Stopped."
