"""
The conformance suite: its tests, the guarantees that they prove, and the certificate of a run.
"""

import pytest

# Registered before the modules are imported, so that a failed assertion shows its values.
pytest.register_assert_rewrite(
    *(f"orderferry.testing.suite._{part}" for part in ("exporting", "hooks", "invariants"))
)

from orderferry.testing.suite._exporting import ExportTests, FindExportTests  # noqa: E402
from orderferry.testing.suite._hooks import LoadingTests, OptionalHookTests  # noqa: E402
from orderferry.testing.suite._invariants import InvariantTests  # noqa: E402

__all__ = ["ConnectorSuite"]


class ConnectorSuite(OptionalHookTests, InvariantTests, FindExportTests, ExportTests, LoadingTests):
    """
    The tests that a connector has to pass; a vendor extends this class.

    The hooks that a connector implements, and the capabilities that it declares, decide which
    tests apply; unsupported features are reported as "not offered" at the end of the run. The
    connector is loaded by the name of its entry point, so its distribution has to be installed. It
    connects to its simulator through a proxy that injects faults.
    """

    # pytest runs the tests of the last base class first.
