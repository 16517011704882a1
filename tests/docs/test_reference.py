"""
The generated pages are committed, current, and readable in a repository browser.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools._reference import find_outdated, render_pages
from tools.reference import main

from .page import ROOT, is_generated, pages

_FENCED = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\((?P<page>[^)#\s:]*)(?:#(?P<anchor>[^)\s]+))?\)")
_MYST = re.compile(r"^(```\{|:::|\([\w-]+\)=)", re.MULTILINE)
PAGES = pages()
COMMITTED = [path for path in PAGES if is_generated(path)]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_committed_pages_are_current(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Each committed page is the same as one that is generated now, on a terminal of any width.
    """
    monkeypatch.setenv("COLUMNS", "20")

    code = main(["--check"])
    printed = capsys.readouterr()

    assert "" == printed.out
    assert "" == printed.err
    assert 0 == code


def test_a_page_that_is_not_current_is_named_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    The check exits with 1, names the page, and prints the command that writes it.
    """
    monkeypatch.setattr(
        "tools.reference.find_outdated", lambda: {"docs/reference/json.md": "# JSON"}
    )

    code = main(["--check"])
    printed = capsys.readouterr()

    assert "docs/reference/json.md is not current\n" == printed.out
    assert "To write them: make reference\n" == printed.err
    assert 1 == code


def test_stale_and_orphaned_pages_are_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """
    A changed page, a missing page, and a page without a template are outdated.
    """
    current = render_pages()
    for name, text in current.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "docs/reference/json.md").write_text("# JSON\n", encoding="utf-8")
    (tmp_path / "docs/explanation/states.svg").unlink()
    orphan = tmp_path / "docs/reference/gone.md"
    orphan.write_text("<!-- Generated from a template -->\n", encoding="utf-8")
    monkeypatch.setattr("tools._reference._pages.ROOT", tmp_path)
    monkeypatch.setattr("tools._reference._pages.render_pages", lambda: current)

    pages_to_write = find_outdated()

    assert {"docs/reference/json.md", "docs/explanation/states.svg", "docs/reference/gone.md"} == {
        *pages_to_write
    }
    assert None is pages_to_write["docs/reference/gone.md"]


@pytest.mark.parametrize("path", COMMITTED, ids=_name)
def test_a_generated_page_is_plain_markdown(path: Path) -> None:
    """
    A generated page begins with its template's name, and has no markup that only the site renders.
    """
    note, _, text = path.read_text(encoding="utf-8").partition("\n")
    template = re.search(r"docs/_templates/\S+", note)

    assert template is not None
    assert (ROOT / template[0]).is_file()
    assert "make reference" in note
    assert [] == _MYST.findall(text)


def test_only_generated_pages_have_code_that_is_not_run() -> None:
    """
    Only generated pages have blocks `py` with signatures; all other blocks of Python are run.
    """
    marked = [_name(path) for path in PAGES if "```py\n" in path.read_text(encoding="utf-8")]

    assert marked
    assert set(marked) <= set(map(_name, COMMITTED))


def _anchors(path: Path) -> set[str]:
    """
    The anchors of a page in a repository browser: its headings by GitHub's rule (docs.github.com,
    "Section links"), and elements with an id.
    """
    text = path.read_text(encoding="utf-8")
    anchors = set(re.findall(r'<a id="([\w-]+)"></a>', text))
    for heading in re.findall(r"^#+ (.+)$", _FENCED.sub("", text), re.MULTILINE):
        plain = re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower()).replace(" ", "-")
        count = sum(
            name == plain or re.fullmatch(rf"{plain}-\d+", name) is not None for name in anchors
        )
        anchors.add(f"{plain}-{count}" if plain in anchors else plain)
    return anchors


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_each_link_works_in_a_repository_browser(path: Path) -> None:
    """
    Each link to a page of the repository leads to an existing file and anchor.
    """
    broken = []
    for link in _LINK.finditer(_FENCED.sub("", path.read_text(encoding="utf-8"))):
        target = (path.parent / link["page"]).resolve() if link["page"] else path
        if not target.exists() or (link["anchor"] and link["anchor"] not in _anchors(target)):
            broken.append(link[0])
    assert [] == broken


def test_every_page_can_be_reached() -> None:
    """
    Links lead from the README to every page of docs/.
    """
    reached, waiting = {ROOT / "README.md"}, [ROOT / "README.md"]
    while waiting:
        path = waiting.pop()
        for link in _LINK.finditer(_FENCED.sub("", path.read_text(encoding="utf-8"))):
            target = (path.parent / link["page"]).resolve()
            if link["page"].endswith(".md") and target not in reached and target.exists():
                reached.add(target)
                waiting.append(target)
    pages_of_docs = {path for path in PAGES if path.is_relative_to(ROOT / "docs")}

    assert [] == sorted(map(_name, pages_of_docs - reached))
