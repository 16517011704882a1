"""
Tokens from a token endpoint that is not ours: npm's `oauth2-mock-server`.

It shows that its server takes our token requests and that we take its answers. It does not show
that Manhattan's does: this server signs in every user, and looks at no client's secret.
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
    The server's program, where `make foreign` has installed it.
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
            found = (re.search(r"listening on (http://\S+)", line) for line in process.stdout)
            address = next(match[1] for match in found if match)
            yield f"{address}/token"
        finally:
            process.kill()


@pytest.fixture
def orders(httpserver: HTTPServer) -> HTTPServer:
    """
    A server that answers every search with an empty envelope, and keeps what it was asked.
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
    What the bearer token of each request says.
    """
    claims = []
    for request, _ in orders.log:
        scheme, _, token = request.headers["Authorization"].partition(" ")
        assert scheme == "Bearer"
        payload = token.split(".")[1]
        claims.append(json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4))))
    return claims


@pytest.mark.parametrize(
    ("grant", "told"),
    [("password", {"sub": "integration", "amr": ["pwd"]}), ("client_credentials", {})],
)
def test_token_of_a_foreign_server_is_fetched_once_and_used(
    token_url: str, orders: HTTPServer, grant: str, told: dict[str, object]
) -> None:
    """
    The connector signs in with either grant, and shows the server's token with every request.
    """
    with Client(environment={}) as client:
        exporter = _exporter(token_url, orders.url_for(""), client, grant)
        for _ in range(2):
            findings = exporter.call("check", exporter.context(deadline=float("inf")))
            assert isinstance(findings, list)
            states = {each.what: each.state for each in findings if isinstance(each, Finding)}
            assert "proven" == states["sign in"]
    first, second = _claims(orders)
    assert first == second
    assert told.items() <= first.items()
    assert token_url.rpartition(":")[2] == f"{str(first['iss']).rpartition(':')[2]}/token"


def test_refusal_of_a_foreign_server_is_a_failed_sign_in(
    orders: HTTPServer, token_url: str
) -> None:
    """
    An address that gives no token fails the sign-in, and nothing is asked of the order service.
    """
    with Client(environment={}) as client:
        exporter = _exporter(f"{token_url}/elsewhere", orders.url_for(""), client, "password")
        findings = exporter.call("check", exporter.context(deadline=float("inf")))
        assert isinstance(findings, list)
    assert ["failed"] == [each.state for each in findings]
    assert [] == orders.log
    assert "user-password" not in repr(findings)
