"""
Runs of the steps of a status.
"""

from collections.abc import Callable
from typing import ClassVar

import pytest

from orderferry.exports import SetError
from orderferry.orders import EntityError, Order, OrderForm, Shipment
from orderferry.steps import (
    Condition,
    Filter,
    Outcome,
    Scope,
    StepCall,
    StepConfig,
    StepResult,
    StepRules,
)
from orderferry.workflow import Run, Status, StatusRun


class NoExports:
    """
    Exports of a run whose steps create none.
    """

    def prepare(self, config: StepConfig, order: Order) -> None:
        """
        Load nothing.
        """


class Answering:
    """
    A step that returns the result that the test sets for its position.
    """

    rules: ClassVar[StepRules] = StepRules(key="Answer")

    def __init__(self, answers: dict[int, StepResult]) -> None:
        self.answers = answers
        self.calls: list[StepCall] = []

    def run(self, call: StepCall) -> StepResult:
        """
        Return the result for this position in the run.
        """
        self.calls.append(call)
        return self.answers.get(call.position, StepResult(outcome=Outcome.SUCCESS))


Enter = Callable[..., tuple[StatusRun, Answering]]


def step(**fields: object) -> StepConfig:
    """
    Return a step of the kind `Answering`.
    """
    return StepConfig(name="Answer", **fields)  # type: ignore[arg-type]


def enter(
    *steps: StepConfig, answers: dict[int, StepResult] | None = None, order: Order | None = None
) -> tuple[StatusRun, Answering]:
    """
    Run steps at status New.
    """
    kind = Answering(answers or {})
    run = Run(
        steps={"Answer": kind},
        foreign_steps=frozenset({"ReserveStock"}),
        exports=NoExports(),  # type: ignore[arg-type]
        id="r1",
    )
    return run.enter(order or Order(id="W1"), Status(name="New", steps=steps)), kind


def result(outcome: Outcome, **fields: object) -> StepResult:
    """
    Return a result of a step.
    """
    return StepResult(outcome=outcome, **fields)  # type: ignore[arg-type]


def test_steps_run_from_top_to_bottom() -> None:
    """
    The steps run once each, from top to bottom.
    """
    done, kind = enter(step(), step(), step())

    assert [0, 1, 2] == [call.position for call in kind.calls]
    assert Outcome.SUCCESS is done.outcome


def test_a_step_that_cancels_leaves_the_rest_unrun_and_listed() -> None:
    """
    A step that cancels leaves the rest unrun, and the result lists them.
    """
    answers = {0: result(Outcome.ERROR, cancel=True)}

    done, kind = enter(step(), step(), StepConfig(name="ReserveStock"), answers=answers)

    assert 1 == len(kind.calls)
    assert done.cancelled
    assert ("Answer", "ReserveStock") == done.unrun


@pytest.mark.parametrize(
    ("conditions", "earlier", "runs"),
    [
        ((Condition.SUCCESS,), Outcome.SUCCESS, True),
        ((Condition.SUCCESS,), Outcome.WARNING, False),
        ((Condition.SUCCESS,), Outcome.ERROR, False),
        ((Condition.WARNING,), Outcome.SUCCESS, False),
        ((Condition.WARNING,), Outcome.WARNING, True),
        ((Condition.WARNING,), Outcome.ERROR, False),
        ((Condition.ERROR,), Outcome.WARNING, False),
        ((Condition.ERROR,), Outcome.ERROR, True),
        ((Condition.SUCCESS, Condition.ERROR), Outcome.ERROR, True),
        ((Condition.WARNING, Condition.ERROR), Outcome.SUCCESS, False),
    ],
)
def test_conditions_look_at_earlier_steps_and_any_of_them_suffices(
    conditions: tuple[Condition, ...], earlier: Outcome, runs: bool
) -> None:
    """
    A step runs if any of its conditions is met by the earlier steps.
    """
    done, kind = enter(step(), step(conditions=conditions), answers={0: result(earlier)})

    assert runs == (len(kind.calls) == 2)
    assert runs != (done.steps[1].reason is not None)


