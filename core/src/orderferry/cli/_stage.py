"""
The stage of the demo: simulators on free ports, and a configuration that talks to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from attrs import frozen

from orderferry.cli._starter import starter_workflow
from orderferry.cli._toml import toml_key, toml_value
from orderferry.connectors import Catalogue, Simulator
from orderferry.orders import write_json

__all__ = ["EXAMPLES", "REFUSED", "Played", "examples", "stage"]

EXAMPLES = ("web-1001", "web-1002", "web-1003", "web-1004")
REFUSED = "web-1004"
"""The example that shows a failure: its id is too long, and one quantity is below zero."""


@frozen
class Played:
    """
    A running simulator, and the connector that it is for.
    """

    connector: str
    simulator: Simulator


@contextmanager
def stage(names: Sequence[str], simulators: Catalogue) -> Iterator[tuple[Path, list[Played]]]:
    """
    Start the simulators, and write a configuration for them into a temporary folder.

    Args:
        names: The connectors, in the order in which the workflow names them.
        simulators: The installed simulators.

    Yields:
        The configuration's path, and the simulators. All is gone afterwards.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="orderferry-demo-")))
        played = []
        for name in names:
            simulator: Simulator = simulators.find(name).load()()
            simulator.start()
            stack.callback(simulator.stop)
            played.append(Played(name, simulator))
        config = folder / "orderferry.toml"
        config.write_text(_config(played), encoding="utf-8")
        (folder / "workflow.json").write_bytes(write_json(starter_workflow(names), indent=2))
        yield config, played


def examples() -> dict[str, bytes]:
    """
    The packaged example orders by name.
    """
    folder = files("orderferry.cli") / "_examples"
    return {name: (folder / f"{name}.json").read_bytes() for name in EXAMPLES}


def _config(played: Sequence[Played]) -> str:
    lines = ["[runtime]", 'workflow = "workflow.json"']
    for each in played:
        lines += ["", "[[connector]]", f"name = {toml_value(each.connector)}"]
        lines += ["", "[connector.settings]"]
        settings = each.simulator.settings
        lines += [f"{toml_key(name)} = {toml_value(value)}" for name, value in settings.items()]
    return "\n".join(lines) + "\n"
