"""
What the room offers.
"""

import pytest

from orderferry import delivery


def test_the_public_names_are_these() -> None:
    """
    A name that goes or comes is a decision.
    """
    assert [
        "Engine",
        "Flow",
        "Lane",
        "Pause",
        "PauseCause",
        "Rate",
        "Readable",
        "after_asking",
        "after_attempt",
        "after_unknown",
        "asking",
        "interrupted",
        "lane_lock",
        "pause_after",
        "wanted_run",
    ] == delivery.__all__
    assert delivery.__all__ == dir(delivery)


def test_each_public_name_is_there() -> None:
    """
    Also those that are loaded late.
    """
    assert all(getattr(delivery, name) is not None for name in delivery.__all__)


def test_no_other_name_is() -> None:
    """
    As in any module.
    """
    with pytest.raises(AttributeError, match="has no attribute 'Senders'"):
        _ = delivery.Senders  # type: ignore[attr-defined]
