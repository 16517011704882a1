"""
`orderferry certify`: run the conformance suite on an installed connector.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orderferry.cli._command import FAILED, Command
from orderferry.cli._text import printable
from orderferry.errors import UsageError
from orderferry.orders import Order, read_order, write_json

if TYPE_CHECKING:
    from orderferry.testing import Certificate, Outcome

__all__ = ["command"]

_REQUIRED = ("pytest", "trustme")


@click.command("certify", cls=Command)
@click.argument("name", metavar="NAME")
@click.option(
    "--json",
    "json_file",
    metavar="FILE",
    type=click.Path(dir_okay=False, allow_dash=True),
    help="Write the certificate as JSON; with `-`, print it and nothing else on standard output.",
)
@click.option(
    "--order",
    "order_file",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An order that the target accepts, if it does not accept the built-in example.",
)
@click.option(
    "--simulator",
    metavar="MODULE:CLASS",
    help="The target; by default, the simulator installed under the connector's name.",
)
@click.option(
    "--only",
    metavar="GUARANTEE",
    multiple=True,
    help="Try only this guarantee (repeatable). The others are not tried, so the connector is not "
    "certified.",
)
@click.pass_context
def command(
    ctx: click.Context,
    *,
    name: str,
    json_file: str | None,
    order_file: Path | None,
    simulator: str | None,
    only: tuple[str, ...],
) -> None:
    """
    Run the conformance suite on an installed connector.

    The suite sends orders to the connector's simulator through a proxy that injects network
    faults. Each guarantee is proven, failed, or not offered, with the reason. If the machine is too
    slow to test a guarantee, it is not tried.

    The exit code is 0 if no guarantee failed, 1 if a guarantee failed or was not tried, and 2 if
    there is no such connector, simulator or guarantee, or the extra `testing` is not installed.
    """
    order = None if order_file is None else read_order(order_file.read_bytes())
    certificate = _certify(name, simulator, order, only)
    if json_file is not None:
        with click.open_file(json_file, "wb") as out:
            out.write(write_json(certificate.document(), indent=2) + b"\n")
    if json_file != "-":
        _print(certificate, only)
    ctx.exit(0 if _is_good(certificate, only) else FAILED)


def _is_good(certificate: Certificate, only: Collection[str]) -> bool:
    """
    Whether each selected guarantee was tried, and none failed.
    """
    return all(
        outcome.result.value in ("proven", "not offered")
        for outcome in _selected(certificate, only)
    )


def _selected(certificate: Certificate, only: Collection[str]) -> list[Outcome]:
    return [
        outcome for outcome in certificate.outcomes if not only or outcome.guarantee.name in only
    ]


def _certify(
    name: str, simulator: str | None, order: Order | None, only: Collection[str]
) -> Certificate:
    missing = [package for package in _REQUIRED if find_spec(package) is None]
    if missing:
        raise UsageError(
            f"certify needs {' and '.join(missing)}: pip install 'orderferry[testing]'"
        )
    from orderferry.testing import certify

    return certify(name, simulator=simulator, order=order, only=only)


def _print(certificate: Certificate, only: Collection[str]) -> None:
    from orderferry.cli._table import Line, print_table, standard_output

    target = certificate.target
    software = f"third-party software {target.software}" if target.software else "its simulator"
    distribution = f"{certificate.distribution} {certificate.version}"
    click.echo(
        printable(
            f"{certificate.connector} ({distribution}, hook API {certificate.hook_api}) "
            f"against {software}, {target.name}"
        )
    )
    date = f"{certificate.date:%Y-%m-%d %H:%M} UTC"
    click.echo(f"orderferry {certificate.core}, Python {certificate.python}, {date}\n")
    rows = [
        Line((outcome.guarantee.name, outcome.result.value), tuple(map(printable, _notes(outcome))))
        for outcome in _selected(certificate, only)
    ]
    print_table(("Guarantee", "Result"), rows, standard_output())
    counts = Counter(outcome.result.value for outcome in certificate.outcomes)
    summary = ", ".join(
        f"{counts[result]} {result}"
        for result in ("proven", "not offered", "not tried", "failed")
        if result != "not tried" or not certificate.complete
    )
    verdict = "passed" if certificate.passed else "is not certified" if only else "failed"
    click.echo(f"\n{certificate.connector} {verdict}: {summary}.")


def _notes(outcome: Outcome) -> list[str]:
    lines = [line.strip() for line in outcome.detail.splitlines() if line.strip()]
    return [outcome.guarantee.sentence, *(f"- {line}" for line in lines)]
