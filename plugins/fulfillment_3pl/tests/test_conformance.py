"""
The conformance suite.
"""

from orderferry.testing import ConnectorSuite
from orderferry_fulfillment_3pl.simulator import ThreePlSimulator


class TestConformance(ConnectorSuite):
    """
    The connector against its simulator.
    """

    connector = "fulfillment_3pl"
    target = ThreePlSimulator
