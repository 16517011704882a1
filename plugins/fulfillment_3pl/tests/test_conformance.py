"""
The conformance suite.
"""

from orderferry.testing import ConnectorSuite
from orderferry_fulfillment_3pl.simulator import ThreePlSimulator


class TestConformance(ConnectorSuite):
    """
    The conformance suite, run on the connector and its simulator.
    """

    connector = "fulfillment_3pl"
    target = ThreePlSimulator
