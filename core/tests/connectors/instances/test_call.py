"""
The context of a call.
"""

from __future__ import annotations

from datetime import UTC, datetime
from time import monotonic
from typing import Any
from uuid import UUID

import pytest

from orderferry.connectors import (
    Context,
    Exporter,
    ExportResult,
    InstanceConfig,
    InstanceName,
    Timeline,
)
from orderferry.connectors.http import BoundClient
from orderferry.errors import NetworkForbiddenError, TransientError

SECRET = "hunter2-hunter2"


@pytest.fixture
def exporter(site: Any, configure: Any) -> Exporter:
    """
    An exporter with a secret.
    """
    site.connector("acme")
    instances = configure(InstanceConfig(name="acme", settings={"token": SECRET}))
    exporter: Exporter = instances.exporter(InstanceName("acme", "default"))
    return exporter


def test_a_context_has_what_it_is_given(exporter: Exporter) -> None:
    """
    And names its instance.
    """
    now, key = datetime(2026, 11, 24, tzinfo=UTC), UUID(int=7)
    accepted = (ExportResult({"order": "1"}),)

    context = exporter.context(
        key="1001//acme",
        idempotency_key=key,
        attempt=2,
        deadline=monotonic() + 60,
        accepted=accepted,
        now=now,
    )

    assert ("1001//acme", key, 2, accepted, now) == (
        context.key,
        context.idempotency_key,
        context.attempt,
        context.accepted,
        context.now,
    )
    assert 59 < context.time_left <= 60
    assert InstanceName("acme", "default") == context.instance
    assert "<context of acme/default: 1001//acme, attempt 2>" == repr(context)


def test_a_context_about_no_export_says_so(exporter: Exporter) -> None:
    """
    No key, no attempt, no earlier result; the time is now.
    """
    before = datetime.now(UTC)
    context = exporter.context(deadline=0)

    assert ("", 0, ()) == (context.key, context.attempt, context.accepted)
    assert before <= context.now <= datetime.now(UTC)
    assert UTC is context.now.tzinfo
    assert "<context of acme/default: no export, attempt 0>" == repr(context)


def test_no_time_is_left_after_the_deadline(exporter: Exporter) -> None:
    """
    Never less than none.
    """
    assert 0.0 == exporter.context(deadline=monotonic() - 5).time_left


def test_a_caller_that_may_not_send_any_more_leaves_no_time(exporter: Exporter) -> None:
    """
    A connector with a protocol of its own is stopped before its next request, not at its answer.
    """
    alive = [True]
    context = exporter.context(deadline=monotonic() + 60, alive=lambda: alive[0])
    before = context.time_left
    context.record("put 940")
    alive[0] = False

    context.record("put 940", "done")

    assert before > 0
    assert 0.0 == context.time_left
    with pytest.raises(TransientError, match="nothing was sent"):
        context.record("put another")


def test_the_idempotency_key_follows_from_the_key_where_none_is_given(exporter: Exporter) -> None:
    """
    Always the same for one key, and never for two.
    """

    def of(key: str) -> UUID:
        return exporter.context(key=key, deadline=0).idempotency_key

    assert of("a") == of("a")
    assert of("a") != of("b")
    assert 5 == of("a").version


def test_the_http_client_is_bound_once_to_the_call(exporter: Exporter) -> None:
    """
    Its requests and the connector's own stand in one timeline.
    """
    context = exporter.context(deadline=monotonic() + 10)

    assert isinstance(context.http, BoundClient)
    assert context.http is context.http


def test_what_a_connector_records_is_in_the_timeline_without_secrets(exporter: Exporter) -> None:
    """
    A protocol of its own counts as begun.
    """
    timeline = Timeline(redactor=exporter.redactor)
    context = exporter.context(deadline=0, timeline=timeline)

    context.record(f"put 940 as {SECRET}")
    begun = timeline.begun
    context.record(f"put 940 as {SECRET}", b"done")

    assert begun
    assert [("put 940 as ***", "done")] == [
        (exchange.request, exchange.response) for exchange in timeline.exchanges
    ]


def test_a_context_without_a_timeline_records_all_the_same(exporter: Exporter) -> None:
    """
    `check` and others have nobody who reads it.
    """
    context: Any = exporter.context(deadline=0)

    context.record("hello")

    assert ["hello"] == [exchange.request for exchange in context.timeline.exchanges]


def test_the_state_is_the_instance_s_own(exporter: Exporter) -> None:
    """
    The same in every call.
    """
    first = exporter.context(deadline=0).state.next("n")
    second = exporter.context(deadline=0).state.next("n")

    assert (1, 2) == (first, second)


def test_the_log_is_made_once(exporter: Exporter) -> None:
    """
    Not for each call.
    """
    assert exporter.context(deadline=0).log is exporter.context(deadline=0).log


@pytest.mark.parametrize("method", ["get", "post", "request", "put"])
def test_the_client_of_a_preview_refuses_every_request(method: str, exporter: Exporter) -> None:
    """
    It says which one.
    """
    context: Context = exporter.preview_context()

    with pytest.raises(
        NetworkForbiddenError,
        match=f"acme/default reached for the network in a preview .http {method} http://x",
    ):
        getattr(context.http, method)("http://x")
    assert not hasattr(context.http, "_private")


def test_a_preview_reads_the_state_and_leaves_it(exporter: Exporter) -> None:
    """
    What it sets is gone with it.
    """
    state = exporter.context(deadline=0).state
    state.next("n")
    state.compare_and_set("last", None, "a")
    preview = exporter.preview_context().state

    assert ("a", 2, True, "b") == (
        preview.get("last"),
        preview.next("n"),
        preview.compare_and_set("last", "a", "b"),
        preview.get("last"),
    )
    assert ("a", "1") == (state.get("last"), state.get("n"))


def test_a_preview_has_time(exporter: Exporter) -> None:
    """
    A connector that looks at it is not told to stop.
    """
    assert exporter.preview_context().time_left > 1
