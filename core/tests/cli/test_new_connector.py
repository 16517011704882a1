"""
Tests of `orderferry new-connector`.

That what it writes can be built, installed and certified is shown by `tests/e2e`, with real
installations.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest

from orderferry.cli._new_connector import LONGEST, accepted_versions
from orderferry.connectors import HOOK_API

from .conftest import Workplace

SHARED = {
    ".github/workflows/ci.yml",
    ".gitignore",
    "CHANGELOG.md",
    "README.md",
    "changelog.d/+connector.added.md",
    "pyproject.toml",
    "src/orderferry_acme_wms/__init__.py",
    "src/orderferry_acme_wms/_connector.py",
    "src/orderferry_acme_wms/_document.py",
    "src/orderferry_acme_wms/_settings.py",
    "src/orderferry_acme_wms/py.typed",
    "src/orderferry_acme_wms/simulator.py",
    "tests/test_conformance.py",
    "tests/test_document.py",
    "tox.ini",
}
HTTP = {"src/orderferry_acme_wms/_api.py"}
FILE = {"src/orderferry_acme_wms/_folder.py", "tests/test_folder.py"}
LOADED = "import sys, orderferry.cli._new_connector; print('copier' in sys.modules)"


def files_of(folder: Path) -> dict[str, str]:
    """
    Each file's text by its path.
    """
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize(
    ("options", "own"),
    [((), HTTP), (("--http",), HTTP), (("--file",), FILE)],
)
def test_it_writes_a_connector_of_its_kind(
    workplace: Workplace, options: tuple[str, ...], own: set[str]
) -> None:
    """
    The folder contains the shared files and those of its kind.
    """
    ran = workplace.call("new-connector", "acme_wms", *options)

    folder = workplace.folder / "orderferry-acme-wms"
    assert 0 == ran.code
    assert "" == ran.err
    assert SHARED | own == set(files_of(folder))
    assert [] == [path.name for path in workplace.folder.iterdir() if path.name.startswith(".")]


def test_it_is_named_where_it_is_looked_for(workplace: Workplace) -> None:
    """
    Distribution, package, entry points and classes are named after the connector.
    """
    workplace.call("new-connector", "acme_wms")

    files = files_of(workplace.folder / "orderferry-acme-wms")
    project = tomllib.loads(files["pyproject.toml"])["project"]
    major, minor = HOOK_API
    assert "orderferry-acme-wms" == project["name"]
    assert ["attrs", "orderferry"] == [
        dependency.split(">")[0] for dependency in project["dependencies"]
    ]
    assert {
        "orderferry.connectors": {"acme_wms": "orderferry_acme_wms:AcmeWmsConnector"},
        "orderferry.simulators": {"acme_wms": "orderferry_acme_wms.simulator:AcmeWmsSimulator"},
    } == project["entry-points"]
    connector = files["src/orderferry_acme_wms/_connector.py"]
    assert "class AcmeWmsConnector(Connector):" in connector
    assert f"hook_api = ({major}, {minor})" in connector
    assert 'connector = "acme_wms"' in files["tests/test_conformance.py"]


@pytest.mark.parametrize("kind", ["--http", "--file"])
def test_nothing_of_the_template_is_left(workplace: Workplace, kind: str) -> None:
    """
    The files contain no template syntax and no local path, and their lines are short.
    """
    name = "a" * (LONGEST - 4) + "_bcd"
    workplace.call("new-connector", name, kind)

    files = files_of(workplace.folder / f"orderferry-{name.replace('_', '-')}")
    texts = "".join(files.values())
    assert [] == [mark for mark in ("{{", "{%", "{#", ".jinja") if mark in texts]
    assert str(workplace.folder) not in texts
    sources = [text for path, text in files.items() if path.endswith(".py")]
    assert 100 >= max(len(line) for text in sources for line in text.splitlines())
    for path, text in files.items():
        if path.endswith(".py"):
            compile(text, path, "exec")


def test_into_selects_the_parent_folder(workplace: Workplace) -> None:
    """
    The option --into requires an existing folder.
    """
    (workplace.folder / "ours").mkdir()

    there = workplace.call("new-connector", "acme_wms", "--into", "ours")
    nowhere = workplace.call("new-connector", "acme_wms", "--into", "none")

    assert 0 == there.code
    assert (workplace.folder / "ours/orderferry-acme-wms").is_dir()
    assert 2 == nowhere.code
    assert "'none' does not exist" in nowhere.err


def test_nothing_is_overwritten(workplace: Workplace) -> None:
    """
    An existing folder is not changed.
    """
    folder = workplace.folder / "orderferry-acme-wms"
    folder.mkdir()

    ran = workplace.call("new-connector", "acme_wms")

    assert 2 == ran.code
    assert {} == files_of(folder)
    assert "orderferry-acme-wms already exists" in ran.err


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Acme-WMS", "such as acme_wms"),
        ("3pl", "a letter first"),
        ("acme__wms", "single underscores"),
        ("../acme", "such as acme\n"),
        ("", "is not a valid connector name"),
        ("\u00e6cme", "small letters and digits"),
        ("a" * (LONGEST + 1), f"the limit is {LONGEST}"),
        ("orderferry_acme", "already begins with orderferry"),
        ("testing", "pytest would collect"),
    ],
)
def test_an_invalid_name_is_rejected(workplace: Workplace, name: str, reason: str) -> None:
    """
    An invalid name is exit code 2 with the reason, and nothing is written.
    """
    before = set(workplace.folder.iterdir())

    ran = workplace.call("new-connector", "--", name)

    assert 2 == ran.code, ran.err
    assert reason in ran.err, ran.err
    assert before == set(workplace.folder.iterdir())


def test_one_kind_is_chosen(workplace: Workplace) -> None:
    """
    The options --http and --file exclude each other.
    """
    ran = workplace.call("new-connector", "acme_wms", "--http", "--file")

    assert 2 == ran.code
    assert "pass only one" in ran.err


def test_the_name_of_an_installed_connector_is_warned_of(workplace: Workplace) -> None:
    """
    The name of an installed connector is accepted with a warning.
    """
    ran = workplace.call("new-connector", "acme")

    assert 0 == ran.code
    assert "a connector acme is already installed" in ran.err


def test_without_copier_it_says_what_to_install(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Without copier, the exit code is 2, and the message names the extra.
    """
    monkeypatch.setitem(sys.modules, "copier", None)

    ran = workplace.call("new-connector", "acme_wms")

    assert 2 == ran.code
    assert "pip install 'orderferry[scaffold]'" in ran.err
    assert "Traceback" not in ran.err


