"""
The conformance suite, adopted as a vendor adopts it.
"""

from __future__ import annotations

import pytest

from orderferry.testing import GUARANTEES, ConnectorSuite
from orderferry.testing.suite._guarantees import guarantee_of

from ..conftest import Adopt

TESTS = {
    name: test
    for kind in reversed(ConnectorSuite.__mro__)
    for name, test in vars(kind).items()
    if name.startswith("test_")
}


def test_a_good_connector_over_http_passes(adopt: Adopt) -> None:
    """
    A good connector passes without a conftest and with warnings as errors, and each guarantee that
    it does not offer is reported with the reason.
    """
    ran = adopt("acme")

    assert 0 == ran.code, ran.output
    assert set(GUARANTEES) == set(ran.results)
    offered = {name for name, result in ran.results.items() if result == "proven"}
    assert {"lost-answer", "found", "check", "preview", "threads", "secrets"} <= offered
    assert {"cancel", "payments", "invoices", "order-saved", "receive"} <= offered
    assert "it does not declare updates" == ran.details["updates"]
    assert "not offered: updates (it does not declare updates)" in ran.output
    assert "acme: 30 proven, 4 not offered, 0 failed" in ran.output


def test_declared_capabilities_are_proven(adopt: Adopt) -> None:
    """
    The capabilities are proven at a target that discards duplicates and accepts newer versions.
    """
    ran = adopt("acme", "-k", "sent_twice or newer_version", ORDERFERRY_ACME_TRAIT="declares")

    assert {"idempotent": "proven", "updates": "proven"} == ran.results, ran.output


def test_a_good_connector_to_a_folder_passes(adopt: Adopt) -> None:
    """
    A target without a socket is tested with the faults of folders.
    """
    ran = adopt("drop")

    assert 0 == ran.code, ran.output
    assert "proven" == ran.results["folder-gone"]
    assert {"not offered"} == {ran.results[name] for name in ("unreachable", "lost-answer")}


@pytest.mark.parametrize(
    ("trait", "test", "guarantee", "message"),
    [
        (
            "mutates",
            "given_is_changed",
            "unmutated",
            "order.extra.seen changed from nothing to bool(True)",
        ),
        ("prints", "secret_is_said", "secrets", "a secret is in standard output"),
        (
            "calls a lost answer transient",
            "lost_answer_makes",
            "lost-answer",
            "the connector raised TransientError; expected UnknownOutcomeError",
        ),
    ],
)
def test_a_broken_promise_fails_by_its_guarantee(
    adopt: Adopt, trait: str, test: str, guarantee: str, message: str
) -> None:
    """
    The message about the broken guarantee states the problem, and the request of the fault.
    """
    ran = adopt("acme", "-k", test, ORDERFERRY_ACME_TRAIT=trait)

    assert [guarantee] == ran.failed, ran.output
    assert message in ran.details[guarantee]
    assert "POST /orders" in ran.details[guarantee]


def test_a_vendor_can_replace_the_order(adopt: Adopt) -> None:
    """
    The suite sends the orders that the vendor's method `order` creates, with the suite's ids.
    """
    body = (
        "    def order(self, order_id):\n"
        "        from orderferry.orders import Order\n"
        "        assert order_id.isalnum() and len(order_id) <= 14, order_id\n"
        "        return Order(id=order_id)\n"
    )
    ran = adopt("acme", "-k", "taken_once or absent", body=body)

    assert [] == ran.failed, ran.output


def test_each_guarantee_is_proven_by_a_test() -> None:
    """
    Each test proves one guarantee, and each guarantee has a test.
    """
    proven = {name: guarantee_of(test) for name, test in TESTS.items()}

    assert [] == [name for name, guarantee in proven.items() if guarantee is None]
    assert set(GUARANTEES.values()) == set(proven.values())
