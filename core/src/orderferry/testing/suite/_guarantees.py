"""
What the suite shows: every guarantee, in one table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from attrs import frozen

__all__ = ["GUARANTEES", "Guarantee", "guarantee_of", "proves"]

T = TypeVar("T", bound=Callable[..., object])

_MARK: Final = "orderferry_guarantee"


@frozen
class Guarantee:
    """
    One thing that an integrator can rely on.

    Attributes:
        name: Its short name, as tests and certificates have it.
        sentence: What holds, in plain English.
        needs: What a connector must offer or declare, or its target must speak, for the guarantee
            to apply: a hook, a capability, `network`, `http`, `bytes` or `folder`. `None`: it
            always applies.
    """

    name: str
    sentence: str
    needs: str | None = None


GUARANTEES: Final = {
    each.name: each
    for each in (
        Guarantee(
            "import-offline",
            "Importing the connector reaches for no network.",
        ),
        Guarantee(
            "build-offline",
            "Building a configured instance reaches for no network.",
        ),
        Guarantee(
            "preview-offline",
            "A preview reaches for no network.",
            needs="preview_order",
        ),
        Guarantee(
            "taken-once",
            "An order is taken once, and the target's own id comes back.",
        ),
        Guarantee(
            "unreachable",
            "A target that cannot be reached, or shows a wrong certificate, takes nothing; the "
            "order is sent once when it is back.",
            needs="network",
        ),
        Guarantee(
            "slow",
            "A slow answer is waited for, and not sent again.",
            needs="network",
        ),
        Guarantee(
            "cut-off",
            "A connection that is cut, stalls or goes deaf at any byte leads to one copy, or to "
            "an outcome that is called unknown.",
            needs="bytes",
        ),
        Guarantee(
            "lost-answer",
            "An answer that is lost, late or unreadable after a write began is an unknown outcome, "
            "and never leads to a second copy.",
            needs="http",
        ),
        Guarantee(
            "sign-in-refused",
            "A refused sign-in (401, 403) is an authentication error, and costs no attempt.",
            needs="http",
        ),
        Guarantee(
            "throttled",
            "A target that asks to wait (429, 503) is waited for as long as it asks.",
            needs="http",
        ),
        Guarantee(
            "server-error",
            "A failure of the server (500, 502) is no refusal, and at the write no proof that "
            "nothing was taken.",
            needs="http",
        ),
        Guarantee(
            "refused-order",
            "An order that the target refuses (400, 409) is not sent again without a person.",
            needs="http",
        ),
        Guarantee(
            "false-success",
            "Status 200 with an empty body, an error or a sign-in page is no success.",
            needs="http",
        ),
        Guarantee(
            "folder-gone",
            "A folder that is gone, or a file in its place, takes nothing; the order is put there "
            "once when it is back.",
            needs="folder",
        ),
        Guarantee(
            "found",
            "What the target has taken is found there, with its right id.",
            needs="find_export",
        ),
        Guarantee(
            "absent",
            "What the target has not taken is said to be absent, also beside orders with similar "
            "ids.",
            needs="find_export",
        ),
        Guarantee(
            "cannot-ask",
            "Nothing is said to be absent while the target cannot be asked.",
            needs="find_export",
        ),
        Guarantee(
            "idempotent",
            "The same idempotency key sent twice is one copy.",
            needs="idempotent",
        ),
        Guarantee(
            "updates",
            "A newer version of an order that was taken changes it, and makes no second one.",
            needs="updates",
        ),
        Guarantee(
            "unmutated",
            "Order, properties and settings stay as they were, to any depth.",
        ),
        Guarantee(
            "typed-errors",
            "Every failure is one of the errors that connectors raise, under every fault.",
        ),
        Guarantee(
            "secrets",
            "No secret is in errors, results, logs, output, warnings, texts of objects or recorded "
            "requests.",
        ),
        Guarantee(
            "deadline",
            "An attempt ends within its time, also where the target stalls.",
            needs="network",
        ),
        Guarantee(
            "threads",
            "Sixteen threads send through one instance, and each order gets its own id, once.",
        ),
        Guarantee(
            "closed",
            "Connections and files are closed after use.",
        ),
        Guarantee(
            "newer-hooks",
            "A core with a newer minor version of the hooks, with more arguments and hooks, is "
            "served.",
        ),
        Guarantee(
            "preview",
            "A preview is a document, the same each time, and uses up no number.",
            needs="preview_order",
        ),
        Guarantee(
            "check",
            "The check proves something on a good target, says so where the target is away or "
            "refuses, and writes nothing.",
            needs="check",
        ),
        Guarantee(
            "order-saved",
            "Being told of a saved order fails with typed errors only.",
            needs="order_saved",
        ),
        Guarantee(
            "cancel",
            "An order that was taken can be cancelled, honestly also where the target is away.",
            needs="cancel_order",
        ),
        Guarantee(
            "payments",
            "Payments are sent, honestly also where the target is away.",
            needs="export_payments",
        ),
        Guarantee(
            "invoices",
            "Invoices are sent, honestly also where the target is away.",
            needs="export_invoices",
        ),
        Guarantee(
            "acknowledgements",
            "Acknowledgements are read, and a target that is away is a transient error.",
            needs="acknowledgements",
        ),
        Guarantee(
            "receive",
            "What nobody signed is not taken for an acknowledgement.",
            needs="receive",
        ),
    )
}
"""The guarantees by name, in the order in which they are told."""


def proves(name: str) -> Callable[[T], T]:
    """
    Mark a test with the guarantee that it shows.

    Args:
        name: The guarantee's name.
    """
    guarantee = GUARANTEES[name]

    def mark(test: T) -> T:
        setattr(test, _MARK, guarantee)
        return test

    return mark


def guarantee_of(test: object) -> Guarantee | None:
    """
    The guarantee that a test shows, or `None` where it is none of the suite's.
    """
    found: Guarantee | None = getattr(test, _MARK, None)
    return found
