"""
Discovery: what is installed, from metadata alone.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from typing import Any

import pytest

from orderferry.connectors import Catalogue
from orderferry.errors import DuplicateNameError, NotInstalledError


def test_installed_connectors_are_found_and_none_is_imported(site: Any) -> None:
    """
    Names, values, distributions, versions and requirements all come from metadata.
    """
    site.connector("acme", "raise RuntimeError", requires=["orderferry>=0.1", "six"], version="1.2")
    site.connector("zeta", "raise RuntimeError")

    catalogue = Catalogue.installed()
    entry = catalogue.find("acme")

    assert {"acme", "zeta"} <= set(catalogue.names)
    assert sorted(catalogue.names) == list(catalogue.names)
    assert ("acme", "orderferry_acme:TheConnector", "orderferry-acme", "1.2") == (
        entry.name,
        entry.value,
        entry.distribution,
        entry.version,
    )
    assert ("orderferry>=0.1", "six") == entry.requirements
    assert "orderferry-acme 1.2" == entry.origin
    assert "TheConnector" in repr(entry)
    assert set() == site.imported()


def test_other_groups_are_catalogues_of_their_own(site: Any) -> None:
    """
    Steps and simulators are found in the same way.
    """
    site.distribution(
        "orderferry-more",
        modules={"more": "STEP = 'a step'"},
        entry_points={
            "orderferry.steps": {"MyStep": "more:STEP"},
            "console_scripts": {"more": "more:main"},
        },
    )

    assert "a step" == Catalogue.installed("orderferry.steps").find("MyStep").load()
    assert "MyStep" not in Catalogue.installed().names
    assert "more" not in Catalogue.installed("console_scripts").names


def test_metadata_is_read_once_until_told_otherwise(site: Any) -> None:
    """
    What is installed meanwhile is seen after `forget`.
    """
    site.connector("acme")
    assert "acme" in Catalogue.installed().names

    (site.folder / "orderferry_acme-1.0.dist-info" / "entry_points.txt").write_text("")
    again = Catalogue.installed().names
    site.refresh()
    afresh = Catalogue.installed().names

    assert ("acme" in again, "acme" in afresh) == (True, False)


def test_an_unknown_name_gets_the_near_ones(site: Any) -> None:
    """
    And where none is near, all.
    """
    site.connector("acme_erp")
    catalogue = Catalogue.installed()

    with pytest.raises(NotInstalledError, match=r"brings 'acme-erp'; did you mean acme_erp\?") as e:
        catalogue.find("acme-erp")
    with pytest.raises(NotInstalledError, match="installed are: none"):
        Catalogue([]).find("xyzzy")
    with pytest.raises(NotInstalledError, match=r"installed are: .*acme_erp"):
        catalogue.find("qqqqqq")
    assert ("acme-erp", None) == (e.value.connector, e.value.distribution)


def test_two_distributions_with_one_name_are_both_named(site: Any) -> None:
    """
    Neither is taken; every other name still works.
    """
    site.connector("acme", distribution="acme-official", version="1.0")
    site.connector("acme", distribution="acme-fork", version="2.0")
    site.connector("zeta")
    catalogue = Catalogue.installed()

    with pytest.raises(DuplicateNameError) as error:
        catalogue.find("acme")

    assert "acme-fork 2.0 and acme-official 1.0 both bring 'acme'; uninstall one of them" == str(
        error.value
    )
    assert "acme-fork, acme-official" == error.value.distribution
    assert "zeta" == catalogue.find("zeta").name


def test_one_distribution_in_two_places_is_the_first_one(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    As Python imports it: a checkout before an installed copy, however the name is written.
    """
    site.connector("acme", version="1.0")
    behind = site.folder / "behind"
    metadata = behind / "orderferry_acme-2.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: Orderferry.Acme\nVersion: 2.0\n"
    )
    (metadata / "entry_points.txt").write_text("[orderferry.connectors]\nacme = other:Other\n")
    monkeypatch.setattr(sys, "path", [*sys.path, str(behind)])

    assert "orderferry-acme 1.0" == Catalogue.installed().find("acme").origin


def test_what_is_installed_later_is_found_once_its_folder_is_forgotten(site: Any) -> None:
    """
    Metadata is read once, by folder; nothing else is read again for one folder's sake.
    """
    site.connector("acme")
    before = Catalogue.installed()
    behind = site.folder / "orderferry_acme-1.0.dist-info" / "entry_points.txt"
    behind.write_text("[orderferry.connectors]\nzeta = orderferry_acme:TheConnector\n")

    Catalogue.forget("another folder")
    assert before.names == Catalogue.installed().names
    Catalogue.forget(str(site.folder))
    assert {"zeta"} == set(Catalogue.installed().names) - set(before.names)
    behind.write_text("[orderferry.connectors]\nomega = orderferry_acme:TheConnector\n")
    Catalogue.forget()
    assert {"omega"} == set(Catalogue.installed().names) - set(before.names)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("entry_points.txt", b"[orderferry.connectors]\nbroken \xff = x:y\n"),
        ("entry_points.txt", b"[orderferry.connectors]\nbroken\n"),
        ("METADATA", b""),
        ("METADATA", b"Metadata-Version: 2.1\nName: orderferry-broken\n"),
    ],
)
def test_a_distribution_with_broken_metadata_is_set_aside_alone(
    site: Any,
    file: str,
    content: bytes,
) -> None:
    """
    It is named where its connector is asked for, and the others are found.
    """
    site.connector("acme")
    metadata = site.distribution(
        "orderferry-broken", entry_points={"orderferry.connectors": {"broken": "x:y"}}
    )
    (metadata / file).write_bytes(content)
    site.refresh()
    catalogue = Catalogue.installed()

    assert "acme" == catalogue.find("acme").name
    with pytest.raises(NotInstalledError, match=r"not readable: .*orderferry_broken-1\.0"):
        catalogue.find("broken")


def test_the_core_knows_its_own_version() -> None:
    """
    Requirements of connectors are compared with it.
    """
    assert version("orderferry") == Catalogue.installed().core_version


def test_a_core_without_metadata_finds_connectors_all_the_same(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Run from a bare source tree there is no version to compare with.
    """
    site.connector("acme")
    monkeypatch.setattr(sys, "path", [str(site.folder)])
    catalogue = Catalogue.installed()

    assert (None, ("acme",)) == (catalogue.core_version, catalogue.names)


def test_looking_up_a_name_imports_no_library_before_it_is_needed() -> None:
    """
    `import orderferry.connectors` stays cheap.
    """
    program = (
        "import sys, orderferry.connectors\n"
        "late = {'cattrs', 'msgspec', 'importlib_metadata', 'structlog', 'urllib3', 'packaging'}\n"
        "print(sorted(late & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )

    assert "[]" == done.stdout.strip()
