"""
The command line: `orderferry`.

Each command is a module of its own, loaded when it is called, so that `orderferry --help` costs
little more than click.
"""

from orderferry.cli._group import main

__all__ = ["main"]