def test_steps_that_are_not_run_do_not_count_for_conditions() -> None:
    """
    A step that is not run is neither a success nor a failure for conditions.
    """
    done, kind = enter(step(active=False), step(conditions=(Condition.SUCCESS,)))

    assert 1 == len(kind.calls)
    assert done.steps[0].outcome is None
    assert done.steps[0].skipped
    assert "not active" == done.steps[0].reason


def test_a_foreign_step_is_not_run_for_that_reason() -> None:
    """
    A foreign step is not run, since the host runs it, and the report says so.
    """
    done, _ = enter(StepConfig(name="ReserveStock"))

    assert "a foreign step: the host runs it" == done.steps[0].reason


ORDER = Order(
    id="W1",
    market_id="NOR",
    store_id="oslo",
    tags=("vip", "b2b"),
    order_form=OrderForm(
        shipments=(
            Shipment(shipment_id="S1", warehouse_code="W-1", shipping_method_name="Express"),
        )
    ),
)


@pytest.mark.parametrize(
    ("scope", "reason"),
    [
        (Scope(), None),
        (Scope(markets=Filter(enabled=frozenset({"NOR"}))), None),
        (Scope(markets=Filter(enabled=frozenset({"SWE"}))), "market (NOR)"),
        (
            Scope(markets=Filter(enabled=frozenset({"NOR"}), disabled=frozenset({"NOR"}))),
            "market (NOR)",
        ),
        (Scope(stores=Filter(disabled=frozenset({"oslo"}))), "store (oslo)"),
        (Scope(warehouses=Filter(enabled=frozenset({"W-2"}))), "warehouse (W-1)"),
        (Scope(shipment_options=Filter(disabled=frozenset({"Express"}))), "shipping method"),
        (Scope(tags=Filter(enabled=frozenset({"vip"}), disabled=frozenset({"b2b"}))), "tag"),
        (Scope(tags=Filter(enabled=frozenset({"vip"}))), None),
    ],
)
def test_lists_of_enabled_and_disabled_decide_and_disabled_wins(
    scope: Scope, reason: str | None
) -> None:
    """
    A step runs for the orders in its scope, disabled names win, and the reason is reported.
    """
    done, kind = enter(step(scope=scope), order=ORDER)

    assert (reason is None) == (len(kind.calls) == 1)
    assert reason is None or reason in str(done.steps[0].reason)


def test_later_steps_see_what_earlier_ones_changed() -> None:
    """
    A later step gets the order and the changes of the earlier steps.
    """
    error = EntityError(key="Answer", reference_id="sap/main")
    answers = {0: result(Outcome.WARNING, changes=(SetError(error),))}

    done, kind = enter(step(), step(), answers=answers)

    assert (error,) == kind.calls[1].order.errors
    assert (SetError(error),) == kind.calls[1].changes == done.changes


def test_the_error_status_of_the_worst_outcome_then_the_earliest_is_set() -> None:
    """
    The error status of the worst outcome, then the earliest, is set after the last step.
    """
    answers = {
        0: result(Outcome.WARNING, error_status="Late"),
        1: result(Outcome.ERROR, error_status="Failed"),
        2: result(Outcome.ERROR, error_status="FailedToo"),
    }

    done, kind = enter(step(), step(), step(), answers=answers)

    assert "Failed" == done.new_status
    assert {"New"} == {call.status for call in kind.calls}


def test_an_exception_of_another_packages_step_is_its_error() -> None:
    """
    An exception of another package's step is its Error, and the other steps run.
    """

    class Broken(Answering):
        def run(self, call: StepCall) -> StepResult:
            if call.position == 0:
                raise LookupError("no such thing")
            return super().run(call)

    kind = Broken({})
    run = Run(
        steps={"Answer": kind},
        foreign_steps=frozenset(),
        exports=NoExports(),  # type: ignore[arg-type]
        id="r1",
    )

    done = run.enter(Order(id="W1"), Status(name="New", steps=(step(), step())))

    assert [Outcome.ERROR, Outcome.SUCCESS] == [report.outcome for report in done.steps]
    assert "step Answer raised LookupError: no such thing" == done.steps[0].message
