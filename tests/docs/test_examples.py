r"""Every example of the documentation runs.

What a block is decides what is done with it, in the order of the page and in one folder of its own, which holds
``examples`` and ``rules`` of the project:

- ``python`` runs; names live on to the next block of the page.
- ``console``: each ``$ command`` runs in a shell and must print what stands below it; ``…`` stands for anything,
  and a ``\`` at the end of a line goes on with the command.
- a block with a title, such as ``yaml title="my-pack/pack.yaml"``, is written to that file; a later command or Python
  block of the page must name its folder or file.
- ``yaml`` without a title is a list of rules and must compile in a pack that builds on the bundled ones.
- ``condition``: each line that is not indented, with those below it that are, is a condition and must compile.
- ``sh`` may hold calls of ``./run`` only, which tests of the project hold; ``text`` is not an example.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scrubber.docgen.pages import PAGES as GENERATED
from scrubber.engine.compile.compile import compile_packs, subject_of
from scrubber.engine.compile.names import PackNames, by_id
from scrubber.lang.compile import compile_condition
from scrubber.packs.load import load_packs

from .pages import DOCS, ROOT, Block, blocks_of

PAGES = [page for page in [ROOT / "README.md", *sorted(DOCS.glob("*.md"))] if page.name not in GENERATED]
BUNDLED = [ROOT / "rules" / "ncci", ROOT / "rules" / "payers" / "all", ROOT / "rules" / "payers" / "medicare"]
LANGUAGES = {"python", "console", "yaml", "csv", "json", "condition", "sh", "text"}
WIDEST = 84
_SCRATCH = "id: scratch\nversion: 1.0.0\ntitle: An example\nextends: [ncci, all-payers, medicare]\n"


def where(page: Path, block: Block) -> str:
    return f"{page.name}:{block.line}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_examples(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    (tmp_path / "rules").symlink_to(ROOT / "rules")
    monkeypatch.chdir(tmp_path)
    for name in ("cache", "data"):
        monkeypatch.setenv(f"XDG_{name.upper()}_HOME", str(tmp_path / f".{name}"))
    names: dict[str, Any] = {"__name__": "example"}
    blocks = blocks_of(page)
    for place, block in enumerate(blocks):
        assert block.language in LANGUAGES, f"{where(page, block)}: a block of kind {block.language!r} is not tested"
        if block.title and block.language != "condition":
            assert named_later(block.title, blocks[place + 1 :]), f"{where(page, block)}: nothing uses {block.title}"
            path = tmp_path / block.title
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
        elif block.language == "python":
            exec(compile(block.text, where(page, block), "exec"), names)
        elif block.language == "console":
            run_console(block, where(page, block))
        elif block.language == "yaml":
            compile_rules(block, tmp_path / f"scratch-{place}")
        elif block.language == "condition":
            compile_conditions(block, where(page, block))
        elif block.language == "sh":
            lines = [line for line in block.text.splitlines() if line.strip()]
            assert all(line.startswith("./run ") for line in lines), f"{where(page, block)}: only ./run goes untested"
        else:
            assert block.language == "text", f"{where(page, block)}: give the block a title"


def named_later(title: str, blocks: list[Block]) -> bool:
    """Whether a later example names the file, or a folder it stands in."""
    texts = " ".join(block.text for block in blocks if block.language in ("console", "python"))
    path = Path(title)
    return any(re.search(rf"(?<![\w-]){re.escape(str(part))}(?![\w-])", texts) for part in (path, *path.parents[:-1]))


def run_console(block: Block, at: str) -> None:
    calls = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
    assert not calls[0].strip(), f"{at}: a console block starts with $"
    environment = {
        **os.environ,
        "COLUMNS": "80",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    for call in calls[1:]:
        command, _, expected = call.replace("\\\n", " ").partition("\n")
        done = subprocess.run(["sh", "-c", command], env=environment, capture_output=True, text=True, timeout=120)
        printed = done.stdout + done.stderr
        assert matches(expected, printed), f"{at}: `{command}` prints\n{printed}\nand the page says\n{expected}"


def matches(expected: str, printed: str) -> bool:
    """Whether the output is as the page says, where ``…`` on a line of its own stands for any lines."""
    pattern = re.escape(plain(expected)).replace("…", "(?s:.*?)")
    return re.fullmatch(pattern, plain(printed)) is not None


def plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def compile_rules(block: Block, folder: Path) -> None:
    folder.mkdir()
    (folder / "pack.yaml").write_text(_SCRATCH, encoding="utf-8")
    text = block.text if block.text.startswith("rules:") else "rules:\n" + block.text
    (folder / "rules.yaml").write_text(text, encoding="utf-8")
    program, problems = compile_packs(load_packs([*BUNDLED, folder]))
    assert problems == []
    assert any(rule.pack == "scratch" for rule in program.rules)


@functools.cache
def scope_of(scope: str) -> tuple[Any, Any]:
    """The subject and the names of a rule of that scope in a pack that builds on the bundled ones."""
    extra = {
        "pair": "    pair: {same: [date]}\n",
        "group": "    group_by: [day, procedure, policy.same_provider]\n",
    }.get(scope, "")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "pack.yaml").write_text(_SCRATCH, encoding="utf-8")
        (folder / "rules.yaml").write_text(
            "rules:\n  - id: SCRATCH-01\n    title: An example\n    category: payer\n    severity: review\n"
            f"    status: draft\n    scope: {scope}\n{extra}    when: claim.line_count > 0\n    message: An example\n"
            "    authority: {title: An example}\n",
            encoding="utf-8",
        )
        packs = load_packs([*BUNDLED, folder])
    names = PackNames(packs[-1], by_id(packs))
    program, _ = compile_packs(packs)
    group_by = next(rule for rule in program.rules if rule.pack == "scratch").group_by
    return subject_of(packs[-1].rules[0], group_by, names), names


def compile_conditions(block: Block, at: str) -> None:
    subject, names = scope_of(block.title.removeprefix("scope ") or "line")
    for text in re.split(r"\n(?!\s)", block.text.strip()):
        problems = compile_condition(text, subject, names).problems
        assert problems == (), f"{at}: {text}\n{[(p.code, p.headline, p.help) for p in problems]}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_examples_are_no_wider_than_the_page(page: Path) -> None:
    """Output of a command may be wider where a message is."""
    blocks = [block for block in blocks_of(page) if block.language != "console"]
    wide = [f"{where(page, b)}: {line}" for b in blocks for line in b.text.splitlines() if len(line) > WIDEST]
    assert wide == []


def test_the_example_date_is_inside_the_bundled_tables() -> None:
    """Examples fix their day, so that they say the same on every day."""
    assert date(2024, 7, 1) <= date(2024, 8, 15) <= date(2024, 9, 30)
    for page in PAGES:
        for block in blocks_of(page):
            if block.language == "console":
                calls = [line for line in block.text.splitlines() if re.match(r"\$ scrubber (check|explain)\b", line)]
                late = [line for line in calls if "--as-of" not in line and "--help" not in line]
                assert late == [], f"{where(page, block)}: give --as-of"
