"""
Tests of tokens that several callers share.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread

import pytest

from orderferry.connectors import Secret
from orderferry.connectors.http import OAuth2Password, Tls
from orderferry.connectors.http._tokens import Token, Tokens
from orderferry.errors import AuthenticationError, ExportError, TransientError

from .conftest import SECONDS

AUTH = OAuth2Password(token_url="https://x/token", username="u", password=Secret("geheim-1234"))
KEY = (AUTH, None)


class Fetches:
    """
    Fetches tokens with numbers, and counts.
    """

    def __init__(self, seconds: float | None) -> None:
        self.count = 0
        self.seconds = seconds

    def __call__(self) -> Token:
        """
        The next token.
        """
        self.count += 1
        return Token(f"token-{self.count}", self.seconds)


def unbounded() -> float:
    """
    Return the time left of a caller without a deadline.
    """
    return SECONDS


@pytest.mark.parametrize(
    ("lives", "after", "fetched"),
    [
        (3600.0, 3569.0, 1),
        (3600.0, 3570.0, 2),
        (40.0, 19.0, 1),
        (40.0, 20.0, 2),
        (0.0, 0.0, 2),
        (None, 1e9, 1),
    ],
)
def test_a_token_is_renewed_before_it_expires(
    lives: float | None, after: float, fetched: int
) -> None:
    """
    A token is renewed 30 seconds before it expires, or after half of a shorter lifetime, or never
    if none is known.
    """
    now = [0.0]
    tokens = Tokens(lambda: now[0])
    fetch = Fetches(lives)

    tokens.get(KEY, fetch, unbounded)
    now[0] = after
    tokens.get(KEY, fetch, unbounded)

    assert fetched == fetch.count


def test_each_instance_has_its_own_token() -> None:
    """
    Another user, endpoint, scope or certificate has another token, and equal settings share one.
    """
    tokens = Tokens(lambda: 0.0)
    fetch = Fetches(3600)
    same = OAuth2Password(token_url="https://x/token", username="u", password=Secret("geheim-1234"))
    other = OAuth2Password(
        token_url="https://x/token", username="v", password=Secret("geheim-1234")
    )

    got = [
        tokens.get(key, fetch, unbounded).value
        for key in (KEY, (same, None), (other, None), (AUTH, Tls(ca_file="ca.pem")))
    ]

    assert ["token-1", "token-1", "token-2", "token-3"] == got


def test_a_rejected_token_is_not_returned_again() -> None:
    """
    A rejected token is not returned again, but a newer one that another caller has fetched is.
    """
    tokens = Tokens(lambda: 0.0)
    fetch = Fetches(3600)
    first = tokens.get(KEY, fetch, unbounded).value

    renewed = [tokens.get(KEY, fetch, unbounded, rejected=first).value for _ in range(2)]

    assert ["token-2", "token-2"] == renewed


class SlowFetch:
    """
    A fetch that ends when the test says so.
    """

    def __init__(self, ends: Callable[[], Token]) -> None:
        self.begun = Event()
        self.release = Event()
        self._ends = ends

    def __call__(self) -> Token:
        """
        Say that it began, and wait.
        """
        self.begun.set()
        assert self.release.wait(SECONDS)
        return self._ends()


class Caller(Thread):
    """
    Someone who asks for a token in a thread of his own.
    """

    def __init__(
        self, tokens: Tokens, fetch: Callable[[], Token], time_left: Callable[[], float] = unbounded
    ) -> None:
        super().__init__()
        self._tokens = tokens
        self._fetch = fetch
        self._time_left = time_left
        self.waits = Event()
        self.token: Token | None = None
        self.error: ExportError | None = None
        self.start()

    def run(self) -> None:
        """
        Ask; `waits` is set when the time left is asked for, so before the wait for another's fetch.
        """

        def time_left() -> float:
            self.waits.set()
            return self._time_left()

        try:
            self.token = self._tokens.get(KEY, self._fetch, time_left)
        except ExportError as error:
            self.error = error


def fails(error: ExportError) -> Callable[[], Token]:
    """
    Fail to fetch a token.
    """

    def fetch() -> Token:
        raise error

    return fetch


def test_sixteen_callers_share_one_fetch() -> None:
    """
    Callers that need a token at the same time share one request for it.
    """
    tokens = Tokens(lambda: 0.0)
    fetch = SlowFetch(lambda: Token("token-1", 3600))
    first = Caller(tokens, fetch)
    assert fetch.begun.wait(SECONDS)
    others = [Caller(tokens, Fetches(3600)) for _ in range(15)]
    for other in others:
        assert other.waits.wait(SECONDS)

    fetch.release.set()
    for caller in (first, *others):
        caller.join(SECONDS)

    assert [Token("token-1", 3600)] * 16 == [caller.token for caller in (first, *others)]


def test_callers_share_an_error() -> None:
    """
    Callers that wait for a token share the error of its request.
    """
    tokens = Tokens(lambda: 0.0)
    refused = AuthenticationError("no")
    fetch = SlowFetch(fails(refused))
    first = Caller(tokens, fetch)
    assert fetch.begun.wait(SECONDS)
    again = Fetches(3600)
    second = Caller(tokens, again)
    assert second.waits.wait(SECONDS)

    fetch.release.set()
    first.join(SECONDS)
    second.join(SECONDS)

    assert (refused, "no", 0) == (first.error, str(second.error), again.count)
    assert isinstance(second.error, AuthenticationError)
    assert second.error is not refused


def test_a_caller_after_an_error_requests_a_token() -> None:
    """
    A caller that comes after an error requests a token again.
    """
    tokens = Tokens(lambda: 0.0)
    with pytest.raises(TransientError):
        tokens.get(KEY, fails(TransientError("down")), unbounded)

    assert Token("token-1", 3600) == tokens.get(KEY, Fetches(3600), unbounded)


def test_a_caller_without_time_does_not_fail_the_others() -> None:
    """
    A caller whose deadline is over does not fail the others; one of them requests a token.
    """
    tokens = Tokens(lambda: 0.0)
    fetch = SlowFetch(fails(TransientError("no time")))
    first = Caller(tokens, fetch, time_left=lambda: 0.0)
    assert fetch.begun.wait(SECONDS)
    second = Caller(tokens, Fetches(3600))
    assert second.waits.wait(SECONDS)

    fetch.release.set()
    first.join(SECONDS)
    second.join(SECONDS)

    assert (True, Token("token-1", 3600)) == (first.error is not None, second.token)


def test_a_caller_waits_until_its_deadline() -> None:
    """
    A caller waits for the token of another one until its own deadline only.
    """
    tokens = Tokens(lambda: 0.0)
    fetch = SlowFetch(lambda: Token("token-1", 3600))
    first = Caller(tokens, fetch)
    assert fetch.begun.wait(SECONDS)

    with pytest.raises(TransientError, match="no token was received in time"):
        tokens.get(KEY, Fetches(3600), lambda: 0.0)

    fetch.release.set()
    first.join(SECONDS)


def test_a_caller_after_an_exception_requests_a_token() -> None:
    """
    A caller that comes after any exception requests a token again.
    """
    tokens = Tokens(lambda: 0.0)

    def broken() -> Token:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tokens.get(KEY, broken, unbounded)

    assert Token("token-1", None) == tokens.get(KEY, Fetches(None), unbounded)


def test_a_token_shows_no_secret() -> None:
    """
    The `repr` of a token shows no secret.
    """
    assert "geheim" not in repr(Token("geheim-1234"))
