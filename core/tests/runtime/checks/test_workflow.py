"""
What `check` finds in a workflow.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from orderferry.connectors import InstanceConfig, Instances
from orderferry.exports import Operation
from orderferry.runtime import CheckFinding, CheckState, check
from orderferry.steps import (
    Condition,
    ConnectorReference,
    ExportOrder,
    Filter,
    Outcome,
    Scope,
    Step,
    StepCall,
    StepConfig,
    StepResult,
    StepRules,
)
from orderferry.workflow import OrderType, Status, Workflow

from ..conftest import Make

if TYPE_CHECKING:
    from core.tests.conftest import Site


class CancelOrder:
    """
    A step of another package, which calls another hook.
    """

    rules: ClassVar[StepRules] = StepRules(
        key="CancelOrder", accepts_connectors=True, operation=Operation.CANCEL_ORDER
    )

    def run(self, call: StepCall) -> StepResult:
        """
        Do nothing.
        """
        return StepResult(outcome=Outcome.SUCCESS)


STEPS: Mapping[str, Step] = {"ExportOrder": ExportOrder(), "CancelOrder": CancelOrder()}


def step(*connectors: str, name: str = "ExportOrder", **given: object) -> StepConfig:
    """
    A step that names connectors, as `name` or `name/id`.
    """
    references = tuple(
        ConnectorReference(first, second or None)
        for first, _, second in (each.partition("/") for each in connectors)
    )
    further: dict[str, Any] = given
    return StepConfig(name=name, connectors=references, **further)


def workflow(*steps: StepConfig, foreign: frozenset[str] = frozenset()) -> Workflow:
    """
    A workflow whose only status is New; each step stands at its place in the list.
    """
    statuses = (Status(name="New", steps=steps),)
    return Workflow(
        order_types=(OrderType(name="Online", statuses=statuses),), foreign_steps=foreign
    )


def of_steps(placed: Workflow, instances: Instances) -> list[CheckFinding]:
    """
    The findings about steps.
    """
    return [
        each for each in check(placed, instances, STEPS, offline=True) if " at $" in each.subject
    ]


def told(findings: list[CheckFinding]) -> list[tuple[str, str]]:
    """
    State and detail of each finding.
    """
    return [(each.state.value, each.detail) for each in findings]


def test_a_step_with_its_exporter_is_proven(acme: Site, make: Make) -> None:
    """
    The finding says which instance it is.
    """
    found = of_steps(workflow(step("acme", path="$.x")), make(InstanceConfig(name="acme")))

    assert [("proven", "acme/default")] == told(found)
    assert "ExportOrder at $.x" == found[0].subject


@pytest.mark.parametrize(
    ("named", "configured", "said"),
    [
        ("nowhere", [InstanceConfig(name="acme")], "not installed"),
        ("acme", [], "not configured"),
        ("acme/other", [InstanceConfig(name="acme")], "configured are acme/default"),
        ("acme", [InstanceConfig(name="acme", id=each) for each in "ab"], "ambiguous"),
        ("acme", [InstanceConfig(name="acme", settings={"no": 1})], "quarantined: see"),
    ],
)
def test_a_step_without_an_exporter_fails(
    acme: Site, make: Make, named: str, configured: list[InstanceConfig], said: str
) -> None:
    """
    By the reason that an export would have: once, however many markets there are.
    """
    (finding,) = of_steps(workflow(step(named)), make(*configured))

    assert (CheckState.FAILED, True) == (finding.state, said in finding.detail)


def test_an_incompatible_connector_fails(acme: Site, make: Make) -> None:
    """
    The instance's finding names the distribution, the step's refers to it.
    """
    acme.connector("old", requires=("orderferry<0.0.1",))

    instance, of_step = check(workflow(step("old")), make(InstanceConfig(name="old")), STEPS)

    assert ("orderferry-old", "1.0") == (instance.distribution, instance.version)
    assert ("failed", True) == (instance.state.value, "orderferry<0.0.1" in instance.detail)
    assert of_step.detail.startswith("incompatible: see")


def test_each_market_is_tried(acme: Site, make: Make) -> None:
    """
    A market that two instances claim, or that none has, fails; the others do not hide it.
    """
    instances = make(
        InstanceConfig(name="acme", id="a", markets=frozenset({"NO", "SE"})),
        InstanceConfig(name="acme", id="b", markets=frozenset({"SE"})),
        InstanceConfig(name="acme", id="c", disabled_markets=frozenset({"DK", "NO", "SE"})),
    )

    found = told(of_steps(workflow(step("acme")), instances))

    assert ["failed", "failed"] == [state for state, _ in found]
    assert "market DK" in found[0][1]
    assert "ambiguous, it could be acme/a, acme/b for market SE" in found[1][1]


def test_a_market_that_the_step_is_not_for_does_not_count(acme: Site, make: Make) -> None:
    """
    Neither one that it disables, nor, where it enables some, an order without a market.
    """
    instances = make(
        InstanceConfig(name="acme", id="no", markets=frozenset({"NO"})),
        InstanceConfig(name="acme", id="a", markets=frozenset({"SE"})),
        InstanceConfig(name="acme", id="b", markets=frozenset({"SE"})),
    )
    only_norway = Scope(markets=Filter(enabled=frozenset({"NO"})))

    found = of_steps(workflow(step("acme", scope=only_norway)), instances)

    assert [("proven", "acme/no")] == told(found)


def test_an_order_without_a_market_may_never_come(acme: Site, make: Make) -> None:
    """
    Where every instance is for markets, it is a warning that none is for an order without one.
    """
    instances = make(InstanceConfig(name="acme", id="no", markets=frozenset({"NO"})))

    found = of_steps(workflow(step("acme")), instances)

    assert ["warning"] == [each.state.value for each in found]
    assert "an order without a market" in found[0].detail


def test_an_operation_that_the_connector_lacks_fails(acme: Site, make: Make) -> None:
    """
    It is installed and configured, and still cannot do what the step asks.
    """
    found = of_steps(workflow(step("acme", name="CancelOrder")), make(InstanceConfig(name="acme")))

    assert ("failed", "acme/default does not offer cancel_order, which the step calls") in told(
        found
    )


def repeated(first: StepConfig, second: StepConfig, instances: Instances) -> list[str]:
    """
    The states of the findings that an instance is named twice.
    """
    found = of_steps(workflow(first, second), instances)
    return [each.state.value for each in found if "once at a status" in each.what]


def test_the_same_instance_twice_at_a_status(acme: Site, make: Make) -> None:
    """
    By its name, or by its name and id: an order would reach it once only.
    """
    instances = make(InstanceConfig(name="acme"), InstanceConfig(name="acme", id="b"))

    found = [
        repeated(step("acme/b", path="$1"), step("acme/b", path="$2"), instances),
        repeated(step("acme/b", path="$1"), step("acme/default", path="$2"), instances),
        repeated(step("acme/b", "acme/b", path="$1"), step(path="$2"), instances),
        repeated(step("acme/b", path="$1"), step("acme/b", path="$2", active=False), instances),
    ]

    assert [["failed"], [], ["failed"], []] == found


def test_steps_that_no_order_meets_both_may_share_an_instance(acme: Site, make: Make) -> None:
    """
    Apart by markets, stores or what the other disables; where it cannot be seen, it is a warning.
    """
    instances = make(InstanceConfig(name="acme"))

    def scoped(path: str, **filters: Filter) -> StepConfig:
        return step("acme", path=path, scope=Scope(**filters))

    one, two = Filter(enabled=frozenset({"1"})), Filter(enabled=frozenset({"2"}))
    not_one = Filter(disabled=frozenset({"1"}))
    found = [
        repeated(scoped("$1", markets=one), scoped("$2", markets=two), instances),
        repeated(scoped("$1", stores=one), scoped("$2", stores=two), instances),
        repeated(scoped("$1", tags=one), scoped("$2", tags=not_one), instances),
        repeated(scoped("$1", tags=one), scoped("$2", tags=two), instances),
        repeated(step("acme"), step("acme", path="$2", conditions=(Condition.ERROR,)), instances),
    ]

    assert [[], [], [], ["warning"], ["warning"]] == found


def test_a_step_that_cannot_stop_the_later_ones(acme: Site, make: Make) -> None:
    """
    It runs after the save, when the steps after it have run; one that is last warns of nothing.
    """
    instances = make(InstanceConfig(name="acme"), InstanceConfig(name="acme", id="b"))
    late = step("acme/b", run_after_order_is_saved=True, stop_on_error=True)

    before = of_steps(workflow(late, step("acme/default")), instances)
    last = of_steps(workflow(step("acme/default"), late), instances)

    (warning,) = [each for each in before if each.state is CheckState.WARNING]
    assert "ExportOrder will have run" in warning.detail
    assert [] == [each for each in last if each.state is CheckState.WARNING]


def test_an_error_status_that_the_order_type_lacks(acme: Site, make: Make) -> None:
    """
    It would be set, and nothing would run there: a warning.
    """
    instances = make(InstanceConfig(name="acme"))

    found = of_steps(workflow(step("acme", error_status="Lost")), instances)
    known = of_steps(workflow(step("acme", error_status="New")), instances)

    assert ["warning"] == [e.state.value for e in found if "'Lost'" in e.detail]
    assert ["proven"] == [e.state.value for e in known]


def test_steps_of_the_host_are_not_ours_to_check(acme: Site, make: Make) -> None:
    """
    Neither foreign steps nor inactive ones.
    """
    placed = workflow(
        step("nowhere", name="Print"), step("nowhere", active=False), foreign=frozenset({"Print"})
    )

    assert [] == of_steps(placed, make())
