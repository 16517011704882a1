"""
Fixtures for the tests of all packages of the core.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from textwrap import dedent

import pytest
from attrs import frozen

from orderferry.connectors import Catalogue

WORKING = """
from attrs import define, field, frozen

from orderferry import Connector, ExportResult, Secret, hookimpl


@frozen
class Settings:
    base_url: str = field(
        default="https://acme.invalid", metadata={"description": "Where Acme answers."}
    )
    token: Secret | None = None


@define(eq=False)
class TheConnector(Connector):
    Settings = Settings

    settings: Settings

    @hookimpl
    def export_order(self, order, shipment, properties, context):
        return ExportResult(remote_ids={"order": f"R-{order.id}"}, message="created")
"""


@frozen
class Site:
    """
    A folder on the import path, into which distributions are installed as pip would do it.
    """

    folder: Path

    def connector(
        self,
        name: str,
        source: str = WORKING,
        *,
        requires: Sequence[str] = (),
        version: str = "1.0",
        distribution: str | None = None,
        object: str = "TheConnector",  # noqa: A002 - as in `module:object`
    ) -> str:
        """
        Install a connector: distribution `orderferry-<name>`, module `orderferry_<name>`.

        The connector of the default source accepts every order as `R-<order id>`, and has the
        settings `base_url` and `token`, both with a default.

        Returns:
            The distribution's name.
        """
        distribution = distribution or f"orderferry-{name}"
        module = distribution.replace("-", "_")
        self.distribution(
            distribution,
            modules={module: source},
            entry_points={"orderferry.connectors": {name: f"{module}:{object}"}},
            requires=requires,
            version=version,
        )
        return distribution

    def distribution(
        self,
        name: str,
        *,
        modules: Mapping[str, str] | None = None,
        entry_points: Mapping[str, Mapping[str, str]] | None = None,
        requires: Sequence[str] = (),
        version: str = "1.0",
    ) -> Path:
        """
        Install a distribution, and return the folder of its metadata.
        """
        for module, source in (modules or {}).items():
            (self.folder / f"{module}.py").write_text(dedent(source))
        metadata = self.folder / f"{name.replace('-', '_')}-{version}.dist-info"
        metadata.mkdir()
        fields = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
        fields += [f"Requires-Dist: {requirement}" for requirement in requires]
        (metadata / "METADATA").write_text("\n".join(fields) + "\n")
        lines = []
        for group, points in (entry_points or {}).items():
            lines += [f"[{group}]", *(f"{key} = {value}" for key, value in points.items()), ""]
        (metadata / "entry_points.txt").write_text("\n".join(lines))
        self.refresh()
        return metadata

    def refresh(self) -> None:
        """
        Make Python see what has been installed or changed.
        """
        importlib.invalidate_caches()
        Catalogue.forget(str(self.folder))

    def imported_modules(self) -> set[str]:
        """
        Return the names of the modules that were imported from the folder.
        """
        folder = f"{self.folder}{os.sep}"  # comparing thousands of Path objects would be slow
        return {
            name
            for name, module in list(sys.modules.items())
            if (getattr(module, "__file__", None) or "").startswith(folder)
        }


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """
    The test's site; afterwards the modules that were imported from it are removed.
    """
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    site = Site(folder)
    site.refresh()
    yield site
    for module in site.imported_modules():
        del sys.modules[module]
    site.refresh()
