"""
`orderferry new-connector`.
"""

from __future__ import annotations

import re
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from attrs import frozen
from packaging.version import Version

from orderferry.cli._command import Command
from orderferry.connectors import HOOK_API, Catalogue
from orderferry.errors import UsageError

__all__ = ["LONGEST", "Names", "accepted_versions", "command", "names_of", "render"]

LONGEST = 25
"""Most characters of a name: what is rendered keeps its lines with them."""

NEEDED = (
    "orderferry new-connector needs copier; install it with: pip install 'orderferry[scaffold]'"
)


@frozen
class Names:
    """
    What a connector of this name is called wherever it has a name.
    """

    name: str

    @property
    def package(self) -> str:
        """
        The package that is imported.
        """
        return f"orderferry_{self.name}"

    @property
    def distribution(self) -> str:
        """
        The distribution, and the folder that holds it.
        """
        return self.package.replace("_", "-")

    @property
    def prefix(self) -> str:
        """
        What the names of its classes begin with.
        """
        return "".join(word.capitalize() for word in self.name.split("_"))


def names_of(name: str) -> Names:
    """
    The names of a connector.

    Args:
        name: Its name: small letters, digits and underscores, and a letter first.

    Raises:
        UsageError: It is no such name.
    """
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
        raise UsageError(
            f"{name!r} is no name for a connector: expected small letters and digits, a letter"
            f" first, with single underscores between words{_proposal(name)}"
        )
    if len(name) > LONGEST:
        raise UsageError(f"{name!r} has {len(name)} characters, and {LONGEST} is the limit")
    if name.startswith("orderferry"):
        raise UsageError(
            f"{name!r} has orderferry in it already: the package would be orderferry_{name}"
        )
    if name.startswith("test"):
        raise UsageError(
            f"{name!r} begins with test: pytest would take the connector's classes for tests"
        )
    return Names(name)


def _proposal(name: str) -> str:
    near = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_0123456789")
    return f", such as {near}" if near else ""


def accepted_versions(core: str | None) -> str:
    """
    The versions of orderferry that a new connector accepts: from this one to the next that breaks.

    Args:
        core: The version that is installed; without one, any is accepted.
    """
    if core is None:
        return ""
    major, minor = Version(core).major, Version(core).minor
    return f">={major}.{minor},<" + (f"{major + 1}" if major else f"0.{minor + 1}")


def render(names: Names, kind: str, accepted: str, folder: Path) -> None:
    """
    Render the template: all of it, or nothing.

    Args:
        names: The connector's names.
        kind: What it speaks: `http` or `file`.
        accepted: The versions of orderferry that it accepts.
        folder: Where it goes; not there yet, in a folder that is.

    Raises:
        UsageError: copier is not installed, or the folder cannot be written.
    """
    # Beside a third of a second, copier is an extra.
    try:
        from copier import Settings, run_copy
    except ImportError as error:
        raise UsageError(f"{NEEDED} ({error})") from error

    data = {
        "name": names.name,
        "package": names.package,
        "distribution": names.distribution,
        "prefix": names.prefix,
        "kind": kind,
        "accepted": accepted,
        "hook_api": ", ".join(str(number) for number in HOOK_API),
    }
    with as_file(files("orderferry") / "_template") as template:
        try:
            with TemporaryDirectory(dir=folder.parent, prefix=".new-connector-") as place:
                made = Path(place) / folder.name
                for part in ("shared", kind):
                    run_copy(
                        str(template),
                        made,
                        data={**data, "part": part},
                        defaults=True,
                        quiet=True,
                        settings=Settings(),
                    )
                made.rename(folder)
        except OSError as error:
            raise UsageError(f"{folder} cannot be written: {error.strerror}") from error


_NEXT = """\
Wrote {folder}: a connector of its own, with a simulator of its target. As it is, it passes:

  cd {folder}
  pip install . 'orderferry[testing]'
  orderferry certify {name}

Its README.md says which lines are yours to change.
"""


@click.command("new-connector", cls=Command)
@click.argument("name")
@click.option("--http", is_flag=True, help="It speaks to a REST API with a token (the default).")
@click.option("--file", is_flag=True, help="It writes files into a folder.")
@click.option(
    "--into",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    metavar="DIR",
    help="Where its folder goes; by default, here.",
)
def command(*, name: str, http: bool, file: bool, into: Path) -> None:
    """
    Write a new connector, as a starting point for your own.

    It has a simulator of its target, it builds, and its tests pass as it is. NAME is what steps
    call it, such as acme; its folder is then orderferry-acme, and its package orderferry_acme.
    """
    if http and file:
        raise UsageError("--http and --file are two kinds of connector; choose one")
    names = names_of(name)
    folder = into / names.distribution
    if folder.exists():
        raise UsageError(f"{folder} is there already; choose another name, or another place")
    installed = Catalogue.installed()
    if name in installed.names:
        click.echo(
            f"Warning: a connector {name} is installed already; with both, neither can be used.",
            err=True,
        )
    render(names, "file" if file else "http", accepted_versions(installed.core_version), folder)
    click.echo(_NEXT.format(folder=folder, name=name), nl=False)
