"""
Findings of `check` about the workflow.
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


def step(*connectors: str, name: str = "ExportOrder", **fields: object) -> StepConfig:
    """
    Return a step that names connectors, as `name` or `name/id`.
    """
    references = tuple(
        ConnectorReference(first, second or None)
        for first, _, second in (connector.partition("/") for connector in connectors)
    )
    further: dict[str, Any] = fields
    return StepConfig(name=name, connectors=references, **further)


def workflow(*steps: StepConfig, foreign: frozenset[str] = frozenset()) -> Workflow:
    """
    Return a workflow whose only status is New, with these steps.
    """
    statuses = (Status(name="New", steps=steps),)
    return Workflow(
        order_types=(OrderType(name="Online", statuses=statuses),), foreign_steps=foreign
    )


def of_steps(placed: Workflow, instances: Instances) -> list[CheckFinding]:
    """
    Return the findings about steps.
    """
    return [
        finding
        for finding in check(placed, instances, STEPS, offline=True)
        if " at $" in finding.subject
    ]


def details(findings: list[CheckFinding]) -> list[tuple[str, str]]:
    """
    Return state and detail of the findings.
    """
    return [(finding.state.value, finding.detail) for finding in findings]


def test_a_step_with_its_exporter_is_proven(acme: Site, make: Make) -> None:
    """
    A step with an exporter is proven, and the finding names the instance.
    """
    findings = of_steps(workflow(step("acme", path="$.x")), make(InstanceConfig(name="acme")))

    assert [("proven", "acme/default")] == details(findings)
    assert "ExportOrder at $.x" == findings[0].subject


@pytest.mark.parametrize(
    ("connector", "configured", "detail"),
    [
        ("nowhere", [InstanceConfig(name="acme")], "not installed"),
        ("acme", [], "not configured"),
        ("acme/other", [InstanceConfig(name="acme")], "configured instances: acme/default"),
        ("acme", [InstanceConfig(name="acme", id=name) for name in "ab"], "ambiguous"),
        ("acme", [InstanceConfig(name="acme", settings={"no": 1})], "quarantined: see"),
    ],
)
def test_a_step_without_an_exporter_fails(
    acme: Site, make: Make, connector: str, configured: list[InstanceConfig], detail: str
) -> None:
    """
    A step without an exporter fails once, with the reason that an export would have.
    """
    (finding,) = of_steps(workflow(step(connector)), make(*configured))

    assert CheckState.FAILED is finding.state
    assert detail in finding.detail


def test_an_incompatible_connector_fails(acme: Site, make: Make) -> None:
    """
    The instance's finding names the distribution, and the step's finding refers to it.
    """
    acme.connector("old", requires=("orderferry<0.0.1",))

    instance, of_step = check(workflow(step("old")), make(InstanceConfig(name="old")), STEPS)

    assert "orderferry-old" == instance.distribution
    assert "1.0" == instance.version
    assert CheckState.FAILED is instance.state
    assert "orderferry<0.0.1" in instance.detail
    assert of_step.detail.startswith("incompatible: see")


def test_each_market_is_tried(acme: Site, make: Make) -> None:
    """
    A market with two instances or none fails, and the other markets do not hide it.
    """
    instances = make(
        InstanceConfig(name="acme", id="a", markets=frozenset({"NO", "SE"})),
        InstanceConfig(name="acme", id="b", markets=frozenset({"SE"})),
        InstanceConfig(name="acme", id="c", disabled_markets=frozenset({"DK", "NO", "SE"})),
    )

    (first_state, first), (second_state, second) = details(
        of_steps(workflow(step("acme")), instances)
    )

    assert "failed" == first_state
    assert "market DK" in first
    assert "failed" == second_state
    assert "ambiguous, it could be acme/a, acme/b for market SE" in second


def test_a_market_that_the_step_is_not_for_does_not_count(acme: Site, make: Make) -> None:
    """
    A market outside the step's scope is not checked, nor orders without a market.
    """
    instances = make(
        InstanceConfig(name="acme", id="no", markets=frozenset({"NO"})),
        InstanceConfig(name="acme", id="a", markets=frozenset({"SE"})),
        InstanceConfig(name="acme", id="b", markets=frozenset({"SE"})),
    )
    only_norway = Scope(markets=Filter(enabled=frozenset({"NO"})))

    findings = of_steps(workflow(step("acme", scope=only_norway)), instances)

    assert [("proven", "acme/no")] == details(findings)


def test_orders_without_a_market_cause_a_warning(acme: Site, make: Make) -> None:
    """
    Orders without a market cause only a warning if every instance is for markets.
    """
    instances = make(InstanceConfig(name="acme", id="no", markets=frozenset({"NO"})))

    (finding,) = of_steps(workflow(step("acme")), instances)

    assert CheckState.WARNING is finding.state
    assert "an order without a market" in finding.detail


def test_an_operation_that_the_connector_lacks_fails(acme: Site, make: Make) -> None:
    """
    An operation that the connector does not offer fails.
    """
    instances = make(InstanceConfig(name="acme"))

    findings = of_steps(workflow(step("acme", name="CancelOrder")), instances)

    message = "acme/default does not offer cancel_order, which the step calls"
    assert ("failed", message) in details(findings)


def repeated(first: StepConfig, second: StepConfig, instances: Instances) -> list[str]:
    """
    Return the states of the findings about an instance that is named twice.
    """
    findings = of_steps(workflow(first, second), instances)
    return [finding.state.value for finding in findings if "once per status" in finding.what]


def test_an_instance_that_is_named_twice_at_a_status_fails(acme: Site, make: Make) -> None:
    """
    An instance that two steps of a status name fails, since an order reaches it only once.
    """
    instances = make(InstanceConfig(name="acme"), InstanceConfig(name="acme", id="b"))

    states = [
        repeated(step("acme/b", path="$1"), step("acme/b", path="$2"), instances),
        repeated(step("acme/b", path="$1"), step("acme/default", path="$2"), instances),
        repeated(step("acme/b", "acme/b", path="$1"), step(path="$2"), instances),
        repeated(step("acme/b", path="$1"), step("acme/b", path="$2", active=False), instances),
    ]

    assert [["failed"], [], ["failed"], []] == states


def test_steps_that_no_order_meets_both_may_share_an_instance(acme: Site, make: Make) -> None:
    """
    Steps with disjoint scopes may share an instance; other differences are a warning.
    """
    instances = make(InstanceConfig(name="acme"))

    def scoped(path: str, **filters: Filter) -> StepConfig:
        return step("acme", path=path, scope=Scope(**filters))

    first, second = Filter(enabled=frozenset({"1"})), Filter(enabled=frozenset({"2"}))
    not_first = Filter(disabled=frozenset({"1"}))
    states = [
        repeated(scoped("$1", markets=first), scoped("$2", markets=second), instances),
        repeated(scoped("$1", stores=first), scoped("$2", stores=second), instances),
        repeated(scoped("$1", tags=first), scoped("$2", tags=not_first), instances),
        repeated(scoped("$1", tags=first), scoped("$2", tags=second), instances),
        repeated(step("acme"), step("acme", path="$2", conditions=(Condition.ERROR,)), instances),
    ]

    assert [[], [], [], ["warning"], ["warning"]] == states


def test_a_step_that_cannot_stop_later_steps_is_a_warning(acme: Site, make: Make) -> None:
    """
    StopOnError after the save is a warning if other steps follow.
    """
    instances = make(InstanceConfig(name="acme"), InstanceConfig(name="acme", id="b"))
    late = step("acme/b", run_after_order_is_saved=True, stop_on_error=True)

    before = of_steps(workflow(late, step("acme/default")), instances)
    last = of_steps(workflow(step("acme/default"), late), instances)

    (warning,) = [finding for finding in before if finding.state is CheckState.WARNING]
    assert "ExportOrder will have run" in warning.detail
    assert [] == [finding for finding in last if finding.state is CheckState.WARNING]


def test_an_error_status_that_the_order_type_lacks_is_a_warning(acme: Site, make: Make) -> None:
    """
    An error status that the order type lacks is a warning.
    """
    instances = make(InstanceConfig(name="acme"))

    unknown = of_steps(workflow(step("acme", error_status="Lost")), instances)
    known = of_steps(workflow(step("acme", error_status="New")), instances)

    assert ["warning"] == [finding.state.value for finding in unknown if "'Lost'" in finding.detail]
    assert ["proven"] == [finding.state.value for finding in known]


def test_foreign_and_inactive_steps_are_not_checked(acme: Site, make: Make) -> None:
    """
    Foreign and inactive steps are not checked.
    """
    placed = workflow(
        step("nowhere", name="Print"), step("nowhere", active=False), foreign=frozenset({"Print"})
    )

    assert [] == of_steps(placed, make())
