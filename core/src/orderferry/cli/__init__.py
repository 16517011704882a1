"""
The command line: `orderferry`.

Each command is loaded only when it is called, so that `orderferry --help` imports little more than
click.
"""

from orderferry.cli._group import main

__all__ = ["main"]
