"""
Install what the tests against foreign software need, and say what is missing.

    python tools/foreign.py

- An OpenSSH server: Debian's, where it is not there yet and this runs as root.
- SAP CAP: its npm packages, in `.cache/sap_mock`, for the stand-in of SAP's sales order service
  in the reference data (`ORDERFERRY_REFERENCE`, else `shared` beside the checkout).
- `oauth2-mock-server` from npm, in `.cache/oauth2`.

What cannot be had is named, and the tests that need it skip with that reason; where `CI` is true an
installation that fails is an error.
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


def say(text: str) -> None:
    """
    Tell whoever waits.
    """
    print(text, file=sys.stderr, flush=True)


def openssh_server() -> bool:
    """
    Debian's OpenSSH server; its daemon is not started, the tests start their own.
    """
    if shutil.which("sshd", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])):
        return True
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        say("No OpenSSH server, and only root on Debian can install it here: those tests skip.")
        return True
    say("Installing openssh-server.")
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-qq", "--no-install-recommends", "openssh-server"],
    ):
        done = subprocess.run(command, env=quiet, check=False, stdout=subprocess.DEVNULL)
        if done.returncode != 0:
            say(f"{' '.join(command)} failed: the tests that need an OpenSSH server skip.")
            return False
    return True


def npm_environment() -> dict[str, str]:
    """
    With the C++ headers that came with node, where they did: else npm downloads them to compile.
    """
    node = shutil.which("node")
    prefix = Path(node).resolve().parent.parent if node else None
    if prefix and (prefix / "include" / "node" / "node_version.h").exists():
        return {"npm_config_nodedir": str(prefix)} | os.environ
    return dict(os.environ)


def npm_install(folder: Path, what: str) -> bool:
    """
    What the folder's `package.json` names, installed again only where that has changed.

    `node_modules/installed.json` is the list that was installed: the tests look for it.
    """
    wanted, installed = folder / "package.json", folder / "node_modules" / "installed.json"
    if installed.exists() and filecmp.cmp(installed, wanted, shallow=False):
        return True
    if not shutil.which("npm"):
        say(f"No npm: the tests that need {what} skip.")
        return True
    say(f"Installing {what} from npm.")
    command = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]
    done = subprocess.run(
        command, cwd=folder, env=npm_environment(), check=False, stdout=subprocess.DEVNULL
    )
    if done.returncode != 0:
        say(f"npm install failed: the tests that need {what} skip.")
        return False
    shutil.copyfile(wanted, installed)
    return True


def sap_cap() -> bool:
    """
    SAP CAP and its OData v2 adapter, which compile SQLite: about a minute.
    """
    source = REFERENCE / "sap_mock"
    if not source.is_dir():
        say(f"No {source}: the tests that need SAP CAP skip.")
        return True
    folder = CACHE / "sap_mock"
    shutil.copytree(source, folder, dirs_exist_ok=True, copy_function=shutil.copyfile)
    return npm_install(folder, "SAP CAP")


def token_server() -> bool:
    """
    An OAuth2 token endpoint.
    """
    folder = CACHE / "oauth2"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = json.dumps({"private": True, "dependencies": {"oauth2-mock-server": "7.2.1"}})
    (folder / "package.json").write_text(wanted, encoding="utf-8")
    return npm_install(folder, "oauth2-mock-server")


def main() -> int:
    """
    All of them; 1 where one failed in CI.
    """
    all_there = [openssh_server(), sap_cap(), token_server()]
    return 0 if all(all_there) or os.environ.get("CI", "").lower() not in {"1", "true"} else 1


if __name__ == "__main__":
    sys.exit(main())
