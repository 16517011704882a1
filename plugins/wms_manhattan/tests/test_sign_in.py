"""
Signing in, and what it shows.
"""

import pytest

from orderferry.errors import (
    AuthenticationError,
    RejectedError,
)
from orderferry_wms_manhattan.simulator import Answer, ManhattanSimulator

from .conftest import InstanceOf, OrderOf, envelope


def test_token_is_taken_once_and_renewed_when_it_is_refused(
    simulator: ManhattanSimulator, instance: InstanceOf, order_of: OrderOf
) -> None:
    """
    One token serves many orders; one that no longer holds is renewed, and the order saved once.
    """
    made = instance()
    made.export(order_of())
    made.export(order_of(id="WEB-2"))
    assert 1 == simulator.tokens_given
    simulator.revoke_tokens()
    made.export(order_of(id="WEB-3"))
    assert 2 == simulator.tokens_given
    assert ["WEB-1", "WEB-2", "WEB-3"] == [each.order_id for each in simulator.received()]


def test_client_credentials_sign_in_too(
    simulator: ManhattanSimulator, instance: InstanceOf, order_of: OrderOf
) -> None:
    """
    The other grant needs no user.
    """
    made = instance(grant="client_credentials")
    made.export(order_of())
    assert 1 == len(simulator.received())


def test_wrong_password_is_an_authentication_error_without_secrets(
    simulator: ManhattanSimulator, instance: InstanceOf, order_of: OrderOf
) -> None:
    """
    A refused sign-in sends no order, and its error shows no secret.
    """
    made = instance(password="wrong-password")
    with pytest.raises(AuthenticationError) as caught:
        made.export(order_of())
    assert "wrong-password" not in repr(caught.value)
    assert [] == simulator.asked


def test_secret_that_the_target_says_back_is_hidden(
    simulator: ManhattanSimulator, instance: InstanceOf, order_of: OrderOf
) -> None:
    """
    A refusal that quotes a secret is told without it.
    """
    secret = str(simulator.settings["client_secret"])
    answer = Answer(content=envelope(False, f"client {secret} may not"), acts=False)
    simulator.plan(answer)
    with pytest.raises(RejectedError) as caught:
        instance().export(order_of())
    told = repr(caught.value) + repr(caught.value.problems)
    assert secret not in told
    assert "client *** may not" in told
