"""
The README is true: its example prints what it shows, and its connector exports an order.
"""

from __future__ import annotations

import ast
import json
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from orderferry.connectors import Catalogue, Simulator

from .markdown import Block, as_shown, blocks, comparable, session
from .place import Place

README = (Path(__file__).resolve().parent.parent.parent / "README.md").read_text(encoding="utf-8")
ADDRESS = "https://wms.example.com"
"""Where the warehouse of the example is; the tests put the simulator's address in its place."""


@pytest.fixture
def warehouse() -> Iterator[Simulator]:
    """
    The simulator of the example's connector, which has taken nothing yet.
    """
    simulator: Simulator = (
        Catalogue.installed("orderferry.simulators").find("wms_manhattan").load()()
    )
    simulator.start()
    yield simulator
    simulator.stop()


@pytest.fixture
def example(tmp_path: Path, warehouse: Simulator) -> Place:
    """
    The files of the example, with the simulator's address and secret.
    """
    place = Place(README, tmp_path, {"WMS_CLIENT_SECRET": str(warehouse.settings["client_secret"])})
    for name in ("order.json", "workflow.json", "orderferry.toml"):
        place.write(name)
    place.replace("orderferry.toml", ADDRESS, str(warehouse.settings["base_url"]))
    return place


def test_the_example_prints_what_it_shows(example: Place, warehouse: Simulator) -> None:
    """
    Every command of every console block, in turn; the one good order is at the warehouse once.
    """
    commands = [each for block in blocks(README, "console") for each in session(block)]
    assert commands

    for command, output in commands:
        printed = example.run(command, expected=None)
        shown = comparable(output)
        assert shown == as_shown(comparable(printed), shown)

    assert ["WEB-1001"] == [each.order_id for each in warehouse.received()]
    assert (example.folder / "orderferry.db").is_file()


def test_check_finds_nothing_wrong_with_the_example(example: Place) -> None:
    """
    Its configuration and workflow are complete: nothing failed, and nothing is warned of.
    """
    found = json.loads(example.run("orderferry check --json"))

    assert {"proven", "not provable"} == {each["state"] for each in found}


def test_the_program_exports_the_order(example: Place, warehouse: Simulator) -> None:
    """
    The program for hosts runs as it stands, beside the example's files.
    """
    (program,) = [each.text for each in blocks(README, "python") if each.name is None]
    (example.folder / "program.py").write_text(program, encoding="utf-8")

    assert "Success ()\n" == example.run("python program.py")
    assert ["WEB-1001"] == [each.order_id for each in warehouse.received()]


def test_the_vendors_distribution_exports_an_order(tmp_path: Path, httpserver: HTTPServer) -> None:
    """
    Built and installed as it stands, it is listed, and Acme gets the order with token and key.
    """
    httpserver.expect_request("/orders", method="POST").respond_with_json({"id": "4711"})
    place = Place(README, tmp_path, {"ACME_TOKEN": "a token of Acme's", "PYTHONPATH": "installed"})
    for name in ("orderferry_acme.py", "pyproject.toml", "order.json", "workflow.json"):
        place.write(name)
    place.replace("workflow.json", "wms_manhattan", "acme")
    settings = f'base_url = "{httpserver.url_for("")}"\ntoken = "${{env:ACME_TOKEN}}"'
    (tmp_path / "orderferry.toml").write_text(
        f'[[connector]]\nname = "acme"\n[connector.settings]\n{settings}\n', encoding="utf-8"
    )
    place.run("python -m hatchling build -t wheel -d dist")
    place.run(f"uv pip install -p {sys.executable} --offline --no-deps -t installed dist/*.whl")
    (tmp_path / "orderferry_acme.py").unlink()

    listed = json.loads(place.run("orderferry connectors --json"))
    (ran,) = json.loads(place.run("orderferry run --status New --json order.json"))

    assert [("acme", "orderferry-acme")] == [
        (each["name"], each["distribution"]) for each in listed if each["state"] == "configured"
    ]
    (export,) = ran["steps"][0]["exports"]
    assert ("accepted", {"order": "4711"}) == (export["state"], export["remoteIds"])
    ((request, _),) = httpserver.log
    assert "Bearer a token of Acme's" == request.headers["Authorization"]
    sent = json.loads(request.get_data())
    assert ("WEB-1001", 36) == (sent["reference"], len(sent["key"]))


def test_every_command_is_one(tmp_path: Path) -> None:
    """
    Commands that are not run above exist, with the options that they are given.
    """
    place = Place(README, tmp_path)
    lines = [line for block in blocks(README, "sh") for line in block.text.splitlines()]
    lines += [part for part in README.split("`") if part.startswith("orderferry ")]
    commands = {each.partition("#")[0].strip().removeprefix("venv/bin/") for each in lines}
    ours = sorted(each for each in commands if each.startswith("orderferry "))
    assert ours
    for command in ours:
        assert place.run(f"{command} --help").startswith("Usage: orderferry")


@pytest.mark.parametrize("block", blocks(README, "python"), ids=lambda block: str(block.name))
def test_what_python_imports_is_there(block: Block) -> None:
    """
    Each block compiles, and each name that it imports exists.
    """
    for node in ast.walk(ast.parse(block.text)):
        if isinstance(node, ast.ImportFrom) and node.module:
            module = import_module(node.module)
            assert [] == [each.name for each in node.names if not hasattr(module, each.name)]


def test_data_can_be_read() -> None:
    """
    Each block of TOML or JSON is one.
    """
    for block in blocks(README, "toml"):
        assert tomllib.loads(block.text)
    for block in blocks(README, "json"):
        assert json.loads(block.text)
