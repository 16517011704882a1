"""
The crash tests' own target: what the other tests count on.
"""

from __future__ import annotations

import json
from http.client import HTTPConnection, RemoteDisconnected

import pytest

from tests.crash.taken import Target


def post(target: Target, order: str, key: str) -> tuple[int, str | None, str | None]:
    """
    Post an order: the status, the id that it was given, and when to come again.
    """
    connection = HTTPConnection("127.0.0.1", target.port, timeout=30)
    headers = {"Idempotency-Key": key, "X-Worker": "1"}
    connection.request("POST", "/it/orders", json.dumps({"order": order}), headers)
    answer = connection.getresponse()
    document = json.loads(answer.read())
    connection.close()
    return answer.status, document.get("id"), answer.headers["Retry-After"]


def find(target: Target, key: str) -> tuple[int, str | None]:
    """
    Look an order up by its idempotency key.
    """
    connection = HTTPConnection("127.0.0.1", target.port, timeout=30)
    connection.request("GET", f"/it/orders/{key}", headers={"X-Worker": "1"})
    answer = connection.getresponse()
    document = json.loads(answer.read())
    connection.close()
    return answer.status, document["id"]


def test_what_was_taken_is_in_the_file_and_can_be_looked_up(target: Target) -> None:
    """
    A plain target takes an order as often as it comes.
    """
    answers = [post(target, "W1", "k1"), post(target, "W1", "k1"), post(target, "W2", "k2")]

    assert [(201, "R1", None), (201, "R2", None), (201, "R3", None)] == answers
    assert {"W1": 2, "W2": 1} == target.taken("it")
    assert ((200, "R3"), (404, None)) == (find(target, "k2"), find(target, "k3"))


def test_a_target_that_drops_repeats_answers_as_the_first_time(target: Target) -> None:
    """
    And notes that it was asked again.
    """
    target.set(drops=["it"])

    answers = [post(target, "W1", "k1"), post(target, "W1", "k1")]

    assert [(201, "R1", None)] * 2 == answers
    assert {"W1": 1} == target.taken("it")
    assert ["taken", "repeated"] == [each["what"] for each in target.log()]


def test_a_lost_answer_leaves_the_order_taken(target: Target) -> None:
    """
    The connection ends after the write.
    """
    target.set(lose=1)

    with pytest.raises(RemoteDisconnected):
        post(target, "W1", "k1")

    assert {"W1": 1} == target.taken("it")


def test_a_mode_may_be_about_some_instances_only(target: Target) -> None:
    """
    All others are served as ever.
    """
    target.set(refuse=422, instances=["other"])

    assert (201, "R1", None) == post(target, "W1", "k1")


def test_a_refusal_takes_nothing(target: Target) -> None:
    """
    It is told with the status, and with when to come again.
    """
    target.set(refuse=429, retry_after=7)

    answer = post(target, "W1", "k1")

    assert ((429, None, "7"), {}) == (answer, target.taken("it"))
