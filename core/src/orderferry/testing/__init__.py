"""
What tests of connectors need: the conformance suite, and the proxy that makes faults.

A vendor adopts the suite in a few lines, in a test module of its own::

    from orderferry.testing import ConnectorSuite
    from orderferry_acme.simulator import AcmeSimulator

    class TestAcme(ConnectorSuite):
        connector = "acme"
        target = AcmeSimulator

It needs pytest and trustme: `pip install 'orderferry[testing]'`.
"""

import pytest

# Before these modules are imported: an assertion that fails then shows its values.
pytest.register_assert_rewrite(
    *(f"orderferry.testing._suite_{part}" for part in ("asking", "conduct", "loading", "offers")),
    "orderferry.testing._suite_sending",
)

from orderferry.testing._certify import Certificate, Target, certify  # noqa: E402
from orderferry.testing._fault import BytePlace, Fault, Place, RequestPlace, Way  # noqa: E402
from orderferry.testing._guarantees import GUARANTEES, Guarantee  # noqa: E402
from orderferry.testing._order import example_order  # noqa: E402
from orderferry.testing._proxy import Proxy, Seen  # noqa: E402
from orderferry.testing._report import Outcome, Result  # noqa: E402
from orderferry.testing._suite import ConnectorSuite  # noqa: E402

__all__ = [
    "GUARANTEES",
    "BytePlace",
    "Certificate",
    "ConnectorSuite",
    "Fault",
    "Guarantee",
    "Outcome",
    "Place",
    "Proxy",
    "RequestPlace",
    "Result",
    "Seen",
    "Target",
    "Way",
    "certify",
    "example_order",
]
