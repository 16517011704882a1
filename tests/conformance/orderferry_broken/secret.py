"""
Connectors that disclose their token.
"""

# ruff: noqa: D102 - the class's docstring describes the fault

from __future__ import annotations

import logging

from orderferry import Context
from orderferry.errors import RejectedError

from .good import Good

__all__ = ["LeaksByPrint", "LeaksInError", "LeaksInLog", "LeaksInRecord"]


class LeaksInError(Good):
    """
    Puts its token into the message of an error.
    """

    def create(self, content: bytes, context: Context) -> str:
        try:
            return super().create(content, context)
        except RejectedError as error:
            message = f"{error} (signed in with {self.settings.token.reveal()})"
            raise RejectedError(message) from None


class LeaksInLog(Good):
    """
    Writes its token to its own logger.
    """

    def create(self, content: bytes, context: Context) -> str:
        logging.getLogger(__name__).debug("signing in with %s", self.settings.token.reveal())
        return super().create(content, context)


class LeaksByPrint(Good):
    """
    Prints its Authorization header.
    """

    def create(self, content: bytes, context: Context) -> str:
        print("Authorization: Bearer", self.settings.token.reveal())  # noqa: T201 - the fault
        return super().create(content, context)


class LeaksInRecord(Good):
    """
    Records its request on the export's timeline with the token in it.
    """

    def create(self, content: bytes, context: Context) -> str:
        header = f"Authorization: Bearer {self.settings.token.reveal()}".encode()
        context.record(header + b"\n\n" + content)
        return super().create(content, context)
