"""
The README is correct: its example prints what it shows, and its connector exports an order.
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

from .markdown import Block, blocks, elide, mask_ids, session
from .place import Place

README = (Path(__file__).resolve().parent.parent.parent / "README.md").read_text(encoding="utf-8")
ADDRESS = "https://wms.example.com"
"""The address of the example's warehouse; the tests replace it with the simulator's."""


@pytest.fixture
def warehouse() -> Iterator[Simulator]:
    """
    The simulator of the example's connector, without orders.
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
    Every command of every console block prints what it shows, and one order reaches the warehouse.
    """
    commands = [step for block in blocks(README, "console") for step in session(block)]
    assert commands

    for command, page_output in commands:
        actual = example.run(command, expected=None)
        expected = mask_ids(page_output)
        assert expected == elide(mask_ids(actual), expected)

    assert ["WEB-1001"] == [order.order_id for order in warehouse.received()]
    assert (example.folder / "orderferry.db").is_file()


def test_check_finds_nothing_wrong_with_the_example(example: Place) -> None:
    """
    `orderferry check` reports no failure and no warning for the example's files.
    """
    findings = json.loads(example.run("orderferry check --json"))

    assert {"proven", "not provable"} == {finding["state"] for finding in findings}


def test_the_program_exports_the_order(example: Place, warehouse: Simulator) -> None:
    """
    The Python program runs unchanged next to the example's files, and exports the order.
    """
    (program,) = [block.text for block in blocks(README, "python") if block.name is None]
    (example.folder / "program.py").write_text(program, encoding="utf-8")

    assert "Success ()\n" == example.run("python program.py")
    assert ["WEB-1001"] == [order.order_id for order in warehouse.received()]


def test_the_vendors_distribution_exports_an_order(tmp_path: Path, httpserver: HTTPServer) -> None:
    """
    The example's connector is built, installed and listed, and Acme gets order, token and key.
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

    connectors = json.loads(place.run("orderferry connectors --json"))
    (transition,) = json.loads(place.run("orderferry run --status New --json order.json"))

    assert [("acme", "orderferry-acme")] == [
        (connector["name"], connector["distribution"])
        for connector in connectors
        if connector["state"] == "configured"
    ]
    (export,) = transition["steps"][0]["exports"]
    assert "accepted" == export["state"]
    assert {"order": "4711"} == export["remoteIds"]
    ((request, _),) = httpserver.log
    assert "Bearer a token of Acme's" == request.headers["Authorization"]
    sent = json.loads(request.get_data())
    assert "WEB-1001" == sent["reference"]
    assert 36 == len(sent["key"])


def test_every_command_exists(tmp_path: Path) -> None:
    """
    Every command that the other tests do not run exists, with its options.
    """
    place = Place(README, tmp_path)
    lines = [line for block in blocks(README, "sh") for line in block.text.splitlines()]
    lines += [part for part in README.split("`") if part.startswith("orderferry ")]
    commands = {line.partition("#")[0].strip().removeprefix("venv/bin/") for line in lines}
    own = sorted(command for command in commands if command.startswith("orderferry "))
    assert own
    for command in own:
        assert place.run(f"{command} --help").startswith("Usage: orderferry")


@pytest.mark.parametrize("block", blocks(README, "python"), ids=lambda block: str(block.name))
def test_imported_names_exist(block: Block) -> None:
    """
    Each block of Python compiles, and each name that it imports exists.
    """
    for node in ast.walk(ast.parse(block.text)):
        if isinstance(node, ast.ImportFrom) and node.module:
            module = import_module(node.module)
            assert [] == [alias.name for alias in node.names if not hasattr(module, alias.name)]


def test_data_is_valid() -> None:
    """
    Each block of TOML or JSON can be parsed.
    """
    for block in blocks(README, "toml"):
        assert tomllib.loads(block.text)
    for block in blocks(README, "json"):
        assert json.loads(block.text)
