"""
The suite, adopted as a vendor adopts it.
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
    Without a conftest, and with warnings as errors; what it does not offer is told with the reason.
    """
    ran = adopt("acme")

    assert 0 == ran.code, ran.out
    assert set(GUARANTEES) == set(ran.results)
    offered = {name for name, result in ran.results.items() if result == "proven"}
    assert {"lost-answer", "found", "check", "preview", "threads", "secrets"} <= offered
    assert {"cancel", "payments", "invoices", "order-saved", "receive"} <= offered
    assert "it does not declare updates" == ran.details["updates"]
    assert "not offered: updates (it does not declare updates)" in ran.out
    assert "acme: 30 proven, 4 not offered, 0 failed" in ran.out


def test_what_is_declared_has_to_hold(adopt: Adopt) -> None:
    """
    A target that drops repeats of a key, and takes a newer version as a change.
    """
    ran = adopt("acme", "-k", "sent_twice or newer_version", ORDERFERRY_ACME_TRAIT="declares")

    assert {"idempotent": "proven", "updates": "proven"} == ran.results, ran.out


def test_a_good_connector_to_a_folder_passes(adopt: Adopt) -> None:
    """
    A target without a socket is tried with the faults of folders.
    """
    ran = adopt("drop")

    assert 0 == ran.code, ran.out
    assert "proven" == ran.results["folder-gone"]
    assert {"not offered"} == {ran.results[name] for name in ("unreachable", "lost-answer")}


@pytest.mark.parametrize(
    ("trait", "test", "guarantee", "said"),
    [
        ("mutates", "given_is_changed", "unmutated", "order.extra.seen: not there became"),
        ("prints", "secret_is_said", "secrets", "a secret is in standard output"),
        (
            "calls a lost answer transient",
            "lost_answer_makes",
            "lost-answer",
            "TransientError where UnknownOutcomeError is due",
        ),
    ],
)
def test_a_broken_promise_fails_by_its_guarantee(
    adopt: Adopt, trait: str, test: str, guarantee: str, said: str
) -> None:
    """
    The message says what is wrong, under which fault, at which request.
    """
    ran = adopt("acme", "-k", test, ORDERFERRY_ACME_TRAIT=trait)

    assert [guarantee] == ran.failed, ran.out
    assert said in ran.details[guarantee]
    assert "POST /orders" in ran.details[guarantee]


def test_an_order_of_the_vendors_own_is_sent(adopt: Adopt) -> None:
    """
    What `order` makes, under the ids that the suite gives.
    """
    body = (
        "    def order(self, order_id):\n"
        "        from orderferry.orders import Order\n"
        "        assert order_id.isalnum() and len(order_id) <= 14, order_id\n"
        "        return Order(id=order_id)\n"
    )
    ran = adopt("acme", "-k", "taken_once or absent", body=body)

    assert [] == ran.failed, ran.out


def test_each_guarantee_is_shown_by_a_test() -> None:
    """
    And each test shows one.
    """
    shown = {name: guarantee_of(test) for name, test in TESTS.items()}

    assert [] == [name for name, guarantee in shown.items() if guarantee is None]
    assert set(GUARANTEES.values()) == set(shown.values())
