"""
Options that several commands share, and the types of their values.
"""

from __future__ import annotations

import getpass
import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

__all__ = [
    "MOMENT",
    "config_option",
    "instance_options",
    "json_option",
    "limit_option",
    "orders_argument",
    "person_options",
    "shipment_option",
    "shown",
    "since_option",
    "verbose_option",
    "wait_options",
    "yes_option",
]

_AGO = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def shown(moment: datetime | None) -> str:
    """
    A time for people, in UTC and to the second; empty where there is none.
    """
    return "" if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z"


if TYPE_CHECKING:
    _MomentType = click.ParamType[datetime]
else:
    _MomentType = click.ParamType  # not generic in click 8.2


class _Moment(_MomentType):
    """
    A time, or how long ago: `2026-11-24T12:00:00Z`, `2h`.
    """

    name = "time"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """
        The time in UTC; one without a zone is in UTC already.
        """
        if isinstance(value, datetime):
            return value
        text = str(value).strip()
        ago = _AGO.fullmatch(text)
        try:
            if ago is not None:
                return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: float(ago[1])})
            moment = datetime.fromisoformat(text)
        except (ValueError, OverflowError):
            self.fail(
                f"{text!r} is no time: give one such as 2026-11-24T12:00:00Z, or how long ago it"
                " was, such as 30m, 2h or 1d",
                param,
                ctx,
            )
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


MOMENT = _Moment()
"""The type of options that are a time."""


Decorated = TypeVar("Decorated", bound=Callable[..., object])


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

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")

limit_option = click.option(
    "--limit", type=click.IntRange(min=0), metavar="N", help="The last N at most."
)

yes_option = click.option("--yes", is_flag=True, help="Do not ask.")

since_option = click.option(
    "--since",
    type=MOMENT,
    metavar="T",
    help="Changed since a time (in UTC, unless it has a zone), or for so long: 30m, 2h, 1d.",
)


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may have no name for its user
        return "somebody"


def person_options(default: str | None = None) -> Callable[[Decorated], Decorated]:
    """
    Who acts, and why.

    Args:
        default: The reason, where none is given; without a default there must be one.
    """
    why = "Why, for the history."

    def decorate(function: Decorated) -> Decorated:
        if default is None:
            reason = click.option("--reason", required=True, metavar="R", help=why)
        else:
            reason = click.option(
                "--reason", default=default, show_default=True, metavar="R", help=why
            )
        who = click.option(
            "--user",
            default=_who,
            show_default="who is logged in",
            metavar="U",
            help="Who acts, for the history.",
        )
        return reason(who(function))

    return decorate


def instance_options(*, required: bool = False) -> Callable[[Decorated], Decorated]:
    """
    A connector, and one of its instances.
    """

    def decorate(function: Decorated) -> Decorated:
        function = click.option(
            "--connector-id", metavar="I", help="The instance, where there are several."
        )(function)
        return click.option(
            "--connector", required=required, metavar="N", help="The connector's name."
        )(function)

    return decorate


def wait_options(function: Decorated) -> Decorated:
    """
    How long to wait for what is delivered: the command gets `wait`, `None` for the first attempt.
    """
    function = click.option(
        "--wait",
        type=click.FloatRange(min=0),
        metavar="S",
        help="Wait up to S seconds for each export to be finished, not only tried once.",
    )(function)
    return click.option(
        "--no-wait",
        is_flag=True,
        callback=_not_with_wait,
        help="Leave the delivering to others.",
    )(function)


def _not_with_wait(ctx: click.Context, parameter: click.Parameter, value: bool) -> bool:
    if value and ctx.params.get("wait") is not None:
        raise click.UsageError("--wait and --no-wait contradict each other")
    return value
