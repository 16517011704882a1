"""
Tests of `orderferry.doctor.diagnose`: real distributions on the path, besides the installed ones.
"""

from __future__ import annotations

import platform
import sys
from typing import Any

import pytest

from core.tests.connectors.sources import EXPORT, source
from orderferry.connectors import Catalogue, installed_distributions
from orderferry.doctor import Diagnosis, DistributionReport, diagnose
from orderferry.doctor._probe import ProbeResult


def report_of(name: str, diagnosis: Diagnosis | None = None) -> DistributionReport:
    """
    Return the report of a distribution, by default of its metadata only.
    """
    reports = (diagnosis or diagnose_metadata()).distributions
    return next(report for report in reports if report.name == name)


def diagnose_metadata() -> Diagnosis:
    """
    Examine all distributions without loading an entry point.
    """
    return diagnose(lambda _: ProbeResult())


def test_a_distribution_that_fits_has_no_fault(site: Any) -> None:
    """
    The report of a distribution that fits has its hook API and entry points, and no fault or note.
    """
    site.connector("acme", source(api="(1, 2)"), requires=["orderferry", "attrs>=20"])

    report = report_of("orderferry-acme", diagnose())

    assert "1.0" == report.version
    assert "1.2" == report.hook_api
    assert () == report.faults
    assert () == report.notes
    assert [("connector", "acme", "orderferry_acme:TheConnector")] == [
        (entry_point.kind, entry_point.name, entry_point.value)
        for entry_point in report.entry_points
    ]
    assert set() == site.imported_modules()


def test_the_core_comes_first_and_fits() -> None:
    """
    The first report is the core's, with the hook API that it serves, and this environment is sound.
    """
    diagnosis = diagnose()
    core = diagnosis.distributions[0]

    assert "orderferry" == core.name
    assert "1.0" == core.hook_api
    assert () == core.faults
    assert Catalogue.installed().core_version == core.version
    assert ("step", "ExportOrder") in {
        (entry_point.kind, entry_point.name) for entry_point in core.entry_points
    }
    assert platform.python_version() == diagnosis.python
    assert diagnosis.sound


BROKEN = {
    "crashing": (
        "import os; os._exit(0)",
        "connector crashing ends the process on import (exit code 0)",
    ),
    "major": (
        source(api="(2, 0)"),
        (
            "connector major was made for hook API 2.0, but this orderferry supports 1.0; install "
            "a newer version of orderferry"
        ),
    ),
    "minor": (
        source(EXPORT.replace("self, order", "self, order, route"), api="(1, 1)"),
        (
            "connector minor has hooks that cannot be called: export_order has no argument route "
            "in API 1.0; its arguments are order, shipment, properties, context (made for hook "
            "API 1.1, this orderferry supports 1.0: a newer one may have them)"
        ),
    ),
    "yanked": (
        "",
        (
            "connector yanked names orderferry_yanked:TheConnector, but orderferry_yanked has no "
            "TheConnector; reinstall orderferry-yanked, install a version that has it, "
            "or uninstall it"
        ),
    ),
}
"""Modules of connectors, and the fault of each."""


def test_each_broken_connector_is_a_fault_of_its_own_distribution(site: Any) -> None:
    """
    A broken connector is one fault of its distribution, and no fault of the others.
    """
    for name, (text, _) in BROKEN.items():
        site.connector(name, text)
    site.connector("good", source())

    diagnosis = diagnose()

    assert not diagnosis.sound
    for name, (_, fault) in BROKEN.items():
        assert (fault,) == report_of(f"orderferry-{name}", diagnosis).faults
    assert () == report_of("orderferry-good", diagnosis).faults


def test_unmet_requirements_are_faults(site: Any) -> None:
    """
    A requirement that is missing, has a wrong version, or conflicts with another distribution's is
    a fault.
    """
    site.connector(
        "acme",
        source(),
        version="1.2",
        requires=["orderferry<0.0.1", "nothing-of-this-name", "lowlib<2"],
    )
    site.distribution("lowlib", version="2.6.3")
    site.connector("zeta", source(), requires=["lowlib>=2.6"])

    wrong_core, missing, excluded = report_of("orderferry-acme").faults

    assert wrong_core.startswith("orderferry-acme 1.2 requires orderferry<0.0.1, but orderferry 0.")
    assert (
        "orderferry-acme 1.2 requires nothing-of-this-name, which is not installed; pip install "
        "'nothing-of-this-name'"
    ) == missing
    assert (
        "orderferry-acme 1.2 requires lowlib<2, but lowlib 2.6.3 is installed; orderferry-zeta 1.0 "
        "requires lowlib>=2.6; no version of lowlib satisfies all of them: install versions of "
        "orderferry-acme and orderferry-zeta that agree, or install them in separate environments"
    ) == excluded


def test_a_fault_of_a_distribution_is_reported_once(site: Any) -> None:
    """
    A fault of a required distribution is in its own report only, if it has one.
    """
    site.connector("acme", source(), requires=["orderferry-zeta"])
    site.connector("zeta", source(), requires=["nothing-of-this-name"])

    diagnosis = diagnose_metadata()

    assert () == report_of("orderferry-acme", diagnosis).faults
    assert 1 == len(report_of("orderferry-zeta", diagnosis).faults)


