"""
The conformance suite.
"""

from orderferry.testing import ConnectorSuite
from orderferry_wms_manhattan.simulator import ManhattanSimulator


class TestConformance(ConnectorSuite):
    """
    The connector against its simulator.
    """

    connector = "wms_manhattan"
    target = ManhattanSimulator
