"""
The command line, read from click's own objects.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping
from itertools import pairwise

import click

from orderferry.cli import _command, main

from ._markdown import code, fenced, heading, slug, table

__all__ = ["all_commands", "command_anchor", "commands", "exit_codes"]


def all_commands() -> dict[str, click.Context]:
    """
    Every command by its full name, `orderferry exports list` and so on, groups before their own.
    """

    def walk(context: click.Context) -> Iterator[tuple[str, click.Context]]:
        yield context.command_path, context
        for name, command in _inner(context):
            yield from walk(click.Context(command, info_name=name, parent=context))

    return dict(walk(click.Context(main, info_name="orderferry", **main.context_settings)))


def _inner(context: click.Context) -> Iterator[tuple[str, click.Command]]:
    if isinstance(context.command, click.Group):
        for name in context.command.list_commands(context):
            found = context.command.get_command(context, name)
            if found is not None and not found.hidden:
                yield name, found


def command_anchor(name: str) -> str:
    """
    Where a page may link to.
    """
    return f"command-{slug(name)}"


def commands(arguments: list[str], texts: Mapping[str, str]) -> str:
    """
    A section a command.
    """
    return "\n".join(p for name, each in all_commands().items() for p in _section(name, each))


def _section(name: str, context: click.Context) -> Iterator[str]:
    yield heading(1, code(name), command_anchor(name))
    usage = " ".join(context.get_usage().removeprefix("Usage: ").split())
    yield fenced(usage, "text")
    yield _paragraphs(context.command.help or "")
    inner = [
        (f"[{code(each)}](#{command_anchor(f'{name} {each}')})", command.get_short_help_str(200))
        for each, command in _inner(context)
    ]
    yield table(("Command", "What it does"), inner)
    parameters = context.command.get_params(context)
    rows = [row for each in parameters for row in _row(each, context)]
    yield table(("Option", "Takes", "What it is"), rows)


def _paragraphs(text: str) -> str:
    """
    The help, without click's marks for text that is not to be broken.
    """
    return inspect.cleandoc(text).replace("\b\n", "").replace("\f", "") + "\n"


def _row(parameter: click.Parameter, context: click.Context) -> Iterator[tuple[str, str, str]]:
    if isinstance(parameter, click.Option):
        if parameter.hidden:
            return
        names = ", ".join(code(each) for each in (*parameter.opts, *parameter.secondary_opts))
        yield names, _takes(parameter, context), _about(parameter, context)
    else:
        text = getattr(parameter, "help", None) or ""
        yield code(parameter.make_metavar(context)), "argument", text


def _takes(option: click.Option, context: click.Context) -> str:
    if option.is_flag:
        return "-"
    if option.count:
        return "may be repeated"
    if isinstance(option.type, click.Choice):
        return ", ".join(code(str(each)) for each in option.type.choices)
    return code(option.make_metavar(context))


def _about(option: click.Option, context: click.Context) -> str:
    parts = [option.help or ""]
    if option.required:
        parts.append("Required.")
    if option.multiple:
        parts.append("May be given several times.")
    if isinstance(option.show_default, str):
        parts.append(f"Default: {option.show_default}.")
    elif option.show_default and option.default is not None:
        parts.append(f"Default: {option.default}.")
    return " ".join(part for part in parts if part)


def exit_codes(arguments: list[str], texts: Mapping[str, str]) -> str:
    """
    The exit codes, as their module explains them.
    """
    rows = [("0", "All went well.")]
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
