"""
SAP's own metadata of the sales order service, served by SAP CAP in its own process.

CAP checks types, lengths, digits, unknown properties and keys by SAP's metadata, and performs the
deep insert. The CSRF handshake and the number range are not CAP's. This does not show business
rules, authorizations, `sap:creatable`, or SAP's own message codes.
"""

from __future__ import annotations

import json
import re
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread, Timer
from typing import IO, Any
from urllib.parse import quote
from urllib.request import Request, urlopen

from attrs import frozen

__all__ = ["PASSWORD", "USER", "SapCap", "serve"]

USER = "COMM_USER"
PASSWORD = "comm-user-secret"

_LISTENS = re.compile(r"server listening on .*'http://localhost:(\d+)'")
_SERVICE = "/sap/opu/odata/sap/API_SALES_ORDER_SRV"
_SECONDS = 60.0


@frozen
class SapCap:
    """
    The running service.

    Attributes:
        base_url: Its address, for the connector's setting.
    """

    base_url: str

    def read(self, sales_order: str, *expand: str) -> dict[str, Any]:
        """
        Read a sales order and its parts, with another client than the connector's.

        Args:
            sales_order: SAP's number of the sales order.
            expand: Paths of the navigations to the parts.
        """
        path = f"{_SERVICE}/A_SalesOrder('{sales_order}')?$expand={quote(','.join(expand))}"
        user = b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        headers = {"Authorization": f"Basic {user}", "Accept": "application/json"}
        with urlopen(Request(self.base_url + path, headers=headers), timeout=30) as response:
            document: dict[str, Any] = json.load(response)["d"]
        return document


def _port(output: IO[str]) -> int:
    """
    Wait until the service listens, and return its port.
    """
    lines: list[str] = []
    for line in output:
        lines.append(line)
        match = _LISTENS.search(line)
        if match:
            return int(match[1])
    raise RuntimeError(f"SAP CAP ended before it listened:\n{''.join(lines)}")


@contextmanager
def serve(folder: Path) -> Iterator[SapCap]:
    """
    The service on a free port, while the context is open.

    Args:
        folder: The folder of the service, with its npm packages installed.
    """
    command = ["node", "node_modules/@sap/cds/bin/serve.js", "--port", "0"]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        watchdog = Timer(_SECONDS, process.kill)
        watchdog.start()
        try:
            port = _port(process.stdout)
            watchdog.cancel()
            Thread(target=process.stdout.read, daemon=True).start()
            yield SapCap(f"http://127.0.0.1:{port}")
        finally:
            watchdog.cancel()
            process.terminate()