def test_another_python_than_required_is_a_fault(site: Any) -> None:
    """
    The fault names the required version of Python and the running one.
    """
    metadata = site.distribution("orderferry-acme", entry_points={"orderferry.steps": {}})
    site.connector("zeta", source())
    folder = site.folder / "orderferry_zeta-1.0.dist-info"
    (folder / "METADATA").write_text((folder / "METADATA").read_text() + "Requires-Python: <3\n")

    assert metadata.exists()
    assert (
        f"orderferry-zeta 1.0 requires Python <3, but this is Python {platform.python_version()}",
    ) == report_of("orderferry-zeta").faults


def test_a_name_that_two_distributions_provide_is_a_fault_of_both(site: Any) -> None:
    """
    Each of two distributions that provide one name has a fault that names the other.
    """
    site.connector("acme", source(), distribution="acme-official")
    site.connector("acme", source(), distribution="acme-fork", version="2.0")

    diagnosis = diagnose_metadata()

    assert (
        "connector acme is also provided by acme-fork 2.0; uninstall all but one",
    ) == report_of("acme-official", diagnosis).faults
    assert (
        "connector acme is also provided by acme-official 1.0; uninstall all but one",
    ) == report_of("acme-fork", diagnosis).faults


@pytest.mark.parametrize("order", [1, -1], ids=["as listed", "reversed"])
def test_a_second_metadata_in_the_same_folder_is_a_fault(
    site: Any, monkeypatch: pytest.MonkeyPatch, order: int
) -> None:
    """
    What an interrupted upgrade leaves is a fault, whichever of both the file system lists first.
    """
    site.connector("acme", source(), version="1.0")
    site.distribution("orderferry-acme", version="1.1")
    installed, unreadable = installed_distributions()
    monkeypatch.setattr(
        "orderferry.doctor._diagnosis.installed_distributions",
        lambda: (installed[::order], unreadable),
    )

    (fault,) = report_of("orderferry-acme").faults

    assert f"is also in {site.folder}, as orderferry_acme-1." in fault
    assert fault.endswith("remove it, and reinstall orderferry-acme")


def test_a_copy_further_along_the_path_is_a_note(
    site: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Metadata that another folder of the path hides is a note: Python imports the first.
    """
    site.connector("acme", source(), requires=["orderferry"])
    behind = type(site)(tmp_path / "behind")
    behind.folder.mkdir()
    behind.distribution("orderferry-acme", version="2.0")
    monkeypatch.setattr("sys.path", [*sys.path, str(behind.folder)])

    report = report_of("orderferry-acme")

    assert () == report.faults
    assert "1.0" == report.version
    assert report.notes[0].startswith(f"orderferry-acme 2.0 at {behind.folder}")


def test_an_unknown_group_is_a_note_with_the_nearest_known_one(site: Any) -> None:
    """
    Entry points in a misspelt group are a note that suggests the right group.
    """
    points = {"orderferry.connector": {"acme": "x:y"}}
    site.distribution("orderferry-acme", entry_points=points)

    assert (
        (
            "has entry points in the group orderferry.connector, which orderferry does not know; "
            "did you mean orderferry.connectors?"
        ),
    ) == report_of("orderferry-acme").notes


def test_a_connector_that_requires_no_core_is_a_note(site: Any) -> None:
    """
    A connector whose distribution does not require the core is a note: pip may install it with a
    version that it cannot work with.
    """
    site.connector("acme", source())

    assert (
        (
            "declares no dependency on orderferry, so pip installs it with any version; ask the "
            "vendor to add one"
        ),
    ) == report_of("orderferry-acme").notes


def test_metadata_that_cannot_be_read_is_a_fault_of_no_distribution(site: Any) -> None:
    """
    Unreadable metadata is a fault of the diagnosis that names its folder.
    """
    points = {"orderferry.connectors": {"acme": "x:y"}}
    metadata = site.distribution("orderferry-acme", entry_points=points)
    (metadata / "entry_points.txt").write_bytes(b"[orderferry.connectors]\nbroken \xff = x:y\n")

    diagnosis = diagnose_metadata()

    assert not diagnosis.sound
    assert diagnosis.faults[0].startswith(f"cannot be read: {metadata}: UnicodeDecodeError")


def test_extras_of_the_core_are_listed_with_missing_requirements(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A missing requirement of an extra is listed, and is no fault.
    """
    monkeypatch.setattr("sys.path", [str(site.folder)])
    metadata = site.distribution(
        "orderferry", requires=["six; extra == 'postgres'", "lowlib; extra == 'testing'"]
    )
    text = "Provides-Extra: postgres\nProvides-Extra: testing\nProvides-Extra: service\n"
    (metadata / "METADATA").write_text((metadata / "METADATA").read_text() + text)
    site.distribution("lowlib")

    diagnosis = diagnose_metadata()

    assert [
        ("postgres", "databases in PostgreSQL", ("six",)),
        ("testing", "orderferry certify, and a connector's own tests", ()),
    ] == [(extra.name, extra.purpose, extra.missing) for extra in diagnosis.extras]
    assert diagnosis.sound


def test_a_core_that_is_no_distribution_has_no_version(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The report of a core that runs from a source tree has no version, and there are no extras.
    """
    monkeypatch.setattr("sys.path", [str(site.folder)])

    diagnosis = diagnose_metadata()

    (core,) = diagnosis.distributions
    assert "orderferry" == core.name
    assert core.version is None
    assert () == diagnosis.extras
