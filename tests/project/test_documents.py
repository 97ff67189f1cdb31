"""README, documentation and the `run` script agree with each other and with the tree."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml
from tree import ROOT

DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
DOCUMENTS = [*PAGES, ROOT / "README.md", ROOT / "CHANGELOG.md"]
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def anchors(path: Path) -> set[str]:
    """The anchors mkdocs gives the headings of a page."""
    headings = HEADING.findall(FENCED.sub("", path.read_text(encoding="utf-8")))
    return {re.sub(r"[\s-]+", "-", re.sub(r"[^\w\s-]", "", heading).strip().lower()) for heading in headings}


class NavLoader(yaml.SafeLoader):
    """Reads mkdocs.yml, whose emoji settings carry Python tags that only mkdocs resolves."""


NavLoader.add_multi_constructor("tag:yaml.org,2002:python/", lambda loader, suffix, node: suffix)


def nav_files(entries: object) -> list[str]:
    if isinstance(entries, str):
        return [entries]
    if isinstance(entries, dict):
        return [name for value in entries.values() for name in nav_files(value)]
    assert isinstance(entries, list)
    return [name for entry in entries for name in nav_files(entry)]


@pytest.fixture(scope="module")
def mkdocs() -> dict[str, object]:
    return yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), Loader=NavLoader)


def test_every_page_of_the_nav_exists(mkdocs: dict[str, object]) -> None:
    named = nav_files(mkdocs["nav"])
    assert named
    assert [name for name in named if not (DOCS / name).is_file()] == []
    assert len(named) == len(set(named))


def test_the_built_pages_fetch_nothing_from_elsewhere(mkdocs: dict[str, object]) -> None:
    theme = mkdocs["theme"]
    assert isinstance(theme, dict)
    assert theme["font"] is False
    assert "extra_javascript" not in mkdocs
    styles = mkdocs.get("extra_css", [])
    assert isinstance(styles, list)
    assert [name for name in styles if not (DOCS / name).is_file()] == []


@pytest.mark.parametrize("page", DOCUMENTS, ids=relative)
def test_links_to_our_own_files_resolve(page: Path) -> None:
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    broken = []
    for link in LINK.findall(text):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def commands_of_run() -> set[str]:
    text = (ROOT / "run").read_text(encoding="utf-8")
    cases = text[text.index("case $command in") :]
    return set(re.findall(r"^    ([a-z]+)\)", cases, re.MULTILINE))


@pytest.mark.parametrize("page", DOCUMENTS, ids=relative)
def test_run_knows_every_command_the_documents_name(page: Path) -> None:
    named = set(re.findall(r"\./run ([a-z]+)", page.read_text(encoding="utf-8")))
    assert named <= commands_of_run() | {"help"}


def test_the_readme_opens_with_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.search(r"^\./run demo\b.*\n\./run test\b", text, re.MULTILINE)
    assert {"demo", "test", "check", "lint", "docs", "bench"} <= commands_of_run()


def test_every_exit_code_is_documented() -> None:
    text = (DOCS / "contract.md").read_text(encoding="utf-8")
    section = text[text.index("## Exit codes") :]
    assert re.findall(r"^\| ([0-9]) \|", section, re.MULTILINE) == ["0", "1", "2", "3", "4"]


def test_run_prints_its_help_without_setting_anything_up() -> None:
    shown = subprocess.run(["sh", str(ROOT / "run")], capture_output=True, text=True, timeout=20, cwd="/", check=True)
    assert all(f"./run {name}" in shown.stdout for name in commands_of_run())
    assert shown.stderr == ""


def test_run_refuses_an_unknown_command() -> None:
    shown = subprocess.run(["sh", str(ROOT / "run"), "dmeo"], capture_output=True, text=True, timeout=20, check=False)
    assert shown.returncode == 2
    assert "Unknown command: dmeo" in shown.stderr