def test_copier_is_loaded_when_it_is_needed(workplace: Workplace) -> None:
    """
    The command's module does not import copier.
    """
    with workplace.start(program=("-c", LOADED)) as process:
        out, _ = process.communicate(timeout=60)

    assert b"False\n" == out


def test_it_needs_neither_git_nor_what_a_user_has_set(workplace: Workplace) -> None:
    """
    The command needs neither git nor valid settings of copier.
    """
    broken = workplace.write("settings.yml", "defaults: [")

    ran = workplace.run("new-connector", "acme_wms", PATH="", COPIER_SETTINGS_PATH=str(broken))

    assert 0 == ran.code
    assert "" == ran.err


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="/proc is Linux's")
def test_a_folder_that_cannot_be_written_is_reported(workplace: Workplace) -> None:
    """
    A folder that cannot be written is exit code 2.
    """
    ran = workplace.call("new-connector", "acme_wms", "--into", "/proc")

    assert 2 == ran.code
    assert "orderferry-acme-wms cannot be written" in ran.err


@pytest.mark.parametrize(
    ("core", "accepted"),
    [
        ("0.1.0", ">=0.1,<0.2"),
        ("0.9.3.dev1", ">=0.9,<0.10"),
        ("1.4.2", ">=1.4,<2"),
        (None, ""),
    ],
)
def test_it_accepts_this_core_and_those_that_break_nothing(core: str | None, accepted: str) -> None:
    """
    The range of versions ends at the next minor version before 1.0, and at the next major one
    after.
    """
    assert accepted == accepted_versions(core)
