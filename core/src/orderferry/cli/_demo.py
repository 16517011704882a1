"""
`orderferry demo`.
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

__all__ = ["EXAMPLES", "REFUSED", "Played", "command", "examples", "stage"]

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


SHOWN_LINES = 3


@click.command("demo", cls=Command)
@verbose_option
@click.pass_context
def command(ctx: click.Context) -> None:
    """
    Export example orders to simulators of the installed connectors.

    The simulators listen on free ports of this machine, and everything is gone afterwards. One of
    the orders is bad, so that a refusal can be seen.
    """
    connectors, simulators = Catalogue.installed(), Catalogue.installed("orderferry.simulators")
    names = [name for name in connectors.names if name in simulators.names]
    if not names:
        click.echo(
            "No connector with a simulator is installed. Install one beside orderferry, such as:\n"
            "  pip install orderferry-erp-sap\n"
            "or from wheels: pip install dist/*.whl",
            err=True,
        )
        ctx.exit(FAILED)
    results = Results()
    click.echo(f"Example orders enter the status New; simulators of {', '.join(names)} listen.\n")
    with stage(names, simulators) as (config, played):
        # An empty environment: no proxy stands between this machine and itself.
        with Ferry.from_config(config, environment={}) as ferry:
            good = _run(ferry, results)
        results.print_table()
        out = console()
        for each in played:
            _print_received(each, out)
    click.echo("\nAll of it is gone again. To begin with systems of your own: orderferry init")
    ctx.exit(0 if good else FAILED)


def _run(ferry: Ferry, results: Results) -> bool:
    """
    Run the examples; whether all went well but the one that is to be refused.
    """
    good = True
    for name, data in examples().items():
        (order,) = ferry.read_orders(data)
        results.run(ferry, order, "New", shipment_id=None, test=False)
        good = good and (name == REFUSED or not results.failed)
    results.settle(ferry)
    return good


def _print_received(played: Played, out: Console) -> None:
    address = played.simulator.address
    where = "its folder" if address is None else "{}:{}".format(*address)
    received = played.simulator.received()
    count = "1 document" if len(received) == 1 else f"{len(received)} documents"
    out.print()
    out.print(Text(f"{played.connector} at {where} received {count}", style="bold"))
    for each in received:
        out.print(Text(f"  {printable(_title(each))}"), soft_wrap=True)
        _print_start(each.content, out)


def _title(received: Received) -> str:
    shipment = f", shipment {received.shipment_id}" if received.shipment_id else ""
    return f"order {received.order_id}{shipment}: {received.remote_id}"


def _print_start(content: bytes, out: Console) -> None:
    """
    The first lines of a document, folded where they are longer than the terminal is wide.
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
