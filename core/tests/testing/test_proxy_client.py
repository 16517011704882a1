"""
The house's own HTTP client, at each fault of the proxy.
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

from .proxy_site import SECONDS, shop

ANSWERED = (Fault.DELAY, Fault.GARBAGE_BODY, Fault.OK_EMPTY, Fault.OK_ERROR, Fault.OK_HTML)

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
"""What the client raises; at any other fault the outcome is not known."""


@pytest.mark.parametrize("kept", [False, True], ids=["new connection", "kept connection"])
@pytest.mark.parametrize("fault", Fault, ids=lambda each: each.name)
def test_the_client_says_what_is_known(fault: Fault, kept: bool) -> None:
    """
    The fault is met once, the target has what the fault says, and afterwards all is as before.
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
        if kept:
            http.post(f"http://{url}", json={})
        before = len(target.taken)
        proxy.inflict(fault)
        if fault in ANSWERED:
            assert 300 > http.post(f"{scheme}://{url}", json={}).status
        else:
            with pytest.raises(ExportError) as raised:
                http.post(f"{scheme}://{url}", json={})
            assert type(raised.value) in ERRORS.get(fault, (UnknownOutcomeError,))
            wait = getattr(raised.value, "retry_after", None)
            assert (fault.retry_after is not None) == (wait is not None and wait >= RETRY_AFTER)
            del raised
        assert (fault is not Fault.REFUSE) == proxy.met
        assert fault.forwards == len(target.taken) - before
        proxy.mend()
        assert 201 == http.post(f"http://{url}", json={}).status
        client.close()
        gc.collect()
        assert proxy.wait_closed(SECONDS)
