"""
Tests of `orderferry preview`.
"""

import pytest

from .conftest import Workplace, workflow_of

SHIPMENTS = {"shipments": [{"shipmentId": "S1"}, {"shipmentId": "S2"}]}


def test_the_document_is_alone_on_standard_output(workplace: Workplace) -> None:
    """
    Standard output has exactly the document's bytes, and standard error its type and name.
    """
    ran = workplace.call("preview", "--connector", "acme", workplace.order())

    assert 0 == ran.code
    assert b"A1  {} none\n\x00\xff" == ran.out
    assert "application/x-acme, A1.acme\n" == ran.err
    assert [] == workplace.taken


def test_the_steps_properties_reach_the_connector(workplace: Workplace) -> None:
    """
    The connector gets the properties of the step at the order's own status.
    """
    there = {"name": "ExportOrder", "connector": "acme", "lane": "ship"}
    workplace.configure({}, workflow=workflow_of({"lane": "new"}, Ship=[there]))

    ship = workplace.call("preview", "--connector", "acme", workplace.order(status="Ship"))
    new = workplace.call("preview", "--connector", "acme", workplace.order())

    assert b"A1  {'lane': 'ship'} none" == ship.out.splitlines()[0]
    assert b"A1  {'lane': 'new'} none" == new.out.splitlines()[0]


def test_standard_input_may_hold_the_order(workplace: Workplace) -> None:
    """
    The name `-` reads standard input.
    """
    ran = workplace.call("preview", "--connector", "acme", "-", stdin=b'{"id": "P1"}')

    assert 0 == ran.code
    assert ran.out.startswith(b"P1 ")


def test_the_instance_is_chosen_as_for_an_export(workplace: Workplace) -> None:
    """
    The instance is selected by market or id, and an ambiguous name is exit code 2.
    """
    workplace.configure(
        {"id": "no", "markets": ["NO"], "does": "nothing"}, {"id": "se", "markets": ["SE"]}
    )

    chosen = workplace.call("preview", "--connector", "acme", workplace.order(marketId="SE"))
    named = workplace.call(
        "preview", "--connector", "acme", "--connector-id", "se", workplace.order()
    )
    neither = workplace.call("preview", "--connector", "acme", workplace.order())

    assert [0, 0, 2] == [chosen.code, named.code, neither.code]
    assert "not configured" in neither.err


def test_one_shipment_may_be_asked_for(workplace: Workplace) -> None:
    """
    The option --shipment selects a shipment, and a missing or unknown one is reported.
    """
    name = workplace.order(orderForm=SHIPMENTS)

    selected = workplace.call("preview", "--connector", "acme", "--shipment", "S2", name)
    all_of_it = workplace.call("preview", "--connector", "acme", name)
    unknown = workplace.call("preview", "--connector", "acme", "--shipment", "S9", name)

    assert [0, 1, 2] == [selected.code, all_of_it.code, unknown.code]
    assert selected.out.startswith(b"A1 S2 ")
    assert b"" == all_of_it.out
    assert b"" == unknown.out
    assert "it has S1, S2" in unknown.err


def test_an_order_that_cannot_be_sent_ends_with_one(workplace: Workplace) -> None:
    """
    An invalid order is exit code 1, with a line per problem.
    """
    workplace.configure({"does": "reject"})

    ran = workplace.call("preview", "--connector", "acme", workplace.order())

    assert 1 == ran.code
    assert b"" == ran.out
    assert [
        "Error: the order cannot be sent",
        "  line 2, quantity '-1': is negative; take the line out",
    ] == ran.err.splitlines()


def test_a_connector_without_a_preview_says_so(workplace: Workplace) -> None:
    """
    A connector without preview_order is exit code 2.
    """
    site = workplace.site / "orderferry_acme.py"
    site.write_text(
        site.read_text()
        .replace("def preview_order", "def _preview_order")
        .replace("    @hookimpl\n    def _preview", "    def _preview")
    )

    ran = workplace.call("preview", "--connector", "acme", workplace.order())

    assert 2 == ran.code
    assert "Error: acme/default (orderferry-acme 1.0) offers no preview\n" == ran.err


@pytest.mark.parametrize(
    ("does", "message"), [("nothing", "preview_order"), ("leak", "LookupError")]
)
def test_a_connector_that_breaks_its_contract_is_named(
    workplace: Workplace, does: str, message: str
) -> None:
    """
    A broken contract is exit code 1, and the message names the distribution and its version.
    """
    workplace.configure({"does": does})

    ran = workplace.call("preview", "--connector", "acme", workplace.order())

    assert 1 == ran.code
    assert b"" == ran.out
    assert "Traceback" not in ran.err
    assert message in ran.err
    assert "orderferry-acme 1.0" in ran.err


@pytest.mark.parametrize("does", ["reach out", "reach round"])
def test_a_connector_that_uses_the_network_is_stopped(workplace: Workplace, does: str) -> None:
    """
    A connector cannot use the network, neither through the shared client nor in a thread.
    """
    workplace.configure({"does": does})

    ran = workplace.call("preview", "--connector", "acme", workplace.order())

    assert 1 == ran.code
    assert b"" == ran.out
    assert "Traceback" not in ran.err
    assert "network" in ran.err


@pytest.mark.parametrize(("connector", "message"), [("acne", "acme"), ("nowhere", "not installed")])
def test_a_connector_that_is_not_there(workplace: Workplace, connector: str, message: str) -> None:
    """
    An unknown connector is exit code 2, and the message suggests a similar name.
    """
    ran = workplace.call("preview", "--connector", connector, workplace.order())

    assert 2 == ran.code
    assert message in ran.err


@pytest.mark.parametrize("content", [b"[]", b'[{"id": "1"}, {"id": "2"}]', b"{"])
def test_it_takes_exactly_one_order(workplace: Workplace, content: bytes) -> None:
    """
    A file without an order, with two orders or with invalid JSON is exit code 2.
    """
    name = workplace.write("orders.json", content).name

    ran = workplace.call("preview", "--connector", "acme", name)

    assert 2 == ran.code
    assert b"" == ran.out
    assert "orders.json" in ran.err
