"""
The doctor: real distributions on the path, beside what is installed.
"""

from __future__ import annotations

import platform
import sys
from typing import Any

import pytest

from core.tests.connectors.sources import EXPORT, source
from orderferry.connectors import Catalogue, installed_distributions
from orderferry.doctor import Diagnosis, Examined, diagnose
from orderferry.doctor._probe import Probed


def examined(name: str, diagnosis: Diagnosis | None = None) -> Examined:
    """
    What was found of one distribution; by default of its metadata only.
    """
    found = (diagnosis or read_only()).examined
    return next(each for each in found if each.name == name)


def read_only() -> Diagnosis:
    """
    What there is to find without loading anything.
    """
    return diagnose(lambda _: Probed())


def test_a_distribution_that_fits_has_no_fault(site: Any) -> None:
    """
    It is told with its hook API and what it names.
    """
    site.connector("acme", source(api="(1, 2)"), requires=["orderferry", "attrs>=20"])

    found = examined("orderferry-acme", diagnose())

    assert ("1.0", "1.2", (), ()) == (found.version, found.hook_api, found.faults, found.notes)
    assert [("connector", "acme", "orderferry_acme:TheConnector")] == [
        (each.kind, each.name, each.value) for each in found.brings
    ]
    assert set() == site.imported()


def test_the_core_comes_first_and_fits() -> None:
    """
    With the hook API that it serves; this environment is sound.
    """
    diagnosis = diagnose()
    core = diagnosis.examined[0]

    assert ("orderferry", "1.0", ()) == (core.name, core.hook_api, core.faults)
    assert Catalogue.installed().core_version == core.version
    assert ("step", "ExportOrder") in {(each.kind, each.name) for each in core.brings}
    assert platform.python_version() == diagnosis.python
    assert diagnosis.sound


BROKEN = {
    "crashing": (
        "import os; os._exit(0)",
        "connector crashing ends the process when it is imported (exit code 0)",
    ),
    "major": (
        source(api="(2, 0)"),
        (
            "connector major was made for hook API 2.0, and this orderferry serves 1.0; install a "
            "newer version of orderferry"
        ),
    ),
    "minor": (
        source(EXPORT.replace("self, order", "self, order, route"), api="(1, 1)"),
        (
            "connector minor has hooks that cannot be called: export_order has no argument route "
            "in API 1.0; it is given order, shipment, properties, context (made for hook API 1.1, "
            "this orderferry serves 1.0: a newer one may know them)"
        ),
    ),
    "yanked": (
        "",
        (
            "connector yanked names orderferry_yanked:TheConnector, and orderferry_yanked has no "
            "TheConnector; reinstall orderferry-yanked, or a version of it that has it, or "
            "uninstall it"
        ),
    ),
}
"""Modules of connectors, and the fault of each."""


def test_each_broken_connector_is_one_fault_among_those_that_work(site: Any) -> None:
    """
    The others are examined all the same.
    """
    for name, (text, _) in BROKEN.items():
        site.connector(name, text)
    site.connector("good", source())

    diagnosis = diagnose()

    assert not diagnosis.sound
    for name, (_, fault) in BROKEN.items():
        assert (fault,) == examined(f"orderferry-{name}", diagnosis).faults
    assert () == examined("orderferry-good", diagnosis).faults


def test_what_it_requires_is_held_against_what_is_installed(site: Any) -> None:
    """
    Missing, wrong, and excluded by what another distribution asks for.
    """
    site.connector(
        "acme",
        source(),
        version="1.2",
        requires=["orderferry<0.0.1", "nothing-of-this-name", "lowlib<2"],
    )
    site.distribution("lowlib", version="2.6.3")
    site.connector("zeta", source(), requires=["lowlib>=2.6"])

    wrong_core, missing, excluded = examined("orderferry-acme").faults

    assert wrong_core.startswith("orderferry-acme 1.2 requires orderferry<0.0.1, but orderferry 0.")
    assert (
        "orderferry-acme 1.2 requires nothing-of-this-name, which is not installed; pip install "
        "'nothing-of-this-name'"
    ) == missing
    assert (
        "orderferry-acme 1.2 requires lowlib<2, but lowlib 2.6.3 is installed; orderferry-zeta 1.0 "
        "requires lowlib>=2.6; no version of lowlib serves all of them: install versions of "
        "orderferry-acme and orderferry-zeta that agree, or keep them in environments of their own"
    ) == excluded


def test_a_fault_of_the_core_is_not_told_again_of_each_connector(site: Any) -> None:
    """
    Each has its own row.
    """
    site.connector("acme", source(), requires=["orderferry-zeta"])
    site.connector("zeta", source(), requires=["nothing-of-this-name"])

    diagnosis = read_only()

    assert () == examined("orderferry-acme", diagnosis).faults
    assert 1 == len(examined("orderferry-zeta", diagnosis).faults)


