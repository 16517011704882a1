"""
The core's HTTP client under each fault of the proxy.
"""

from __future__ import annotations

import gc

import pytest

from orderferry.connectors.http import Client
from orderferry.errors import (
    AuthenticationError,
    ExportError,
    RejectedError,
    ThrottledError,
    TransientError,
    UnknownOutcomeError,
)
from orderferry.testing.proxy._fault import RETRY_AFTER, Fault
from orderferry.testing.proxy._proxy import Proxy

from .targets import SECONDS, shop

WITH_RESPONSE = (Fault.DELAY, Fault.GARBAGE_BODY, Fault.OK_EMPTY, Fault.OK_ERROR, Fault.OK_HTML)

ERRORS: dict[Fault, tuple[type[ExportError], ...]] = {
    Fault.REFUSE: (TransientError,),
    Fault.RESET: (TransientError, UnknownOutcomeError),  # as soon as the client looks
    Fault.WRONG_CERTIFICATE: (TransientError,),
    Fault.STATUS_401: (AuthenticationError,),
    Fault.STATUS_403: (AuthenticationError,),
    Fault.STATUS_409: (RejectedError,),
    Fault.STATUS_429: (ThrottledError,),
    Fault.STATUS_429_SECONDS: (ThrottledError,),
    Fault.STATUS_429_DATE: (ThrottledError,),
    Fault.STATUS_503: (TransientError,),
    Fault.STATUS_503_SECONDS: (ThrottledError,),
    Fault.STATUS_503_DATE: (ThrottledError,),
    Fault.ECHO: (RejectedError,),
}
"""The errors of the client; under any other fault the outcome is unknown."""


@pytest.mark.parametrize("keep_alive", [False, True], ids=["new connection", "kept connection"])
@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.name)
def test_the_client_raises_what_is_known(fault: Fault, keep_alive: bool) -> None:
    """
    The client raises the error of the fault, the target receives the request only if the fault
    forwards it, and requests succeed again after the fault.
    """
    stalls = fault.name.endswith("STALLED") or fault.name.startswith("STALL")
    with (
        shop() as target,
        Proxy(target.place, http=True) as proxy,
        Client(environment={}) as client,
    ):
        http = client.bind(lambda: 0.3 if stalls else SECONDS)
        scheme = "https" if fault is Fault.WRONG_CERTIFICATE else "http"
        url = "{}:{}/orders".format(*proxy.address)
        if keep_alive:
            http.post(f"http://{url}", json={})
        before = len(target.received)
        proxy.inflict(fault)
        if fault in WITH_RESPONSE:
            assert 300 > http.post(f"{scheme}://{url}", json={}).status
        else:
            with pytest.raises(ExportError) as raised:
                http.post(f"{scheme}://{url}", json={})
            assert type(raised.value) in ERRORS.get(fault, (UnknownOutcomeError,))
            wait = getattr(raised.value, "retry_after", None)
            assert (fault.retry_after is not None) == (wait is not None and wait >= RETRY_AFTER)
            del raised
        assert (fault is not Fault.REFUSE) == proxy.met
        assert fault.forwards == len(target.received) - before
        proxy.mend()
        assert 201 == http.post(f"http://{url}", json={}).status
        client.close()
        gc.collect()
        assert proxy.wait_closed(SECONDS)
