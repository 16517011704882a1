"""
A running simulator, and a client that shares no code with the connector.
"""

import json
from base64 import b64encode
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import urlencode

import pytest

from orderferry.testing.harness import run_simulator
from orderferry_wms_manhattan.simulator import ManhattanSimulator

ORDERS = "/dcorder/api/dcorder/originalOrder"


class Client:
    """
    A client of the simulator that uses only the standard library.
    """

    def __init__(self, simulator: ManhattanSimulator) -> None:
        self.settings = {name: str(value) for name, value in simulator.settings.items()}
        self.connection = HTTPConnection(*simulator.address, timeout=5)
        self.headers = {"SelectedOrganization": "ORG", "SelectedLocation": "DC01"}

    def post(
        self, path: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, dict[str, object]]:
        """
        Send a POST, and return the status and the JSON object of the response.
        """
        self.connection.request("POST", path, body, headers)
        response = self.connection.getresponse()
        assert response.version == 11
        document = json.loads(response.read())
        assert isinstance(document, dict)
        return response.status, document

    def token(self, secret: str | None = None, **form: str) -> tuple[int, dict[str, object]]:
        """
        Request a token.
        """
        pair = f"{self.settings['client_id']}:{secret or self.settings['client_secret']}"
        headers = {"Authorization": "Basic " + b64encode(pair.encode()).decode()}
        return self.post("/oauth/token", urlencode(form).encode(), headers)

    def sign_in(self) -> "Client":
        """
        Request a token, and use it in all later requests.
        """
        _, answer = self.token(
            grant_type="password",
            username=self.settings["username"],
            password=self.settings["password"],
        )
        self.headers["Authorization"] = f"Bearer {answer['access_token']}"
        return self

    def ask(self, call: str, document: object) -> tuple[int, dict[str, object]]:
        """
        Send a request to the order service.
        """
        return self.post(f"{ORDERS}/{call}", json.dumps(document).encode(), self.headers)

    def codes(self, document: object) -> list[object]:
        """
        Save an order that is rejected, and return the codes of the messages.
        """
        status, answer = self.ask("save", document)
        assert 200 == status
        assert answer["success"] is False
        messages = answer["messages"]
        assert isinstance(messages, dict)
        assert messages["Size"] == len(messages["Message"])
        return [message["Code"] for message in messages["Message"]]


@pytest.fixture
def simulator() -> Iterator[ManhattanSimulator]:
    """
    A running simulator.
    """
    with run_simulator(ManhattanSimulator()) as simulator:
        yield simulator


@pytest.fixture
def anonymous(simulator: ManhattanSimulator) -> Iterator[Client]:
    """
    A client that has not signed in.
    """
    client = Client(simulator)
    yield client
    client.connection.close()


@pytest.fixture
def client(anonymous: Client) -> Client:
    """
    A client that has signed in.
    """
    return anonymous.sign_in()
