"""
The folders of the reference data and of the foreign software.
"""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="session")
def reference() -> Path:
    """
    The folder of reference data: `ORDERFERRY_REFERENCE`, or `shared` next to the checkout.
    """
    folder = Path(os.environ.get("ORDERFERRY_REFERENCE") or ROOT.parent / "shared")
    if not folder.is_dir():
        pytest.skip(f"no reference data: {folder} does not exist (set ORDERFERRY_REFERENCE)")
    return folder


@pytest.fixture(scope="session")
def sap_mock(reference: Path) -> Path:
    """
    The folder of SAP's sales order service on SAP CAP, with its npm packages installed.
    """
    if not (reference / "sap_mock").is_dir():
        pytest.skip(f"no copy of SAP's service in {reference}")
    folder = ROOT / ".cache" / "sap_mock"
    if not (folder / "node_modules" / "installed.json").exists():
        pytest.skip("SAP CAP is not installed: `make foreign` installs it")
    return folder
