"""
Connectors that say their token.
"""

# ruff: noqa: D102 - a class says what is wrong with it

from __future__ import annotations

import logging

from orderferry import Context
from orderferry.errors import RejectedError

from .good import Good

__all__ = ["LeaksByPrint", "LeaksInError", "LeaksInLog", "LeaksInRecord"]


class LeaksInError(Good):
    """
    Has its token in the message of an error.
    """

    def create(self, content: bytes, context: Context) -> str:
        try:
            return super().create(content, context)
        except RejectedError as error:
            told = f"{error} (signed in with {self.settings.token.reveal()})"
            raise RejectedError(told) from None


class LeaksInLog(Good):
    """
    Writes its token to a logger of its own.
    """

    def create(self, content: bytes, context: Context) -> str:
        logging.getLogger(__name__).debug("signing in with %s", self.settings.token.reveal())
        return super().create(content, context)


class LeaksByPrint(Good):
    """
    Prints the header that it signs in with.
    """

    def create(self, content: bytes, context: Context) -> str:
        print("Authorization: Bearer", self.settings.token.reveal())  # noqa: T201 - the fault
        return super().create(content, context)


class LeaksInRecord(Good):
    """
    Tells the export's timeline of its request with the token in it.
    """

    def create(self, content: bytes, context: Context) -> str:
        header = f"Authorization: Bearer {self.settings.token.reveal()}".encode()
        context.record(header + b"\n\n" + content)
        return super().create(content, context)
