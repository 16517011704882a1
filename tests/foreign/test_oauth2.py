"""
The WMS connector gets tokens from a foreign token endpoint: npm's `oauth2-mock-server`.

This shows that the server accepts the connector's token requests, and that the connector accepts
its responses. It shows nothing about Manhattan's server: this one authenticates every user, and
does not check the client's secret.
"""

import json
import re
import shutil
import subprocess
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from orderferry.connectors import (
    Catalogue,
    Exporter,
    Finding,
    InstanceConfig,
    InstanceName,
    Instances,
    MemoryState,
)
from orderferry.connectors.http import Client

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def program() -> Path:
    """
    The server's program, which `make foreign` installs.
    """
    if shutil.which("node") is None:
        pytest.skip("no node: oauth2-mock-server cannot run")
    modules = ROOT / ".cache" / "oauth2" / "node_modules"
    if not (modules / "installed.json").exists():
        pytest.skip("oauth2-mock-server is not installed: `make foreign` installs it")
    return modules / "oauth2-mock-server" / "dist" / "oauth2-mock-server.js"


@pytest.fixture(scope="module")
def token_url(program: Path) -> Iterator[str]:
    """
    The token endpoint of a running server, on a free port.
    """
    with subprocess.Popen(
        ["node", str(program), "-a", "127.0.0.1", "-p", "0"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            matches = (re.search(r"listening on (http://\S+)", line) for line in process.stdout)
            address = next(match[1] for match in matches if match)
            yield f"{address}/token"
        finally:
            process.kill()


@pytest.fixture
def orders(httpserver: HTTPServer) -> HTTPServer:
    """
    A server that answers every search with an empty envelope, and logs the requests.
    """
    path = "/dcorder/api/dcorder/originalOrder/search"
    answer = {"success": True, "header": {"totalCount": 0}, "data": []}
    httpserver.expect_request(path, method="POST").respond_with_json(answer)
    return httpserver


def _exporter(token_url: str, base_url: str, client: Client, grant: str) -> Exporter:
    settings: dict[str, object] = {
        "base_url": base_url,
        "token_url": token_url,
        "grant": grant,
        "client_id": "warehouse",
        "client_secret": "client-secret",
        "organization": "ORG",
        "facility": "DC01",
    }
    if grant == "password":
        settings |= {"username": "integration", "password": "user-password"}
    instances = Instances(
        [InstanceConfig(name="wms_manhattan", settings=settings)],
        catalogue=Catalogue.installed(),
        environment={},
        state=lambda name: MemoryState(),
        http=client,
    )
    return instances.exporter(InstanceName("wms_manhattan", "default"))


def _claims(orders: HTTPServer) -> list[dict[str, object]]:
    """
    The claims in the bearer token of each request.
    """
    claims = []
    for request, _ in orders.log:
        scheme, _, token = request.headers["Authorization"].partition(" ")
        assert scheme == "Bearer"
        payload = token.split(".")[1]
        claims.append(json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4))))
    return claims


@pytest.mark.parametrize(
    ("grant", "expected"),
    [("password", {"sub": "integration", "amr": ["pwd"]}), ("client_credentials", {})],
)
def test_a_token_of_a_foreign_server_is_fetched_once_and_used(
    token_url: str, orders: HTTPServer, grant: str, expected: dict[str, object]
) -> None:
    """
    The connector authenticates with either grant, and sends the server's token with every request.
    """
    with Client(environment={}) as client:
        exporter = _exporter(token_url, orders.url_for(""), client, grant)
        for _ in range(2):
            findings = exporter.check(exporter.context(deadline=float("inf")))
            assert isinstance(findings, list)
            states = {f.what: f.state for f in findings if isinstance(f, Finding)}
            assert "proven" == states["sign in"]
    first, second = _claims(orders)
    assert first == second
    assert expected.items() <= first.items()
    assert token_url.rpartition(":")[2] == f"{str(first['iss']).rpartition(':')[2]}/token"


def test_a_failed_token_request_fails_the_check(orders: HTTPServer, token_url: str) -> None:
    """
    `check` fails if the token endpoint returns no token, and sends nothing to the order service.
    """
    with Client(environment={}) as client:
        exporter = _exporter(f"{token_url}/elsewhere", orders.url_for(""), client, "password")
        findings = exporter.check(exporter.context(deadline=float("inf")))
        assert isinstance(findings, list)
    assert ["failed"] == [finding.state for finding in findings]
    assert [] == orders.log
    assert "user-password" not in repr(findings)
