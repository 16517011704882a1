"""
Tests of `orderferry.connectors.loading._discovery`.
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
    Names, values, distributions, versions and requirements come from metadata alone.
    """
    site.connector("acme", "raise RuntimeError", requires=["orderferry>=0.1", "six"], version="1.2")
    site.connector("zeta", "raise RuntimeError")

    catalogue = Catalogue.installed()
    entry = catalogue.find("acme")

    assert {"acme", "zeta"} <= set(catalogue.names)
    assert sorted(catalogue.names) == list(catalogue.names)
    assert "acme" == entry.name
    assert "orderferry_acme:TheConnector" == entry.value
    assert "orderferry-acme" == entry.distribution
    assert "1.2" == entry.version
    assert ("orderferry>=0.1", "six") == entry.requirements
    assert "orderferry-acme 1.2" == entry.origin
    assert "TheConnector" in repr(entry)
    assert set() == site.imported_modules()


def test_other_groups_are_catalogues_of_their_own(site: Any) -> None:
    """
    A catalogue has the entry points of one group of orderferry, such as steps.
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


def test_metadata_is_read_once_until_it_is_forgotten(site: Any) -> None:
    """
    A change of the installed distributions is seen after `forget`.
    """
    site.connector("acme")
    assert "acme" in Catalogue.installed().names

    (site.folder / "orderferry_acme-1.0.dist-info" / "entry_points.txt").write_text("")
    assert "acme" in Catalogue.installed().names
    site.refresh()
    assert "acme" not in Catalogue.installed().names


def test_an_unknown_name_gets_the_near_ones(site: Any) -> None:
    """
    The message for an unknown name suggests near names, or lists all names.
    """
    site.connector("acme_erp")
    catalogue = Catalogue.installed()

    with pytest.raises(
        NotInstalledError, match=r"provides 'acme-erp'; did you mean acme_erp\?"
    ) as error:
        catalogue.find("acme-erp")
    with pytest.raises(NotInstalledError, match="installed connectors: none"):
        Catalogue([]).find("xyzzy")
    with pytest.raises(NotInstalledError, match=r"installed connectors: .*acme_erp"):
        catalogue.find("qqqqqq")
    assert "acme-erp" == error.value.connector
    assert error.value.distribution is None


def test_two_distributions_with_one_name_are_both_named(site: Any) -> None:
    """
    A name that two distributions provide is an error that names both, and other names work.
    """
    site.connector("acme", distribution="acme-official", version="1.0")
    site.connector("acme", distribution="acme-fork", version="2.0")
    site.connector("zeta")
    catalogue = Catalogue.installed()

    with pytest.raises(DuplicateNameError) as error:
        catalogue.find("acme")

    assert "acme-fork 2.0 and acme-official 1.0 both provide 'acme'; uninstall one of them" == str(
        error.value
    )
    assert "acme-fork, acme-official" == error.value.distribution
    assert "zeta" == catalogue.find("zeta").name


def test_one_distribution_in_two_places_is_the_first_one(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The first folder of `sys.path` wins, in any spelling of the name, as it does for imports.
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
    `forget` makes the metadata of one folder, or of all, be read again.
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
def test_a_distribution_with_broken_metadata_is_quarantined_alone(
    site: Any,
    file: str,
    content: bytes,
) -> None:
    """
    The error for its connector names the broken distribution, and other connectors are found.
    """
    site.connector("acme")
    metadata = site.distribution(
        "orderferry-broken", entry_points={"orderferry.connectors": {"broken": "x:y"}}
    )
    (metadata / file).write_bytes(content)
    site.refresh()
    catalogue = Catalogue.installed()

    assert "acme" == catalogue.find("acme").name
    with pytest.raises(NotInstalledError, match=r"unreadable: .*orderferry_broken-1\.0"):
        catalogue.find("broken")


def test_the_core_knows_its_own_version() -> None:
    """
    A catalogue has the version of the core that is installed.
    """
    assert version("orderferry") == Catalogue.installed().core_version


def test_a_core_without_metadata_finds_connectors_all_the_same(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A core that is no installed distribution has no version, and its connectors are found.
    """
    site.connector("acme")
    monkeypatch.setattr(sys, "path", [str(site.folder)])
    catalogue = Catalogue.installed()

    assert catalogue.core_version is None
    assert ("acme",) == catalogue.names


def test_looking_up_a_name_imports_no_library_before_it_is_needed() -> None:
    """
    Importing `orderferry.connectors` imports none of the libraries that it uses later.
    """
    program = (
        "import sys, orderferry.connectors\n"
        "late = {'cattrs', 'msgspec', 'importlib_metadata', 'structlog', 'urllib3', 'packaging'}\n"
        "print(sorted(late & set(sys.modules)))\n"
    )
    process = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )

    assert "[]" == process.stdout.strip()
