"""
Leaks: secrets that a trial shows, files and connections that stay open.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Final

from orderferry.connectors import Exchange
from orderferry.testing._pace import ticks
from orderferry.testing.trials._trial import Trial

__all__ = ["handles", "leaks_of", "settled"]

_OPEN: Final = Path("/proc/self/fd")


def handles() -> int:
    """
    How many files and sockets are open; 0 where the system does not tell.
    """
    gc.collect()
    return len(list(_OPEN.iterdir())) if _OPEN.is_dir() else 0


def settled(count: Callable[[], int], seconds: float, most: int | None = None) -> int:
    """
    A count, when it has come down: the target closes its side a moment later than the connector.

    Args:
        count: What is counted.
        seconds: How long it may take to come down.
        most: What is few enough; `None` waits until it stays as it is.
    """
    last = count()
    for pause in ticks(seconds):
        if most is not None and last <= most:
            break
        Event().wait(pause)
        now = count()
        if most is None and now == last:
            break
        last = now
    return last


_TOKENS: Final = (
    re.compile(r'"(?:access|refresh|id)_token"\s*:\s*"([^"]{8,})"'),
    re.compile(r"^[\w-]*cookie:\s*[^=;\s]+=([^;*\s]{16,})", re.IGNORECASE | re.MULTILINE),
    re.compile(r"^[\w-]*(?:session|token)[\w-]*:\s*([^;*\s]{16,})", re.IGNORECASE | re.MULTILINE),
)
"""What a target gives for signing in: members of its answers (RFC 6749, section 5.1), and header
fields, also those of a request that it repeats (RFC 6265, section 4)."""

_TELLING: Final = 12
"""So much of a token tells that it is one, where a message was cut in the midst of it."""


def leaks_of(trial: Trial) -> Iterator[str]:
    """
    The places in which a secret of the settings stands, or a token that the target gave.

    A token of the target is known where the timeline has it in clear, which is a leak itself.
    """
    exchanges = trial.attempt.timeline.exchanges
    tokens = {token for each in exchanges for token in _tokens(each)}
    places = [("the text of connector or settings", trial.shown), *trial.heard.texts]
    for call in trial.calls:
        what = "answer" if call.error is None else type(call.error).__name__
        places.append((f"the {what} of {call.hook}", call.shown))
        places.append((f"what {call.hook} records", call.recorded))
    places += [("the recorded requests", _text(each)) for each in exchanges]
    for where, text in places:
        if trial.secrets.text(text) != text or any(token[:_TELLING] in text for token in tokens):
            yield where


def _tokens(exchange: Exchange) -> Iterator[str]:
    for pattern in _TOKENS:
        yield from pattern.findall(_text(exchange))


def _text(exchange: Exchange) -> str:
    return f"{exchange.request}\n{exchange.response}\n{exchange.fault}"
