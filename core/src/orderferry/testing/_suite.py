"""
The conformance suite.
"""

from __future__ import annotations

from orderferry.testing._suite_asking import AskingTests
from orderferry.testing._suite_conduct import ConductTests
from orderferry.testing._suite_loading import LoadingTests
from orderferry.testing._suite_offers import OffersTests
from orderferry.testing._suite_sending import SendingTests

__all__ = ["ConnectorSuite"]


class ConnectorSuite(OffersTests, ConductTests, AskingTests, SendingTests, LoadingTests):
    """
    The tests that a connector has to pass; a vendor extends it.

    What a connector implements and declares decides which apply; what it does not offer is told as
    such at the end of the run. The connector is loaded by the name of its entry point, so its
    distribution has to be installed, and talks to its simulator through a proxy that makes faults.
    """

    # pytest runs the tests of the last base first.
