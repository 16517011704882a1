"""
The conformance suite for connectors, and the proxy that injects faults.

A vendor adopts the suite in a few lines, in a test module::

    from orderferry.testing import ConnectorSuite
    from orderferry_acme.simulator import AcmeSimulator

    class TestAcme(ConnectorSuite):
        connector = "acme"
        target = AcmeSimulator

The suite needs pytest and trustme: `pip install 'orderferry[testing]'`.
"""

from typing import TYPE_CHECKING

from orderferry.lazy import lazy_names

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

if TYPE_CHECKING:
    from orderferry.testing.proxy._fault import BytePlace, Fault, Place, RequestPlace, Way
    from orderferry.testing.proxy._proxy import Proxy, Seen
    from orderferry.testing.suite import ConnectorSuite
    from orderferry.testing.suite._certify import Certificate, Target, certify
    from orderferry.testing.suite._fixtures import example_order
    from orderferry.testing.suite._guarantees import GUARANTEES, Guarantee
    from orderferry.testing.suite._report import Outcome, Result
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "orderferry.testing.proxy._fault": (
                "BytePlace",
                "Fault",
                "Place",
                "RequestPlace",
                "Way",
            ),
            "orderferry.testing.proxy._proxy": ("Proxy", "Seen"),
            "orderferry.testing.suite._certify": ("Certificate", "Target", "certify"),
            "orderferry.testing.suite._fixtures": ("example_order",),
            "orderferry.testing.suite._guarantees": ("GUARANTEES", "Guarantee"),
            "orderferry.testing.suite._report": ("Outcome", "Result"),
            "suite": ("ConnectorSuite",),
        },
    )
