"""
A running simulator, and a client of it that shares no code with the connector.
"""

import json
from base64 import b64encode
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import urlencode

import pytest

from orderferry_wms_manhattan.simulator import ManhattanSimulator

ORDERS = "/dcorder/api/dcorder/originalOrder"


class Client:
    """
    A client that signs in and asks, with the standard library only.
    """

    def __init__(self, simulator: ManhattanSimulator) -> None:
        self.settings = {name: str(value) for name, value in simulator.settings.items()}
        self.connection = HTTPConnection(*simulator.address, timeout=5)
        self.headers = {"SelectedOrganization": "ORG", "SelectedLocation": "DC01"}

    def post(
        self, path: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, dict[str, object]]:
        """
        The status and the JSON object of the answer.
        """
        self.connection.request("POST", path, body, headers)
        response = self.connection.getresponse()
        assert response.version == 11
        document = json.loads(response.read())
        assert isinstance(document, dict)
        return response.status, document

    def token(self, secret: str | None = None, **form: str) -> tuple[int, dict[str, object]]:
        """
        Ask for a token.
        """
        pair = f"{self.settings['client_id']}:{secret or self.settings['client_secret']}"
        headers = {"Authorization": "Basic " + b64encode(pair.encode()).decode()}
        return self.post("/oauth/token", urlencode(form).encode(), headers)

    def sign_in(self) -> "Client":
        """
        Take a token, and use it from now on.
        """
        _, answer = self.token(
            grant_type="password",
            username=self.settings["username"],
            password=self.settings["password"],
        )
        self.headers["Authorization"] = f"Bearer {answer['access_token']}"
        return self

    def ask(self, what: str, document: object) -> tuple[int, dict[str, object]]:
        """
        Ask the order service.
        """
        return self.post(f"{ORDERS}/{what}", json.dumps(document).encode(), self.headers)

    def codes(self, document: object) -> list[object]:
        """
        The codes of the messages with which a save is refused.
        """
        status, answer = self.ask("save", document)
        assert (200, False) == (status, answer["success"])
        messages = answer["messages"]
        assert isinstance(messages, dict)
        assert messages["Size"] == len(messages["Message"])
        return [message["Code"] for message in messages["Message"]]


@pytest.fixture
def simulator() -> Iterator[ManhattanSimulator]:
    """
    A running simulator.
    """
    made = ManhattanSimulator()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def stranger(simulator: ManhattanSimulator) -> Iterator[Client]:
    """
    A client of it that has not signed in.
    """
    made = Client(simulator)
    yield made
    made.connection.close()


@pytest.fixture
def client(stranger: Client) -> Client:
    """
    A client of it that has signed in.
    """
    return stranger.sign_in()
