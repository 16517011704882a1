"""
Install the software that the tests against foreign software need, and report what is missing.

    python tools/foreign.py

- An OpenSSH server: Debian's package, if it is not installed and this runs as root.
- SAP CAP: its npm packages, in `.cache/sap_mock`, for the copy of SAP's sales order service in the
  reference data (`ORDERFERRY_REFERENCE`, or `shared` next to the checkout).
- `oauth2-mock-server` from npm, in `.cache/oauth2`.

Missing software is reported, and the tests that need it are skipped with that reason. If `CI` is
true, a failed installation is an error.
"""

import filecmp
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = Path(os.environ.get("ORDERFERRY_REFERENCE") or ROOT.parent / "shared")
CACHE = ROOT / ".cache"


def report(text: str) -> None:
    """
    Print a message to standard error.
    """
    print(text, file=sys.stderr, flush=True)


def openssh_server() -> bool:
    """
    Install Debian's OpenSSH server; the tests start their own daemon.
    """
    if shutil.which("sshd", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])):
        return True
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        report("No OpenSSH server, and only root on Debian can install it: its tests are skipped.")
        return True
    report("Installing openssh-server.")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-qq", "--no-install-recommends", "openssh-server"],
    ):
        process = subprocess.run(command, env=environment, check=False, stdout=subprocess.DEVNULL)
        if process.returncode != 0:
            report(
                f"{' '.join(command)} failed: the tests that need an OpenSSH server are skipped."
            )
            return False
    return True


def npm_environment() -> dict[str, str]:
    """
    The environment with the path of node's C++ headers, if they are installed with it.

    Otherwise npm downloads them to compile packages.
    """
    node = shutil.which("node")
    prefix = Path(node).resolve().parent.parent if node else None
    if prefix and (prefix / "include" / "node" / "node_version.h").exists():
        return {"npm_config_nodedir": str(prefix)} | os.environ
    return dict(os.environ)


def npm_install(folder: Path, software: str) -> bool:
    """
    Install the packages of the folder's `package.json`, unless they are installed already.

    `node_modules/installed.json` is a copy of the installed list: the tests look for it.
    """
    manifest, installed = folder / "package.json", folder / "node_modules" / "installed.json"
    if installed.exists() and filecmp.cmp(installed, manifest, shallow=False):
        return True
    if not shutil.which("npm"):
        report(f"No npm: the tests that need {software} are skipped.")
        return True
    report(f"Installing {software} from npm.")
    command = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]
    process = subprocess.run(
        command, cwd=folder, env=npm_environment(), check=False, stdout=subprocess.DEVNULL
    )
    if process.returncode != 0:
        report(f"npm install failed: the tests that need {software} are skipped.")
        return False
    shutil.copyfile(manifest, installed)
    return True


def sap_cap() -> bool:
    """
    Install SAP CAP and its OData v2 adapter, which compile SQLite: about a minute.
    """
    source = REFERENCE / "sap_mock"
    if not source.is_dir():
        report(f"No folder {source}: the tests that need SAP CAP are skipped.")
        return True
    folder = CACHE / "sap_mock"
    shutil.copytree(source, folder, dirs_exist_ok=True, copy_function=shutil.copyfile)
    return npm_install(folder, "SAP CAP")


def token_server() -> bool:
    """
    Install an OAuth2 token endpoint.
    """
    folder = CACHE / "oauth2"
    folder.mkdir(parents=True, exist_ok=True)
    package = json.dumps({"private": True, "dependencies": {"oauth2-mock-server": "7.2.1"}})
    (folder / "package.json").write_text(package, encoding="utf-8")
    return npm_install(folder, "oauth2-mock-server")


def main() -> int:
    """
    Install all of them; return 1 if an installation failed in CI.
    """
    results = [openssh_server(), sap_cap(), token_server()]
    return 0 if all(results) or os.environ.get("CI", "").lower() not in {"1", "true"} else 1


if __name__ == "__main__":
    sys.exit(main())
