"""
Tests of `orderferry doctor`.
"""

from __future__ import annotations

import subprocess
import sys
from functools import cache

import pytest

from orderferry.doctor import diagnose

from .conftest import Site, Workplace


@pytest.fixture
def examined_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    One examination is shown in both forms: it starts a process for each entry point.
    """
    monkeypatch.setattr("orderferry.cli._doctor.diagnose", cache(diagnose))


CRASH = "import os\nos._exit(0)\n"


@pytest.mark.usefixtures("examined_once")
def test_a_sound_installation_ends_with_0(workplace: Workplace) -> None:
    """
    A sound installation is exit code 0, also without a configuration.
    """
    (workplace.folder / "orderferry.toml").unlink(missing_ok=True)

    ran = workplace.call("doctor", "--json")
    table = workplace.call("doctor")

    assert 0 == ran.code
    assert "" == ran.err
    assert ran.json()["sound"] is True
    distributions = {entry["name"]: entry for entry in ran.json()["distributions"]}
    assert {
        "kind": "connector",
        "name": "acme",
        "value": "orderferry_acme:TheConnector",
        "loads": True,
        "reason": None,
        "hookApi": "1.0",
    } == distributions["orderferry-acme"]["brings"][0]
    assert 0 == table.code
    assert "no problems found" == table.text.splitlines()[-1].partition(": ")[2]


@pytest.mark.usefixtures("examined_once")
def test_a_connector_that_ends_python_is_a_fault_like_any_other(
    workplace: Workplace, site: Site
) -> None:
    """
    A connector that ends the process is reported, the others are checked, and the exit code is 1.
    """
    site.connector("bomb", CRASH)
    points = {"orderferry.connectors": {"gone": "nowhere:Gone"}}
    site.distribution("orderferry-gone", modules={}, entry_points=points)

    ran = workplace.call("doctor", "--json")
    table = workplace.call("doctor")

    faults = {
        distribution["name"]: distribution["faults"] for distribution in ran.json()["distributions"]
    }
    assert 1 == ran.code
    assert 1 == table.code
    assert ["connector bomb ends the process on import (exit code 0)"] == faults["orderferry-bomb"]
    assert [] == faults["orderferry-acme"]
    assert "there is no module nowhere" in faults["orderferry-gone"][0]
    assert "2 broken" == table.text.splitlines()[-1].partition(": ")[2]
    assert "- connector bomb ends the process on import (exit code 0)" in table.text


def test_no_library_of_the_core_is_loaded_that_may_itself_be_broken() -> None:
    """
    The command imports no library that it reports about.
    """
    program = (
        "import sys\nfrom orderferry.cli import main\n"
        "try:\n    main(['doctor', '--json'])\nfinally:\n"
        "    heavy = {'sqlalchemy', 'alembic', 'msgspec', 'cattrs', 'urllib3', 'rich'}\n"
        "    print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert "[]" == ran.stderr.strip()
