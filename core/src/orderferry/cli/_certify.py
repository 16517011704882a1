"""
`orderferry certify`: what an installed connector is worth, shown by the conformance suite.
"""

from __future__ import annotations

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

_NEEDED = ("pytest", "trustme")


@click.command("certify", cls=Command)
@click.argument("name", metavar="NAME")
@click.option(
    "--json",
    "json_file",
    metavar="FILE",
    type=click.Path(dir_okay=False, allow_dash=True),
    help="Write the certificate as JSON; `-` writes it to standard output, and nothing else.",
)
@click.option(
    "--order",
    "order_file",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An order that the target accepts, where it does not accept the built-in example.",
)
@click.option(
    "--simulator",
    metavar="MODULE:CLASS",
    help="The target; by default the simulator that is installed under the connector's name.",
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

    Orders are sent to its simulator through a proxy that makes every fault of a network. Each
    guarantee is proven, failed, or not offered, with the reason. Where the machine is too slow to
    tell, it is not tried.

    The exit code is 0 where nothing failed, 1 where a guarantee failed or could not be tried, and
    2 where there is no such connector, simulator or guarantee, or the extra `testing` is not
    installed.
    """
    order = None if order_file is None else read_order(order_file.read_bytes())
    certificate = _certified(name, simulator, order, only)
    if json_file is not None:
        with click.open_file(json_file, "wb") as out:
            out.write(write_json(certificate.document(), indent=2) + b"\n")
    if json_file != "-":
        _print(certificate, only)
    ctx.exit(0 if _is_good(certificate, only) else FAILED)


def _is_good(certificate: Certificate, only: Collection[str]) -> bool:
    """
    Whether all that was asked for was tried, and nothing failed.
    """
    asked = [each for each in certificate.outcomes if not only or each.guarantee.name in only]
    return all(each.result.value in ("proven", "not offered") for each in asked)


def _certified(
    name: str, simulator: str | None, order: Order | None, only: Collection[str]
) -> Certificate:
    missing = [each for each in _NEEDED if find_spec(each) is None]
    if missing:
        raise UsageError(
            f"certify needs {' and '.join(missing)}: pip install 'orderferry[testing]'"
        )
    from orderferry.testing import certify

    return certify(name, simulator=simulator, order=order, only=only)


def _print(certificate: Certificate, only: Collection[str]) -> None:
    from orderferry.cli._table import Line, page, print_table

    target, made = certificate.target, certificate
    software = f"foreign software {target.software}" if target.software else "its simulator"
    click.echo(
        printable(
            f"{made.connector} ({made.distribution} {made.version}, hook API {made.hook_api}) "
            f"against {software}, {target.name}"
        )
    )
    click.echo(f"orderferry {made.core}, Python {made.python}, {made.date:%Y-%m-%d %H:%M} UTC\n")
    rows = [
        Line((each.guarantee.name, each.result.value), tuple(map(printable, _notes(each))))
        for each in made.outcomes
        if not only or each.guarantee.name in only
    ]
    print_table(("Guarantee", "Result"), rows, page())
    counts = [
        f"{sum(each.result.value == result for each in made.outcomes)} {result}"
        for result in ("proven", "not offered", "not tried", "failed")
        if result != "not tried" or not made.complete
    ]
    word = "passed" if made.passed else "is not certified" if only else "failed"
    click.echo(f"\n{made.connector} {word}: {', '.join(counts)}.")


def _notes(outcome: Outcome) -> list[str]:
    told = [line.strip() for line in outcome.detail.splitlines() if line.strip()]
    return [outcome.guarantee.sentence, *(f"- {line}" for line in told)]
