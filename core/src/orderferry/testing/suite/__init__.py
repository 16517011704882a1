"""
The conformance suite: its tests, what they guarantee, and the certificate of a run.
"""

import pytest

# Before these modules are imported: a failed assertion shows its values.
pytest.register_assert_rewrite(
    *(f"orderferry.testing.suite._{part}" for part in ("exporting", "hooks", "invariants"))
)

from orderferry.testing.suite._exporting import AskingTests, SendingTests  # noqa: E402
from orderferry.testing.suite._hooks import LoadingTests, OffersTests  # noqa: E402
from orderferry.testing.suite._invariants import ConductTests  # noqa: E402

__all__ = ["ConnectorSuite"]


class ConnectorSuite(OffersTests, ConductTests, AskingTests, SendingTests, LoadingTests):
    """
    The tests that a connector has to pass; a vendor extends it.

    What a connector implements and declares decides which apply; what it does not offer is told as
    such at the end of the run. The connector is loaded by the name of its entry point, so its
    distribution has to be installed, and talks to its simulator through a proxy that makes faults.
    """

    # pytest runs the tests of the last base first.