def test_a_python_that_it_is_not_meant_for_is_told(site: Any) -> None:
    """
    With both versions.
    """
    metadata = site.distribution("orderferry-acme", entry_points={"orderferry.steps": {}})
    site.connector("zeta", source())
    folder = site.folder / "orderferry_zeta-1.0.dist-info"
    (folder / "METADATA").write_text((folder / "METADATA").read_text() + "Requires-Python: <3\n")

    assert metadata.exists()
    assert (
        f"orderferry-zeta 1.0 requires Python <3, and this is Python {platform.python_version()}",
    ) == examined("orderferry-zeta").faults


def test_names_that_two_bring_are_told_of_both(site: Any) -> None:
    """
    A connector, and a simulator.
    """
    site.connector("acme", source(), distribution="acme-official")
    site.connector("acme", source(), distribution="acme-fork", version="2.0")

    diagnosis = read_only()

    assert ("connector acme is brought by acme-fork 2.0 too; uninstall one",) == examined(
        "acme-official", diagnosis
    ).faults
    assert ("connector acme is brought by acme-official 1.0 too; uninstall one",) == examined(
        "acme-fork", diagnosis
    ).faults


@pytest.mark.parametrize("order", [1, -1], ids=["as listed", "reversed"])
def test_a_second_metadata_beside_the_first_is_a_fault(
    site: Any, monkeypatch: pytest.MonkeyPatch, order: int
) -> None:
    """
    What an interrupted upgrade leaves is a fault, whichever of both the file system lists first.
    """
    site.connector("acme", source(), version="1.0")
    site.distribution("orderferry-acme", version="1.1")
    found, unreadable = installed_distributions()
    monkeypatch.setattr(
        "orderferry.doctor._diagnosis.installed_distributions", lambda: (found[::order], unreadable)
    )

    (fault,) = examined("orderferry-acme").faults

    assert f"is in {site.folder} too, as orderferry_acme-1." in fault
    assert fault.endswith("remove what is left of it, and reinstall orderferry-acme")


def test_a_copy_further_along_the_path_is_a_note(
    site: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Python imports the first, and so may be meant.
    """
    site.connector("acme", source(), requires=["orderferry"])
    behind = type(site)(tmp_path / "behind")
    behind.folder.mkdir()
    behind.distribution("orderferry-acme", version="2.0")
    monkeypatch.setattr("sys.path", [*sys.path, str(behind.folder)])

    found = examined("orderferry-acme")

    assert ((), "1.0") == (found.faults, found.version)
    assert found.notes[0].startswith(f"orderferry-acme 2.0 at {behind.folder}")


def test_a_group_that_is_not_ours_is_a_note_with_the_near_one(site: Any) -> None:
    """
    Nobody would ever find what stands there.
    """
    points = {"orderferry.connector": {"acme": "x:y"}}
    site.distribution("orderferry-acme", entry_points=points)

    assert (
        (
            "names entry points under orderferry.connector, a group that orderferry does not know; "
            "did you mean orderferry.connectors?"
        ),
    ) == examined("orderferry-acme").notes


def test_a_connector_that_requires_no_core_is_a_note(site: Any) -> None:
    """
    It works today, and pip will not keep it from what it cannot work with.
    """
    site.connector("acme", source())

    assert (
        "does not require orderferry, so pip puts it beside any version; its vendor has to say",
    ) == examined("orderferry-acme").notes


def test_metadata_that_cannot_be_read_is_a_fault_of_its_own(site: Any) -> None:
    """
    With the place.
    """
    points = {"orderferry.connectors": {"acme": "x:y"}}
    metadata = site.distribution("orderferry-acme", entry_points=points)
    (metadata / "entry_points.txt").write_bytes(b"[orderferry.connectors]\nbroken \xff = x:y\n")

    diagnosis = read_only()

    assert not diagnosis.sound
    assert diagnosis.faults[0].startswith(f"cannot be read: {metadata}: UnicodeDecodeError")


def test_extras_of_the_core_are_told_with_what_is_missing(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    That is no fault: a command says it when it is called.
    """
    monkeypatch.setattr("sys.path", [str(site.folder)])
    metadata = site.distribution(
        "orderferry", requires=["six; extra == 'postgres'", "lowlib; extra == 'testing'"]
    )
    text = "Provides-Extra: postgres\nProvides-Extra: testing\nProvides-Extra: service\n"
    (metadata / "METADATA").write_text((metadata / "METADATA").read_text() + text)
    site.distribution("lowlib")

    diagnosis = read_only()

    assert [
        ("postgres", "databases in PostgreSQL", ("six",)),
        ("testing", "orderferry certify, and a connector's own tests", ()),
    ] == [(each.name, each.purpose, each.missing) for each in diagnosis.extras]
    assert diagnosis.sound


def test_a_core_that_is_no_distribution_is_told(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A source tree on the path.
    """
    monkeypatch.setattr("sys.path", [str(site.folder)])

    diagnosis = read_only()

    assert ("orderferry", None) == (diagnosis.examined[0].name, diagnosis.examined[0].version)
    assert () == diagnosis.extras
