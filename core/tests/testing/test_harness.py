"""
Instances that the harness loads, and their hooks, on a connector that reports its arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from attrs import evolve

from orderferry import Absent, Document, ExportResult, Finding, FindingState, Found, Properties
from orderferry.connectors import MemoryState, Redactor, Timeline
from orderferry.errors import SettingsError
from orderferry.testing import example_order
from orderferry.testing.harness import Harness, run_simulator

from .echo import EchoSimulator

KEY = UUID("12345678-1234-5678-1234-567812345678")
ACCEPTED = (ExportResult({"order": "R1"}), ExportResult({"order": "R2"}))
GATE = Properties({"gate": "7"})
FORM = example_order("WEB-1").order_form
WHOLE = evolve(example_order("WEB-1"), order_form=evolve(FORM, shipments=()))
SHIPMENTS = tuple(evolve(FORM.shipments[0], shipment_id=name) for name in ("S1", "S2"))
SHIPPED = evolve(WHOLE, order_form=evolve(FORM, shipments=SHIPMENTS))


@pytest.fixture
def harness(installed: Callable[[str], None]) -> Iterator[Harness]:
    """
    A harness of the installed connector `echo`.
    """
    installed("echo")
    with Harness("echo") as harness:
        yield harness


def test_the_simulator_runs_within_the_block() -> None:
    """
    The simulator is started before the block, and stopped after it, also when the block fails.
    """
    simulator = EchoSimulator()
    with run_simulator(simulator) as running:
        assert ["start"] == running.calls
    assert ["start", "stop"] == simulator.calls

    with pytest.raises(ZeroDivisionError), run_simulator(simulator):
        raise ZeroDivisionError
    assert ["start", "stop"] * 2 == simulator.calls


def test_settings_are_those_of_the_simulator(harness: Harness) -> None:
    """
    An instance has the simulator's settings, with the test's changes.
    """
    simulator = EchoSimulator()
    (plain,) = harness.load(simulator).export_order(WHOLE)
    (changed,) = harness.load(simulator, warehouse="DC03").export_order(WHOLE)
    (reduced,) = harness.load(simulator, without=("warehouse",)).export_order(WHOLE)

    assert "DC02" == plain.remote_ids["warehouse"]
    assert "DC03" == changed.remote_ids["warehouse"]
    assert "DC01" == reduced.remote_ids["warehouse"]


def test_settings_are_read_as_the_core_reads_them(harness: Harness) -> None:
    """
    An unknown setting is reported when the instance is loaded.
    """
    with pytest.raises(SettingsError, match="wharehouse"):
        harness.load(EchoSimulator(), wharehouse="DC03")


def test_an_instance_has_the_id_of_its_harness(harness: Harness) -> None:
    """
    The instance's name is made of the connector's name and the id.
    """
    (result,) = harness.load(EchoSimulator()).export_order(WHOLE)
    with Harness("echo", "main") as named:
        (other,) = named.load(EchoSimulator()).export_order(WHOLE)

    assert "echo/default" == result.remote_ids["instance"]
    assert "echo/main" == other.remote_ids["instance"]


def test_an_export_has_usual_arguments(harness: Harness) -> None:
    """
    An export is the first attempt by default, with a key, time left and nothing accepted.
    """
    (result,) = harness.load(EchoSimulator()).export_order(WHOLE)

    ids = result.remote_ids
    assert WHOLE.id == ids["order"]
    assert "order/harness" == ids["key"]
    assert "1" == ids["attempt"]
    assert "True" == ids["in_time"]
    assert "" == ids["accepted"]
    assert "None" == ids["gate"]


def test_an_export_passes_every_argument(harness: Harness) -> None:
    """
    Every argument of `export_order` reaches the connector through its context.
    """
    instance, timeline = harness.load(EchoSimulator()), Timeline(Redactor())
    (result,) = instance.export_order(
        SHIPPED,
        SHIPMENTS[1],
        GATE,
        key="key-1",
        idempotency_key=KEY,
        attempt=3,
        seconds=0,
        accepted=ACCEPTED,
        timeline=timeline,
    )

    ids = result.remote_ids
    assert "S2" == result.shipment_id
    assert "7" == ids["gate"]
    assert "key-1" == ids["key"]
    assert str(KEY) == ids["idempotency_key"]
    assert "3" == ids["attempt"]
    assert "False" == ids["in_time"]
    assert "R1 R2" == ids["accepted"]
    assert ["echoed"] == [exchange.request for exchange in timeline.exchanges]


def test_several_results_are_returned_in_order(harness: Harness) -> None:
    """
    A connector that returns a result for each shipment is understood like one that returns one.
    """
    results = harness.load(EchoSimulator()).export_order(SHIPPED)

    assert ["S1", "S2"] == [result.shipment_id for result in results]


def test_state_is_kept_by_the_instance_or_given(harness: Harness) -> None:
    """
    An instance remembers between calls; another one only where a test gives it the same state.
    """
    state = MemoryState()
    first = harness.load(EchoSimulator(), state)
    numbers = [
        instance.export_order(WHOLE)[0].remote_ids["exports"]
        for instance in (first, first, harness.load(EchoSimulator(), state))
    ]

    assert ["1", "2", "3"] == numbers
    assert "1" == harness.load(EchoSimulator()).export_order(WHOLE)[0].remote_ids["exports"]


def test_find_export_gets_the_export_that_was_sent(harness: Harness) -> None:
    """
    `find_export` gets the export that was sent, and a context with the same key.
    """
    instance = harness.load(EchoSimulator())
    result = instance.find_export(
        SHIPPED,
        SHIPMENTS[0],
        GATE,
        key="key-1",
        idempotency_key=KEY,
        accepted=ACCEPTED,
    )

    assert Absent() == instance.find_export(WHOLE)
    assert (
        Found(
            {
                "order": SHIPPED.id,
                "shipment": "S1",
                "key": "key-1 key-1",
                "idempotency_key": str(KEY),
                "gate": "7",
            }
        )
        == result
    )


def test_an_order_is_previewed(harness: Harness) -> None:
    """
    `preview_order` gets the order, the shipment and the step's properties.
    """
    instance = harness.load(EchoSimulator())

    assert Document(f"{WHOLE.id} None None".encode(), "text/plain") == instance.preview_order(WHOLE)
    document = instance.preview_order(SHIPPED, SHIPMENTS[0], GATE)
    assert f"{SHIPPED.id} S1 7".encode() == document.content


def test_findings_of_a_check_are_returned(harness: Harness) -> None:
    """
    `check` returns the findings, in order, within the time that the test gives.
    """
    instance = harness.load(EchoSimulator())

    assert (Finding("have time", FindingState.PROVEN, "False"),) == instance.check()
    assert "True" == instance.check(seconds=60)[0].detail


@pytest.mark.parametrize(
    ("hook", "arguments"),
    [
        ("export_order", (WHOLE,)),
        ("find_export", (WHOLE,)),
        ("preview_order", (WHOLE,)),
        ("check", ()),
    ],
)
def test_an_invalid_result_of_a_hook_is_an_error(
    harness: Harness, hook: str, arguments: tuple[Any, ...]
) -> None:
    """
    The error about an invalid result names the hook.
    """
    instance = harness.load(EchoSimulator(), answer="nonsense")
    with pytest.raises(TypeError, match=f"{hook} returned 'n"):
        getattr(instance, hook)(*arguments)
