"""
The conformance suite.
"""

from orderferry.testing import ConnectorSuite
from orderferry_erp_sap.simulator import SapSimulator


class TestConformance(ConnectorSuite):
    """
    The connector against its simulator.
    """

    connector = "erp_sap"
    target = SapSimulator
