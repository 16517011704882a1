"""
The public names of `orderferry.delivery`.
"""

import pytest

from orderferry import delivery


def test_the_public_names_are_pinned() -> None:
    """
    The room exports exactly these names, so that a new or removed name is a decision.
    """
    assert [
        "Engine",
        "Flow",
        "Lane",
        "OrderReadback",
        "Pause",
        "PauseCause",
        "Rate",
        "after_asking",
        "after_attempt",
        "after_unknown",
        "begin_asking",
        "error_status_run",
        "lane_lock",
        "pause_after",
        "recover_interrupted",
    ] == delivery.__all__
    assert delivery.__all__ == dir(delivery)


def test_each_public_name_can_be_read() -> None:
    """
    A public name can be read, also if its module is loaded late.
    """
    assert all(getattr(delivery, name) is not None for name in delivery.__all__)


def test_another_name_is_an_attribute_error() -> None:
    """
    A name that is not public raises AttributeError.
    """
    with pytest.raises(AttributeError, match="has no attribute 'Senders'"):
        _ = delivery.Senders  # type: ignore[attr-defined]
