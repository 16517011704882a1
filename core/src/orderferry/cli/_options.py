"""
The options and arguments that several commands share.
"""

from __future__ import annotations

import logging
from pathlib import Path

import click

__all__ = ["config_option", "orders_argument", "shipment_option", "verbose_option"]


def _log_to_standard_error(ctx: click.Context, parameter: click.Parameter, value: int) -> None:
    """
    Only our own loggers: they hide secrets, and a library's may not.
    """
    if value:
        logging.basicConfig(format="%(levelname)s %(name)s %(message)s")
        logging.getLogger("orderferry").setLevel(logging.INFO if value == 1 else logging.DEBUG)


config_option = click.option(
    "--config",
    type=click.Path(path_type=Path),
    default=Path("orderferry.toml"),
    show_default="orderferry.toml",
    metavar="FILE",
    help="The configuration.",
)

shipment_option = click.option(
    "--shipment", "shipment_id", metavar="ID", help="The shipment; without it, the whole order."
)

verbose_option = click.option(
    "-v",
    "--verbose",
    count=True,
    expose_value=False,
    callback=_log_to_standard_error,
    help="Log to standard error; twice for more.",
)

orders_argument = click.argument(
    "orders",
    nargs=-1,
    required=True,
    metavar="ORDER.json...",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True),
)
