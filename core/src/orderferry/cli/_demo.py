"""
`orderferry demo`: export example orders to simulators of the installed connectors.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from attrs import frozen
from rich.cells import chop_cells
from rich.console import Console
from rich.text import Text

from orderferry.cli._command import FAILED, Command
from orderferry.cli._options import verbose_option
from orderferry.cli._results import Results
from orderferry.cli._starter import starter_workflow
from orderferry.cli._table import console
from orderferry.cli._text import printable
from orderferry.cli._toml import toml_key, toml_value
from orderferry.connectors import Catalogue, Received, Simulator
from orderferry.orders import write_json
from orderferry.runtime import Ferry

__all__ = ["EXAMPLES", "INVALID", "RunningSimulator", "command", "example_orders", "run_simulators"]

EXAMPLES = ("web-1001", "web-1002", "web-1003", "web-1004")
INVALID = "web-1004"
"""The example that shows a failure: its id is too long, and one quantity is below zero."""


@frozen
class RunningSimulator:
    """
    A running simulator, and the connector whose target it simulates.
    """

    connector: str
    simulator: Simulator


@contextmanager
def run_simulators(
    names: Sequence[str], simulators: Catalogue
) -> Iterator[tuple[Path, list[RunningSimulator]]]:
    """
    Start the simulators, and write a configuration for them into a temporary folder.

    Args:
        names: The connectors, in the order in which the workflow names them.
        simulators: The installed simulators.

    Yields:
        The configuration's path, and the simulators. Afterwards they are stopped, and the folder is
        removed.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="orderferry-demo-")))
        running = []
        for name in names:
            simulator: Simulator = simulators.find(name).load()()
            # A start that fails may have opened a socket or started a thread, which stop ends.
            stack.callback(simulator.stop)
            simulator.start()
            running.append(RunningSimulator(name, simulator))
        config = folder / "orderferry.toml"
        config.write_text(_config(running), encoding="utf-8")
        (folder / "workflow.json").write_bytes(write_json(starter_workflow(names), indent=2))
        yield config, running


def example_orders() -> dict[str, bytes]:
    """
    The packaged example orders, by name.
    """
    folder = files("orderferry.cli") / "_examples"
    return {name: (folder / f"{name}.json").read_bytes() for name in EXAMPLES}


def _config(running: Sequence[RunningSimulator]) -> str:
    lines = ["[runtime]", 'workflow = "workflow.json"']
    for target in running:
        lines += ["", "[[connector]]", f"name = {toml_value(target.connector)}"]
        lines += ["", "[connector.settings]"]
        settings = target.simulator.settings
        lines += [f"{toml_key(name)} = {toml_value(value)}" for name, value in settings.items()]
    return "\n".join(lines) + "\n"


SHOWN_LINES = 3


@click.command("demo", cls=Command)
@verbose_option
@click.pass_context
def command(ctx: click.Context) -> None:
    """
    Export example orders to simulators of the installed connectors.

    The simulators listen on free ports of this machine, and are stopped afterwards. One of the
    orders is invalid, to show a rejection.
    """
    connectors, simulators = Catalogue.installed(), Catalogue.installed("orderferry.simulators")
    names = [name for name in connectors.names if name in simulators.names]
    if not names:
        click.echo(
            "No connector with a simulator is installed. Install one next to orderferry, such as:\n"
            "  pip install orderferry-erp-sap\n"
            "or from wheels: pip install dist/*.whl",
            err=True,
        )
        ctx.exit(FAILED)
    results = Results()
    click.echo(f"Running example orders against simulators of {', '.join(names)}.\n")
    with run_simulators(names, simulators) as (config, running):
        # The environment is empty, so that no proxy is used.
        with Ferry.from_config(config, environment={}) as ferry:
            succeeded = _run(ferry, results)
        results.print_table()
        out = console()
        for target in running:
            _print_received(target, out)
    click.echo(
        "\nEverything has been cleaned up. To connect your own systems, run: orderferry init"
    )
    ctx.exit(0 if succeeded else FAILED)


def _run(ferry: Ferry, results: Results) -> bool:
    """
    Run the examples, and return whether all but the invalid one succeeded.
    """
    succeeded = True
    for name, data in example_orders().items():
        (order,) = ferry.read_orders(data)
        results.run(ferry, order, "New", shipment_id=None, test=False)
        succeeded = succeeded and (name == INVALID or not results.failed)
    results.settle(ferry)
    return succeeded


def _print_received(target: RunningSimulator, out: Console) -> None:
    address = target.simulator.address
    place = "its folder" if address is None else "{}:{}".format(*address)
    received = target.simulator.received()
    count = "1 document" if len(received) == 1 else f"{len(received)} documents"
    out.print()
    out.print(Text(f"{target.connector} at {place} received {count}", style="bold"))
    for document in received:
        out.print(Text(f"  {printable(_title(document))}"), soft_wrap=True)
        _print_start(document.content, out)


def _title(document: Received) -> str:
    shipment = f", shipment {document.shipment_id}" if document.shipment_id else ""
    return f"order {document.order_id}{shipment}: {document.remote_id}"


def _print_start(content: bytes, out: Console) -> None:
    """
    Print the first lines of a document, folded to the terminal's width.
    """
    width = max(out.width - 4, 1)
    text = content.decode("utf-8", "replace")
    lines = [
        line for part in text.splitlines() if part for line in chop_cells(printable(part), width)
    ]
    for line in lines[:SHOWN_LINES]:
        out.print(Text(f"    {line}", style="dim"), soft_wrap=True)
    if len(lines) > SHOWN_LINES:
        out.print(Text(f"    ... and {len(lines) - SHOWN_LINES} more lines"))
