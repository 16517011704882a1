"""
Tests of `orderferry run` with exports that run after the order is saved.
"""

from .conftest import Workplace, workflow_of

LATER = workflow_of({"runAfterOrderIsSaved": True})


def test_what_runs_after_the_save_is_delivered_too(stored: Workplace) -> None:
    """
    Deferred exports are delivered, and a rejected one is exit code 1.
    """
    stored.configure({"markets": ["E"]}, {"id": "bad", "does": "reject"}, workflow=LATER)
    good, bad = stored.order("A1", marketId="E"), stored.order("A2", marketId="W")

    ran = stored.call("run", "--status", "New", "--json", good, bad)
    again = stored.call("run", "--status", "New", "--json", good)

    first, second = (result["steps"][0] for result in ran.json())
    assert 1 == ran.code
    assert 0 == again.code
    assert ["A1"] == stored.taken
    assert "accepted" == first["exports"][0]["state"]
    assert first["deferred"] is True
    assert "rejected" == second["exports"][0]["state"]
    assert "RejectedError" == second["exports"][0]["error"]["type"]


def test_what_runs_after_the_save_can_be_left_to_a_worker(stored: Workplace) -> None:
    """
    The option --no-wait leaves deferred exports queued for a worker.
    """
    stored.configure({}, workflow=LATER)

    ran = stored.call("run", "--status", "New", "--no-wait", "--json", stored.order("A1"))

    ((step,),) = (result["steps"] for result in ran.json())
    assert 0 == ran.code
    assert "queued" == step["exports"][0]["state"]
    assert [] == stored.taken
    assert 0 == stored.call("worker", "--until-idle").code
    assert ["A1"] == stored.taken


def test_what_cannot_be_tried_now_is_not_waited_for(stored: Workplace) -> None:
    """
    The command does not wait for a paused lane, and reports why.
    """
    stored.configure({}, workflow=LATER)
    stored.call("run", "--status", "New", stored.order("A0"))
    stored.call("lanes", "pause", "--all", "--reason", "stocktaking", "--user", "bo")

    ran = stored.call("run", "--status", "New", "--wait", "600", stored.order("A1"))

    assert 0 == ran.code
    assert ["A0"] == stored.taken
    assert "lane acme/default is paused: paused by bo: stocktaking" in ran.text


def test_a_lane_resumes_when_its_connector_is_fixed(stored: Workplace) -> None:
    """
    A lane waits while its connector cannot be loaded, and no command waits for it.
    """
    stored.configure({}, workflow=LATER)
    stored.call("run", "--status", "New", "--no-wait", stored.order("A1"))
    stored.configure({"does": 7}, workflow=LATER)
    (waiting,) = stored.call("exports", "list", "--json").json()

    worked = stored.call("worker", "--until-idle")
    lanes = stored.call("lanes", "list").text
    stored.configure({}, workflow=LATER)
    repeated = stored.call("run", "--status", "New", "--json", stored.order("A1"))

    assert 0 == worked.code
    assert "is waiting for its connector" in lanes
    assert "queued" == waiting["state"]
    ((step,),) = (result["steps"] for result in repeated.json())
    assert "accepted" == step["exports"][0]["state"]
    assert ["A1"] == stored.taken


def test_it_waits_for_the_end_where_that_is_asked(stored: Workplace) -> None:
    """
    The option --wait waits for further attempts, and without it the command ends after the first.
    """
    stored.configure({"does": "away for an hour", "id": "slow"}, workflow=LATER)
    short = stored.call("run", "--status", "New", "--json", stored.order("A1"))
    stored.configure({"does": "away then take"}, workflow=LATER)
    long = stored.call("run", "--status", "New", "--wait", "60", "--json", stored.order("A2"))

    assert ["retrying", "accepted"] == [
        ran.json()[0]["steps"][0]["exports"][0]["state"] for ran in (short, long)
    ]
    assert 0 == short.code
    assert 0 == long.code


def test_waiting_and_not_waiting_is_wrong_usage(workplace: Workplace) -> None:
    """
    The options --wait and --no-wait exclude each other.
    """
    ran = workplace.call("run", "--status", "New", "--wait", "1", "--no-wait", workplace.order())

    assert 2 == ran.code
    assert [] == workplace.taken


def test_an_unused_broken_connector_is_not_reported(workplace: Workplace) -> None:
    """
    A broken connector is not reported if no order is exported to it.
    """
    workplace.configure({}, {"id": "broken", "markets": ["SE"], "token": "${env:NOWHERE}"})

    ran = workplace.call("run", "--status", "New", workplace.order())

    assert 0 == ran.code
    assert ["A1"] == workplace.taken
    assert "" == ran.err
