"""
Options that several commands share, and the type of times.
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
    "format_time",
    "instance_options",
    "json_option",
    "limit_option",
    "operator_options",
    "orders_argument",
    "shipment_option",
    "since_option",
    "verbose_option",
    "wait_options",
    "yes_option",
]

_AGO = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def format_time(moment: datetime | None) -> str:
    """
    The time in UTC, to the second; an empty text for `None`.
    """
    return "" if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z"


if TYPE_CHECKING:
    _MomentType = click.ParamType[datetime]
else:
    _MomentType = click.ParamType  # not generic in click 8.2


class _Moment(_MomentType):
    """
    A time such as `2026-11-24T12:00:00Z`, or how long ago it was, such as `2h`.
    """

    name = "time"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """
        Convert the text to a time in UTC; a time without a zone is in UTC.
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
                f"{text!r} is not a time: give one such as 2026-11-24T12:00:00Z, or how long ago it"
                " was, such as 30m, 2h or 1d",
                param,
                ctx,
            )
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


MOMENT = _Moment()
"""The type of options whose value is a time."""


Decorated = TypeVar("Decorated", bound=Callable[..., object])


def _log_to_standard_error(ctx: click.Context, parameter: click.Parameter, value: int) -> None:
    """
    Log orderferry's own loggers only: they hide secrets, and a library's may not.
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
    help="The configuration file.",
)

shipment_option = click.option(
    "--shipment", "shipment_id", metavar="ID", help="The shipment; by default, the whole order."
)

verbose_option = click.option(
    "-v",
    "--verbose",
    count=True,
    expose_value=False,
    callback=_log_to_standard_error,
    help="Log to standard error; -vv logs more.",
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
    "--limit", type=click.IntRange(min=0), metavar="N", help="Print at most the last N."
)

yes_option = click.option("--yes", is_flag=True, help="Confirm without a prompt.")

since_option = click.option(
    "--since",
    type=MOMENT,
    metavar="T",
    help="Only exports that changed since this time (UTC unless it has a zone), or in this last"
    " period: 30m, 2h, 1d.",
)


def _user_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may have no name for its user
        return "somebody"


def operator_options(default: str | None = None) -> Callable[[Decorated], Decorated]:
    """
    The options --reason and --user, which the history of an order records.

    Args:
        default: The default reason; if it is `None`, the option --reason is required.
    """
    text = "The reason, for the history."

    def decorate(function: Decorated) -> Decorated:
        if default is None:
            reason = click.option("--reason", required=True, metavar="R", help=text)
        else:
            reason = click.option(
                "--reason", default=default, show_default=True, metavar="R", help=text
            )
        user = click.option(
            "--user",
            default=_user_name,
            show_default="the logged-in user",
            metavar="U",
            help="The operator, for the history.",
        )
        return reason(user(function))

    return decorate


def instance_options(*, required: bool = False) -> Callable[[Decorated], Decorated]:
    """
    The options --connector and --connector-id, which name an instance.
    """

    def decorate(function: Decorated) -> Decorated:
        function = click.option(
            "--connector-id", metavar="I", help="The instance's id, if there are several."
        )(function)
        return click.option(
            "--connector", required=required, metavar="N", help="The connector's name."
        )(function)

    return decorate


def wait_options(function: Decorated) -> Decorated:
    """
    The options --wait and --no-wait; `wait` is `None` to wait for the first attempt only.
    """
    function = click.option(
        "--wait",
        type=click.FloatRange(min=0),
        metavar="S",
        help="Wait up to S seconds for each export to finish, beyond its first attempt.",
    )(function)
    return click.option(
        "--no-wait",
        is_flag=True,
        callback=_check_no_wait,
        help="Do not deliver or wait; a worker delivers the exports.",
    )(function)


def _check_no_wait(ctx: click.Context, parameter: click.Parameter, value: bool) -> bool:
    if value and ctx.params.get("wait") is not None:
        raise click.UsageError("--wait and --no-wait contradict each other")
    return value
