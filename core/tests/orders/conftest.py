"""
Orders as text, and the faults of reading them.
"""

import json
from collections.abc import Callable

import pytest

from orderferry.errors import OrderFormatError


def faults_of(read: Callable[[], object]) -> tuple[str, ...]:
    """
    The faults of a failed reading.
    """
    with pytest.raises(OrderFormatError) as caught:
        read()
    return caught.value.faults


def order_text(**members: object) -> bytes:
    """
    The text of an order with id W1 and more members.
    """
    return json.dumps({"id": "W1", **members}).encode()
