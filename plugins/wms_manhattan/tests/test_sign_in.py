"""
Authentication with the token endpoint.
"""

import pytest

from orderferry.errors import (
    AuthenticationError,
    RejectedError,
)
from orderferry_wms_manhattan.simulator import Answer, ManhattanSimulator

from .conftest import InstanceOf, OrderOf, envelope


def test_token_is_requested_once_and_renewed_when_invalid(
    simulator: ManhattanSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    One token serves several orders, and an invalid one is renewed without a second save.
    """
    instance = instance_of()
    instance.export_order(order_of())
    instance.export_order(order_of(id="WEB-2"))
    assert 1 == simulator.issued_tokens
    simulator.revoke_tokens()
    instance.export_order(order_of(id="WEB-3"))
    assert 2 == simulator.issued_tokens
    assert ["WEB-1", "WEB-2", "WEB-3"] == [received.order_id for received in simulator.received()]


def test_client_credentials_can_sign_in(
    simulator: ManhattanSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    The client credentials grant requires no user.
    """
    instance = instance_of(grant="client_credentials")
    instance.export_order(order_of())
    assert 1 == len(simulator.received())


def test_wrong_password_is_an_authentication_error_without_secrets(
    simulator: ManhattanSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    A failed sign-in sends no order, and its error shows no secret.
    """
    instance = instance_of(password="wrong-password")
    with pytest.raises(AuthenticationError) as caught:
        instance.export_order(order_of())
    assert "wrong-password" not in repr(caught.value)
    assert [] == simulator.requests


def test_secret_in_a_response_is_hidden(
    simulator: ManhattanSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    A rejection that quotes a secret is reported without it.
    """
    secret = str(simulator.settings["client_secret"])
    answer = Answer(content=envelope(False, f"client {secret} may not"))
    simulator.plan(answer)
    with pytest.raises(RejectedError) as caught:
        instance_of().export_order(order_of())
    text = repr(caught.value) + repr(caught.value.problems)
    assert secret not in text
    assert "client *** may not" in text
