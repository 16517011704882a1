"""
Tests of `orderferry demo`, with a simulator on a real socket.
"""

import json
import socket
import threading

import pytest

from orderferry.cli._demo import EXAMPLES, INVALID, example_orders
from orderferry.orders import read_order

from .conftest import Site, Workplace

SIMULATED = """
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from attrs import define, frozen

from orderferry import Connector, ExportResult, Secret, hookimpl
from orderferry.connectors import Received
from orderferry.errors import InvalidOrderError, Problem


@frozen
class Settings:
    base_url: str
    token: Secret


@define(eq=False)
class TheConnector(Connector):
    Settings = Settings

    settings: Settings

    @hookimpl
    def export_order(self, order, shipment, properties, context):
        for line in order.lines:
            if line.quantity < 0:
                raise InvalidOrderError("the order cannot be sent", problems=[Problem(
                    line_item_id=line.line_item_id, field="quantity", value=line.quantity,
                    cause="is negative")])
        if "@GOOD@" == "no":
            raise InvalidOrderError("out of order")
        answer = context.http.post(self.settings.base_url, json={"id": order.id, "bell": "\\x07"},
                                   headers={"X-Token": self.settings.token.reveal()})
        return ExportResult(remote_ids={"order": answer.json()["remote"]})


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        content = self.rfile.read(int(self.headers["Content-Length"]))
        order_id = json.loads(content)["id"]
        self.server.taken.append(Received(order_id=order_id, shipment_id=None,
                                          remote_id=f"R-{order_id}", content=content))
        body = json.dumps({"remote": f"R-{order_id}"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class Simulator:
    def __init__(self):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.taken = []
        self.thread = threading.Thread(target=self.server.serve_forever)

    def start(self):
        self.thread.start()
        if "@STARTS@" == "no":
            raise OSError("the simulator has no folder")

    def stop(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    @property
    def address(self):
        return self.server.server_address

    @property
    def settings(self):
        host, port = self.address
        return {"base_url": f"http://{host}:{port}/", "token": "a token of eight"}

    def received(self):
        return list(self.server.taken)
"""


def install(site: Site, *, good: str = "yes", starts: str = "yes") -> None:
    """
    Install a connector with a simulator; its name comes first among the installed ones.

    Args:
        good: `no` lets the connector reject every order.
        starts: `no` lets the simulator's start fail after its server is listening.
    """
    site.distribution(
        "orderferry-aaa",
        modules={"orderferry_aaa": SIMULATED.replace("@GOOD@", good).replace("@STARTS@", starts)},
        entry_points={
            "orderferry.connectors": {"aaa": "orderferry_aaa:TheConnector"},
            "orderferry.simulators": {"aaa": "orderferry_aaa:Simulator"},
        },
    )


def test_the_demo_shows_the_exports_and_the_documents(workplace: Workplace, site: Site) -> None:
    """
    Three orders are accepted, the invalid one is reported by line, and the exit code is 0.
    """
    install(site)

    ran = workplace.run("demo", http_proxy="http://127.0.0.1:9")

    assert 0 == ran.code
    assert "" == ran.err
    assert 3 == sum("aaa/default" in line and "accepted" in line for line in ran.text.splitlines())
    assert "- line 2, quantity '-1': is negative" in ran.text
    assert "received 3 documents" in ran.text
    assert "order WEB-1001: R-WEB-1001" in ran.text
    assert '{"id":"WEB-1001"' in ran.text
    assert "\x07" not in ran.text
    assert "a token of eight" not in ran.text


def test_nothing_is_left_afterwards(workplace: Workplace, site: Site) -> None:
    """
    The demo leaves neither a file in the folder nor a simulator on its port.
    """
    install(site)
    before = sorted(workplace.folder.iterdir())

    ran = workplace.call("demo")

    (line,) = [line for line in ran.text.splitlines() if line.startswith("aaa at ")]
    port = int(line.split()[2].rpartition(":")[2])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
    assert before == sorted(workplace.folder.iterdir())


def test_a_simulator_whose_start_fails_is_stopped(workplace: Workplace, site: Site) -> None:
    """
    The server that a failing start leaves behind is stopped, and the error is not hidden.
    """
    install(site, starts="no")
    threads = set(threading.enumerate())

    with pytest.raises(OSError, match="the simulator has no folder"):
        workplace.call("demo")

    assert set() == set(threading.enumerate()) - threads


def test_a_good_order_that_fails_ends_with_one(workplace: Workplace, site: Site) -> None:
    """
    The exit code is 1 if a valid order fails.
    """
    install(site, good="no")

    assert 1 == workplace.call("demo").code


def test_the_examples_are_good_orders_but_one() -> None:
    """
    Three examples of different shapes are valid, and the last has a long id and a negative
    quantity.
    """
    orders = {name: read_order(data) for name, data in example_orders().items()}
    *good, bad = orders.values()

    assert list(EXAMPLES) == list(orders)
    assert INVALID == list(orders)[-1]
    assert [1, 2, 0] == [len(order.shipments) for order in good]
    assert all(line.quantity > 0 for order in good for line in order.lines)
    assert 36 == len(bad.id)
    assert any(line.quantity < 0 for line in bad.lines)
    assert all(json.loads(data)["status"] == "New" for data in example_orders().values())
