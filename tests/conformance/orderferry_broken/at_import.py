"""
A connector whose module opens a connection when it is imported.
"""

from __future__ import annotations

import socket
from contextlib import suppress

from .good import Good

__all__ = ["ConnectsAtImport"]

with suppress(OSError):  # no server listens on that port, and a test sends nothing elsewhere
    socket.create_connection(("127.0.0.1", 9), timeout=1).close()


class ConnectsAtImport(Good):
    """
    Connects to a server when its module is imported.
    """
