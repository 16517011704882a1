"""
What a trial observes: snapshots of a connector's arguments, and the output of the process.
"""

from __future__ import annotations

import logging
import sys
import warnings

from attrs import define, field

from orderferry import Properties, Secret
from orderferry.testing import example_order
from orderferry.testing.trials._observation import capture_output, changes, snapshot


@define
class Settings:
    """
    Settings with a list and a secret.
    """

    token: Secret
    hosts: list[str] = field(factory=list)


def test_a_snapshot_changes_nothing() -> None:
    """
    Two snapshots of one order are equal.
    """
    order = example_order("A1")

    assert [] == changes(snapshot(order), snapshot(order))


def test_a_change_deep_in_an_order_is_named() -> None:
    """
    A change below a list in the order's extra fields is named by its path.
    """
    order = example_order("A1")
    before = snapshot(order)
    order.extra["campaign"]["tags"].append("late")

    (change,) = changes(before, snapshot(order))
    assert "extra.campaign.tags.2 changed from nothing to str('late')" == change


def test_a_change_of_settings_is_named_without_the_secret() -> None:
    """
    A changed secret is detected, and its value is not shown.
    """
    settings = Settings(Secret("first-secret"))
    before = snapshot(settings)
    settings.token = Secret("second-secret")
    settings.hosts.append("h1")

    texts = changes(before, snapshot(settings))
    assert ["token", "hosts", "hosts.0"] == [text.partition(" ")[0] for text in texts]
    assert "secret" not in "".join(texts).lower().replace("secret(", "")


def test_a_change_in_a_group_of_properties_is_named() -> None:
    """
    The groups of properties are part of a snapshot.
    """
    before = snapshot(Properties({"a": "1"}, {"group": {"b": "2"}}))
    after = snapshot(Properties({"a": "1"}, {"group": {"b": "3"}}))

    assert ["group.b changed from str('2') to str('3')"] == changes(before, after)


def test_all_output_is_captured() -> None:
    """
    Standard streams, warnings and loggers are captured, also loggers with a high level or without
    propagation.
    """
    quiet = logging.getLogger("orderferry_captured.quiet")
    quiet.setLevel(logging.CRITICAL)
    closed = logging.getLogger("orderferry_captured.closed")
    closed.propagate = False

    with capture_output() as output:
        print("on the output")  # noqa: T201 - this is what must be captured
        sys.stderr.write("on the error output")
        quiet.debug("quietly %s", "logged")
        closed.info("closed", extra={"field": "with a field"})
        warnings.warn("a warning", UserWarning, stacklevel=1)

    texts = " | ".join(text for _, text in output.texts)
    for text in ("on the output", "on the error output", "quietly logged", "with a field"):
        assert text in texts
    assert ("a UserWarning", "a warning") in output.texts


def test_capturing_restores_the_loggers() -> None:
    """
    The levels and handlers of all loggers are the same after capturing as before.
    """
    logger = logging.getLogger("orderferry_captured.restored")
    logger.setLevel(logging.ERROR)
    handler = logging.NullHandler()
    logger.addHandler(handler)
    level = logging.root.level

    with capture_output():
        pass

    assert logging.ERROR == logger.level
    assert [handler] == logger.handlers
    assert level == logging.root.level
