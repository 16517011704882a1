"""
Tests of `orderferry.connectors.instances._call`: contexts.
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
    Return an exporter whose settings have a secret.
    """
    site.connector("acme")
    instances = configure(InstanceConfig(name="acme", settings={"token": SECRET}))
    exporter: Exporter = instances.exporter(InstanceName("acme", "default"))
    return exporter


def test_a_context_has_the_values_it_is_made_with(exporter: Exporter) -> None:
    """
    A context has the values that it is made with, and names its instance.
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

    assert "1001//acme" == context.key
    assert key == context.idempotency_key
    assert 2 == context.attempt
    assert accepted == context.accepted
    assert now == context.now
    assert 59 < context.time_left <= 60
    assert InstanceName("acme", "default") == context.instance
    assert "<context of acme/default: 1001//acme, attempt 2>" == repr(context)


def test_a_context_about_no_export_is_empty(exporter: Exporter) -> None:
    """
    A context about no export has no key, attempt or results, and begins now.
    """
    before = datetime.now(UTC)
    context = exporter.context(deadline=0)

    assert "" == context.key
    assert 0 == context.attempt
    assert () == context.accepted
    assert before <= context.now <= datetime.now(UTC)
    assert UTC is context.now.tzinfo
    assert "<context of acme/default: no export, attempt 0>" == repr(context)


def test_no_time_is_left_after_the_deadline(exporter: Exporter) -> None:
    """
    The time that is left is never below 0.
    """
    assert 0.0 == exporter.context(deadline=monotonic() - 5).time_left


def test_a_caller_that_may_not_send_has_no_time_left(exporter: Exporter) -> None:
    """
    A call has no time left and cannot begin a request once its caller may not send; it can still
    record a response.
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


def test_the_idempotency_key_is_derived_from_the_key(exporter: Exporter) -> None:
    """
    The idempotency key is a UUIDv5 of the key unless one is given.
    """

    def of(key: str) -> UUID:
        return exporter.context(key=key, deadline=0).idempotency_key

    assert of("a") == of("a")
    assert of("a") != of("b")
    assert 5 == of("a").version


def test_the_http_client_is_bound_once_to_the_call(exporter: Exporter) -> None:
    """
    A context has one HTTP client, which is bound to the call.
    """
    context = exporter.context(deadline=monotonic() + 10)

    assert isinstance(context.http, BoundClient)
    assert context.http is context.http


def test_recorded_requests_are_in_the_timeline_without_secrets(exporter: Exporter) -> None:
    """
    A recorded request is in the timeline without secrets, and counts as begun.
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


def test_a_context_has_a_timeline_of_its_own(exporter: Exporter) -> None:
    """
    A context that is made without a timeline has one of its own.
    """
    context: Any = exporter.context(deadline=0)

    context.record("hello")

    assert ["hello"] == [exchange.request for exchange in context.timeline.exchanges]


def test_calls_share_the_state_of_their_instance(exporter: Exporter) -> None:
    """
    All calls of an instance share its stored state.
    """
    numbers = [exporter.context(deadline=0).state.next("n") for _ in range(2)]

    assert [1, 2] == numbers


def test_the_log_is_made_once(exporter: Exporter) -> None:
    """
    All calls of an instance share its log.
    """
    assert exporter.context(deadline=0).log is exporter.context(deadline=0).log


@pytest.mark.parametrize("method", ["get", "post", "request", "put"])
def test_the_client_of_a_preview_sends_nothing(method: str, exporter: Exporter) -> None:
    """
    The HTTP client of a preview raises for every method, and names the request.
    """
    context: Context = exporter.preview_context()

    with pytest.raises(
        NetworkForbiddenError,
        match=f"acme/default accessed the network in a preview .http {method} http://x",
    ):
        getattr(context.http, method)("http://x")
    assert not hasattr(context.http, "_private")


def test_a_preview_does_not_change_the_state(exporter: Exporter) -> None:
    """
    The state of a preview reads the stored values, and does not change them.
    """
    state = exporter.context(deadline=0).state
    state.next("n")
    state.compare_and_set("last", None, "a")
    preview = exporter.preview_context().state

    assert "a" == preview.get("last")
    assert 2 == preview.next("n")
    assert preview.compare_and_set("last", "a", "b")
    assert "b" == preview.get("last")
    assert "a" == state.get("last")
    assert "1" == state.get("n")


def test_a_preview_has_time(exporter: Exporter) -> None:
    """
    A preview has time left.
    """
    assert exporter.preview_context().time_left > 1
