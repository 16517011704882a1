"""
Tests of `orderferry.cli._group`.
"""

import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version

import click
import pytest
from click.testing import CliRunner

from orderferry.cli import main
from orderferry.cli._group import COMMANDS


@pytest.fixture(scope="module")
def helped() -> subprocess.CompletedProcess[str]:
    """
    `python -m orderferry --help`; what it imports is on standard error.
    """
    program = [sys.executable, "-X", "importtime", "-m", "orderferry", "--help"]
    return subprocess.run(program, capture_output=True, text=True, check=True)


def test_the_help_loads_no_command(helped: subprocess.CompletedProcess[str]) -> None:
    """
    The help imports only the group itself, neither commands nor rich nor a database library.
    """
    names = {line.rpartition("|")[2].strip() for line in helped.stderr.splitlines()}

    rooms = {name for name in names if name.startswith("orderferry.")}
    assert {"orderferry.cli", "orderferry.cli._group", "orderferry.lazy"} == rooms
    assert not names & {"rich", "sqlalchemy", "alembic", "psycopg"}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_of_the_help_is_the_commands_own(name: str) -> None:
    """
    The line in the help is the first line of the command's docstring.
    """
    with click.Context(main) as ctx:
        command = main.get_command(ctx, name)

    assert command is not None
    assert name == command.name
    assert COMMANDS[name][1] == command.get_short_help_str(limit=200)


def test_the_help_lists_every_command() -> None:
    """
    The help contains the name and the line of every command.
    """
    output = CliRunner().invoke(main, ["--help"]).output
    text = " ".join(output.split())

    assert [] == [name for name in COMMANDS if f"  {name} " not in output]
    assert [] == [line for _, line in COMMANDS.values() if line not in text]


def options(command: click.Command) -> Iterator[click.Option]:
    """
    The options of a command and of its subcommands.
    """
    yield from (parameter for parameter in command.params if isinstance(parameter, click.Option))
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            subcommand = command.get_command(context, name)
            assert subcommand is not None
            yield from options(subcommand)


def test_the_help_says_which_options_are_repeatable() -> None:
    """
    An option's help says that it is repeatable if the option may be passed several times.
    """
    is_repeatable = {option for option in options(main) if option.multiple}

    assert is_repeatable
    assert is_repeatable == {
        option for option in options(main) if "(repeatable)" in (option.help or "")
    }


def test_an_unknown_command_is_wrong_usage() -> None:
    """
    An unknown command is exit code 2.
    """
    result = CliRunner().invoke(main, ["sail"])

    assert 2 == result.exit_code
    assert "sail" in result.output


def test_the_version_is_the_distributions() -> None:
    """
    The option --version prints the installed distribution's version.
    """
    result = CliRunner().invoke(main, ["--version"])

    assert f"orderferry, version {version('orderferry')}\n" == result.output


def test_the_package_runs_as_a_module(helped: subprocess.CompletedProcess[str]) -> None:
    """
    `python -m orderferry` is the same program.
    """
    assert helped.stdout.startswith("Usage: orderferry ")
