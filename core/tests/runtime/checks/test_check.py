"""
Findings of `check` about the configured instances.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from orderferry.connectors import InstanceConfig
from orderferry.runtime import CheckState, check
from orderferry.workflow import Workflow

from ..conftest import Make

if TYPE_CHECKING:
    from core.tests.conftest import Site

CHECKING = """
from attrs import define
from orderferry import Connector, Finding, FindingState, hookimpl
from orderferry.connectors import NoSettings


@define(eq=False)
class TheConnector(Connector):
    settings: NoSettings

    @hookimpl
    def export_order(self, order):
        pass

    @hookimpl
    def check(self, context):
        @BODY@
"""

NOTHING = Workflow(order_types=())


@pytest.mark.parametrize(
    ("body", "state", "detail"),
    [
        ("return [Finding('sign in', FindingState.PROVEN, 'as us')]", "proven", "as us"),
        ("yield Finding('sign in', FindingState.FAILED, 'no')", "failed", "no"),
        ("return []", "not provable", "returned no findings"),
        ("return None", "not provable", "returned no findings"),
        ("return Finding('sign in', FindingState.PROVEN, 'as us')", "proven", "as us"),
        ("return ['fine']", "failed", "'fine', which is not a Finding"),
        ("return 'fine'", "failed", "'fine', which is not a Finding"),
        ("return 7", "failed", "7, which is not a Finding"),
        ("return [Finding('sign in', 'fine')]", "failed", "which is not a Finding"),
        ("raise LookupError('oh')", "failed", "LookupError: oh"),
        ("raise SystemExit('bye')", "failed", "bye"),
        ("yield Finding('a', FindingState.PROVEN); raise OSError('x')", "failed", "OSError: x"),
    ],
)
def test_a_connectors_own_check_is_reported(
    site: Site, make: Make, body: str, state: str, detail: str
) -> None:
    """
    The findings of a connector's check are returned; anything else it does is a finding.
    """
    site.connector("checking", CHECKING.replace("@BODY@", body))

    *_, finding = check(NOTHING, make(InstanceConfig(name="checking")), {})

    assert state == finding.state.value
    assert detail in finding.detail
    assert "orderferry-checking" == finding.distribution
    assert "1.0" == finding.version


def test_a_check_has_a_deadline(site: Site, make: Make) -> None:
    """
    A connector's check sees how long it may take.
    """
    body = "yield Finding(str(0 < context.time_left <= 5), FindingState.PROVEN)"
    site.connector("checking", CHECKING.replace("@BODY@", body))

    *_, finding = check(NOTHING, make(InstanceConfig(name="checking")), {}, seconds=5)

    assert "True" == finding.what


def test_a_connector_without_a_check_proves_nothing(acme: Site, make: Make) -> None:
    """
    A connector without a check leaves it open whether its target accepts writes.
    """
    _, target = check(NOTHING, make(InstanceConfig(name="acme")), {})

    assert CheckState.NOT_PROVABLE is target.state
    assert "the connector offers no check" == target.detail
