"""
The guarantees that the suite proves, in one table.
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
    A property of a connector that integrators can rely on.

    Attributes:
        name: The name, as in tests and certificates.
        sentence: The property, as a sentence.
        needs: What the connector or its target must offer for the guarantee to apply: a hook, a
            capability, `network`, `http`, `bytes` or `folder`; `None` if it always applies.
    """

    name: str
    sentence: str
    needs: str | None = None


GUARANTEES: Final = {
    guarantee.name: guarantee
    for guarantee in (
        Guarantee(
            "import-offline",
            "Importing the connector does not use the network.",
        ),
        Guarantee(
            "build-offline",
            "Building a configured instance does not use the network.",
        ),
        Guarantee(
            "preview-offline",
            "Rendering a preview does not use the network.",
            needs="preview_order",
        ),
        Guarantee(
            "taken-once",
            "The target receives an order once, and the target's own id is recorded.",
        ),
        Guarantee(
            "unreachable",
            "A target that is unreachable, or has a wrong certificate, receives nothing; the "
            "order is sent once when the target is reachable again.",
            needs="network",
        ),
        Guarantee(
            "slow",
            "The connector waits for a slow response, and does not send the order again.",
            needs="network",
        ),
        Guarantee(
            "cut-off",
            "A connection that is dropped, stalls or goes half-open at any byte results in "
            "exactly one copy, or in an outcome that is reported as unknown.",
            needs="bytes",
        ),
        Guarantee(
            "lost-answer",
            "A response that is lost, late or unreadable after a write began is an unknown "
            "outcome, and never results in a second copy.",
            needs="http",
        ),
        Guarantee(
            "sign-in-refused",
            "A failed authentication (401, 403) is an authentication error, and the attempt is "
            "not counted.",
            needs="http",
        ),
        Guarantee(
            "throttled",
            "If the target asks to wait (429, 503), the order is not sent again before that "
            "time is over.",
            needs="http",
        ),
        Guarantee(
            "server-error",
            "A server error (500, 502) is not a rejection, and at the write it does not prove "
            "that nothing was received.",
            needs="http",
        ),
        Guarantee(
            "refused-order",
            "An order that the target rejects (400, 409) is not sent again without a manual "
            "action.",
            needs="http",
        ),
        Guarantee(
            "false-success",
            "Status 200 with an empty body, an error or a login page is not a success.",
            needs="http",
        ),
        Guarantee(
            "folder-gone",
            "If the folder is missing, or a file is in its place, nothing is written; the order"
            " is written once when the folder exists again.",
            needs="folder",
        ),
        Guarantee(
            "found",
            "An order that the target received is found there, with its correct id.",
            needs="find_export",
        ),
        Guarantee(
            "absent",
            "An order that the target did not receive is reported as absent, even if the target"
            " has orders with similar ids.",
            needs="find_export",
        ),
        Guarantee(
            "cannot-ask",
            "No order is reported as absent while the target cannot be asked.",
            needs="find_export",
        ),
        Guarantee(
            "idempotent",
            "An order that is sent twice with the same idempotency key results in one copy.",
            needs="idempotent",
        ),
        Guarantee(
            "updates",
            "A newer version of an accepted order changes that order, and does not create a "
            "second one.",
            needs="updates",
        ),
        Guarantee(
            "unmutated",
            "Order, properties and settings are not changed, at any depth.",
        ),
        Guarantee(
            "typed-errors",
            "Every failure is raised as one of the errors for connectors, under every fault.",
        ),
        Guarantee(
            "secrets",
            "Errors, results, logs, output, warnings, texts of objects and recorded requests "
            "contain no secret.",
        ),
        Guarantee(
            "deadline",
            "An attempt ends within its time, even if the target stalls.",
            needs="network",
        ),
        Guarantee(
            "threads",
            "Sixteen threads send orders through one instance, and each order is sent once and "
            "gets its own id.",
        ),
        Guarantee(
            "closed",
            "Connections and files are closed after use.",
        ),
        Guarantee(
            "newer-hooks",
            "The connector works with a core whose hooks have a newer minor version, with "
            "additional arguments and hooks.",
        ),
        Guarantee(
            "preview",
            "A preview is a document, is the same each time, and does not consume a number.",
            needs="preview_order",
        ),
        Guarantee(
            "check",
            "The check proves something if the target is available, reports an unreachable "
            "target or a failed authentication, and writes nothing.",
            needs="check",
        ),
        Guarantee(
            "order-saved",
            "The hook for a saved order raises only typed errors.",
            needs="order_saved",
        ),
        Guarantee(
            "cancel",
            "An accepted order can be cancelled; an unreachable target is a transient error, "
            "and a lost response an unknown outcome.",
            needs="cancel_order",
        ),
        Guarantee(
            "payments",
            "Payments are sent; an unreachable target is a transient error, and a lost response"
            " an unknown outcome.",
            needs="export_payments",
        ),
        Guarantee(
            "invoices",
            "Invoices are sent; an unreachable target is a transient error, and a lost response"
            " an unknown outcome.",
            needs="export_invoices",
        ),
        Guarantee(
            "acknowledgements",
            "Acknowledgements are read, and an unreachable target is a transient error.",
            needs="acknowledgements",
        ),
        Guarantee(
            "receive",
            "A request without a valid signature is not accepted as an acknowledgement.",
            needs="receive",
        ),
    )
}
"""The guarantees by name, in the order of reports and certificates."""


def proves(name: str) -> Callable[[T], T]:
    """
    Mark a test with the guarantee that it proves.

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
    The guarantee that a test proves, or `None` if it is not a test of the suite.
    """
    guarantee: Guarantee | None = getattr(test, _MARK, None)
    return guarantee
