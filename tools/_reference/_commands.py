"""
The commands and options of the command line, read from click's objects.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping
from itertools import pairwise

import click

from orderferry.cli import _command, main

from ._markdown import code, fence, heading, slug, table

__all__ = ["all_commands", "command_anchor", "commands", "exit_codes"]


def all_commands() -> dict[str, click.Context]:
    """
    Every command by its full name, such as `orderferry exports list`; groups come first.
    """

    def walk(context: click.Context) -> Iterator[tuple[str, click.Context]]:
        yield context.command_path, context
        for name, command in _inner(context):
            yield from walk(click.Context(command, info_name=name, parent=context))

    return dict(walk(click.Context(main, info_name="orderferry", **main.context_settings)))


def _inner(context: click.Context) -> Iterator[tuple[str, click.Command]]:
    if isinstance(context.command, click.Group):
        for name in context.command.list_commands(context):
            command = context.command.get_command(context, name)
            if command is not None and not command.hidden:
                yield name, command


def command_anchor(name: str) -> str:
    """
    The anchor of a command's section.
    """
    return f"command-{slug(name)}"


def commands(arguments: list[str], texts: Mapping[str, str]) -> str:
    """
    A section for each command.
    """
    return "\n".join(
        part for name, context in all_commands().items() for part in _section(name, context)
    )


def _section(name: str, context: click.Context) -> Iterator[str]:
    yield heading(1, code(name), command_anchor(name))
    usage = " ".join(context.get_usage().removeprefix("Usage: ").split())
    yield fence(usage, "text")
    yield _paragraphs(context.command.help or "")
    inner = [
        (f"[{code(word)}](#{command_anchor(f'{name} {word}')})", command.get_short_help_str(200))
        for word, command in _inner(context)
    ]
    yield table(("Command", "Description"), inner)
    parameters = context.command.get_params(context)
    rows = [row for parameter in parameters for row in _row(parameter, context)]
    yield table(("Option", "Value", "Description"), rows)


def _paragraphs(text: str) -> str:
    """
    A help text without click's marks for text that is not wrapped.
    """
    return inspect.cleandoc(text).replace("\b\n", "").replace("\f", "") + "\n"


def _row(parameter: click.Parameter, context: click.Context) -> Iterator[tuple[str, str, str]]:
    if isinstance(parameter, click.Option):
        if parameter.hidden:
            return
        names = ", ".join(code(option) for option in (*parameter.opts, *parameter.secondary_opts))
        yield names, _value(parameter, context), _description(parameter, context)
    else:
        text = getattr(parameter, "help", None) or ""
        yield code(parameter.make_metavar(context)), "argument", text


def _value(option: click.Option, context: click.Context) -> str:
    if option.is_flag:
        return "-"
    if option.count:
        return "repeatable"
    if isinstance(option.type, click.Choice):
        return ", ".join(code(str(choice)) for choice in option.type.choices)
    return code(option.make_metavar(context))


def _description(option: click.Option, context: click.Context) -> str:
    parts = [option.help or ""]
    if option.required:
        parts.append("Required.")
    if option.multiple and "repeatable" not in parts[0]:
        parts.append("Repeatable.")
    if isinstance(option.show_default, str):
        parts.append(f"Default: {option.show_default}.")
    elif option.show_default and option.default is not None:
        parts.append(f"Default: {option.default}.")
    return " ".join(part for part in parts if part)


def exit_codes(arguments: list[str], texts: Mapping[str, str]) -> str:
    """
    A table of the exit codes, with the texts of their module.
    """
    rows = [("0", "Success.")]
    body = ast.parse(inspect.getsource(_command)).body
    for node, after in pairwise(body):
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Constant)
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
        ):
            rows.append((str(node.value.value), str(after.value.value)))
    return table(("Exit code", "Meaning"), rows)
