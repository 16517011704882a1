"""
`orderferry new-connector`: write a new connector as a starting point.
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
"""The most characters of a name: with more, lines of the rendered code would be too long."""

MISSING = (
    "orderferry new-connector needs copier; install it with: pip install 'orderferry[scaffold]'"
)


@frozen
class Names:
    """
    The names of a connector, of its package, of its distribution and of its classes.
    """

    name: str

    @property
    def package(self) -> str:
        """
        The package that Python imports.
        """
        return f"orderferry_{self.name}"

    @property
    def distribution(self) -> str:
        """
        The distribution, which is also the name of its folder.
        """
        return self.package.replace("_", "-")

    @property
    def prefix(self) -> str:
        """
        The prefix of the names of its classes.
        """
        return "".join(word.capitalize() for word in self.name.split("_"))


def names_of(name: str) -> Names:
    """
    The names of a connector of this name.

    Args:
        name: The name: small letters, digits and underscores, beginning with a letter.

    Raises:
        UsageError: The name is invalid.
    """
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
        raise UsageError(
            f"{name!r} is not a valid connector name: use small letters and digits, a letter first,"
            f" and single underscores between words{_proposal(name)}"
        )
    if len(name) > LONGEST:
        raise UsageError(f"{name!r} has {len(name)} characters; the limit is {LONGEST}")
    if name.startswith("orderferry"):
        raise UsageError(
            f"{name!r} already begins with orderferry: the package would be orderferry_{name}"
        )
    if name.startswith("test"):
        raise UsageError(
            f"{name!r} begins with test: pytest would collect the connector's classes as tests"
        )
    return Names(name)


def _proposal(name: str) -> str:
    near = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_0123456789")
    return f", such as {near}" if near else ""


def accepted_versions(core: str | None) -> str:
    """
    The versions of orderferry that a new connector accepts: from this one to the next breaking one.

    Args:
        core: The installed version; with `None`, any version is accepted.
    """
    if core is None:
        return ""
    major, minor = Version(core).major, Version(core).minor
    return f">={major}.{minor},<" + (f"{major + 1}" if major else f"0.{minor + 1}")


def render(names: Names, kind: str, accepted: str, folder: Path) -> None:
    """
    Render the whole template into a folder, or nothing.

    Args:
        names: The connector's names.
        kind: The kind of connector: `http` or `file`.
        accepted: The versions of orderferry that it accepts.
        folder: The new folder, which must not exist; its parent must exist.

    Raises:
        UsageError: copier is not installed, or the folder cannot be written.
    """
    # Importing copier takes a third of a second, and it is installed only with an extra.
    try:
        from copier import Settings, run_copy
    except ImportError as error:
        raise UsageError(f"{MISSING} ({error})") from error

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
            with TemporaryDirectory(dir=folder.parent, prefix=".new-connector-") as temporary:
                rendered = Path(temporary) / folder.name
                for part in ("shared", kind):
                    run_copy(
                        str(template),
                        rendered,
                        data={**data, "part": part},
                        defaults=True,
                        quiet=True,
                        settings=Settings(),
                    )
                rendered.rename(folder)
        except OSError as error:
            raise UsageError(f"{folder} cannot be written: {error.strerror}") from error


_NEXT = """\
Wrote {folder}: a connector with a simulator of its target. It passes unchanged:

  cd {folder}
  pip install . 'orderferry[testing]'
  orderferry certify {name}

Its README.md lists the lines to change.
"""


@click.command("new-connector", cls=Command)
@click.argument("name")
@click.option("--http", is_flag=True, help="For a REST API with a token (the default).")
@click.option("--file", is_flag=True, help="For files in a folder.")
@click.option(
    "--into",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    metavar="DIR",
    help="The parent folder; by default, the current folder.",
)
def command(*, name: str, http: bool, file: bool, into: Path) -> None:
    """
    Write a new connector as a starting point.

    The connector has a simulator of its target, it builds, and its tests pass unchanged. NAME is
    its name in workflow steps, such as acme; the folder is then orderferry-acme, and the package
    orderferry_acme.
    """
    if http and file:
        raise UsageError("--http and --file are two kinds of connector; pass only one")
    names = names_of(name)
    folder = into / names.distribution
    if folder.exists():
        raise UsageError(f"{folder} already exists; choose another name or another folder")
    installed = Catalogue.installed()
    if name in installed.names:
        click.echo(
            f"Warning: a connector {name} is already installed; with both, neither can be used.",
            err=True,
        )
    render(names, "file" if file else "http", accepted_versions(installed.core_version), folder)
    click.echo(_NEXT.format(folder=folder, name=name), nl=False)
