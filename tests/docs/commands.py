"""
The commands and options of the command line, and the faults of a page's commands.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from functools import cache

import click

from orderferry.cli import main

__all__ = [
    "command_named",
    "command_paths",
    "context_of",
    "option_faults",
    "options_of",
    "session_faults",
    "words_faults",
]

PROGRAM = "orderferry"
_SEPARATORS = set("|;&<>()")
_STARTERS = {"env", "exec", "flock", "nice", "nohup", "sudo", "time", "timeout", "watch", "xargs"}
"""Programs whose arguments are another command."""


def context_of(path: tuple[str, ...]) -> click.Context:
    """
    A command's context, below those of its groups: click caches what it reads from the first one.
    """
    context = click.Context(main, info_name=PROGRAM, **main.context_settings)
    for name in path:
        assert isinstance(context.command, click.Group)
        command = context.command.get_command(context, name)
        assert command is not None
        context = click.Context(command, info_name=name, parent=context)
    return context


@cache
def command_paths() -> frozenset[tuple[str, ...]]:
    """
    Every command as its words after the program's name; the program itself is the empty path.
    """

    def walk(path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        yield path
        context = context_of(path)
        if isinstance(context.command, click.Group):
            for name in context.command.list_commands(context):
                yield from walk((*path, name))

    return frozenset(walk(()))


def command_named(span: str) -> tuple[str, ...] | None:
    """
    The command with which a span begins, with or without the program's name; None if there is
    none.
    """
    program, *words = span.split()
    if program != PROGRAM:
        words = [program, *words]
    path = max((path for path in command_paths() if path == tuple(words[: len(path)])), key=len)
    return path if path or (program == PROGRAM and words) else None


@cache
def options_of(path: tuple[str, ...]) -> dict[str, click.Option]:
    """
    The options of a command and of the groups above it, by name.
    """
    options: dict[str, click.Option] = {}
    for length in range(len(path) + 1):
        context = context_of(path[:length])
        for option in context.command.get_params(context):
            if isinstance(option, click.Option):
                options |= dict.fromkeys((*option.opts, *option.secondary_opts), option)
    return options


def option_faults(path: tuple[str, ...], words: list[str]) -> Iterator[str]:
    """
    Find options that a command does not have, and values that an option does not accept.
    """
    options = options_of(path)
    values = iter(words)
    for word in values:
        name, _, value = word.partition("=")
        if not name.startswith("-") or name in {"-", "--"} or name[1:2].isdigit():
            continue
        option = options.get(name)
        if option is None:
            yield f"{' '.join((PROGRAM, *path))} has no option {name}"
        elif not (option.is_flag or option.count):
            argument = value or next(values, "")
            choices = option.type.choices if isinstance(option.type, click.Choice) else ()
            if (
                choices
                and argument
                and not argument.isupper()
                and argument not in map(str, choices)
            ):
                yield f"{' '.join((PROGRAM, *path))} {name} does not accept {argument}"


def words_faults(words: list[str]) -> Iterator[str]:
    """
    Find the faults of one command, which begins with the program's name or a command's.
    """
    rest = words[1:] if words[0] == PROGRAM else words
    path: tuple[str, ...] = ()
    while rest and (*path, rest[0]) in command_paths():
        path, rest = (*path, rest[0]), rest[1:]
    is_group = any(
        len(path) < len(longer) and path == longer[: len(path)] for longer in command_paths()
    )
    if is_group and rest and not rest[0].startswith("-"):
        yield f"{' '.join((PROGRAM, *path))} has no command {rest[0]}"
        return
    yield from option_faults(path, rest)


def session_faults(line: str) -> Iterator[str]:
    """
    Find the faults of the commands in a line of shell.
    """
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|;&<>()")
    lexer.whitespace_split = True
    lexer.commenters = "#"
    words: list[str] = []
    for token in (*lexer, ";"):
        if not set(token) <= _SEPARATORS:
            words.append(token)
            continue
        words = [word for word in words if "=" not in word or word.startswith("-")]
        starts = [number for number, word in enumerate(words) if word.split("/")[-1] == PROGRAM]
        if starts and (words[0] in _STARTERS or words[starts[0] - 1] == "-m"):
            words = words[starts[0] :]
        if words and words[0].split("/")[-1] == PROGRAM:
            yield from words_faults([PROGRAM, *words[1:]])
        words = []
