"""
An OpenSSH server for a test, on a free port of the loopback address.

As root, the test creates and removes an account that has only SFTP, with its folder as chroot.
Otherwise the server is for the account that runs the test, without a chroot.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import asyncssh
from attrs import frozen

__all__ = ["OpenSsh", "find_sshd", "serve"]

HOST_KEY_KINDS = ("ssh-rsa", "ecdsa-sha2-nistp256", "ssh-ed25519")


@frozen(kw_only=True)
class OpenSsh:
    """
    A listening server.

    Attributes:
        process: The server's process.
        port: The server's port.
        username: The account's name.
        private_key: The account's private key, in OpenSSH's text format.
        host_keys: The server's public keys, by kind.
        root: The account's folder on this machine.
        seen_root: The path of that folder for the account.
    """

    process: subprocess.Popen[str]
    port: int
    username: str
    private_key: str
    host_keys: dict[str, str]
    root: Path
    seen_root: str

    @property
    def settings(self) -> dict[str, object]:
        """
        The settings of an instance that talks to it.
        """
        return {
            "host": "127.0.0.1",
            "port": self.port,
            "known_hosts": self.host_keys["ssh-ed25519"],
            "username": self.username,
            "private_key": self.private_key,
            "folder": f"{self.seen_root}/inbound",
            "archive_folders": [f"{self.seen_root}/archive"],
            "sender_id": "MERCHANT",
            "receiver_id": "THREEPL",
        }

    def names(self, folder: str) -> list[str]:
        """
        The names of the files in one of the account's folders, including hidden ones.
        """
        return sorted(path.name for path in (self.root / folder).iterdir())


def find_sshd() -> str | None:
    """
    The path of the daemon, or None if it is not installed.
    """
    return shutil.which("sshd", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"]))


@contextmanager
def serve(sshd: str, folder: Path) -> Iterator[OpenSsh]:
    """
    A server with three host keys, and the folders `inbound`, `archive` and `locked` (read-only).

    Args:
        sshd: The daemon's path.
        folder: The folder for its configuration and keys.
    """
    with _account(folder) as (username, root, seen_root):
        for name in ("inbound", "archive", "locked"):
            (root / name).mkdir()
        _own(root / "inbound", username)
        _own(root / "archive", username)
        (root / "locked").chmod(0o555)
        host_keys = _host_keys(folder)
        client_key = asyncssh.generate_private_key("ssh-ed25519")
        # The daemon reads the key as the account, which may have no access to the temporary folder.
        client_key.write_public_key(root / "authorized_keys")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        config = _configuration(folder, port, username, root)
        (folder / "sshd_config").write_text(config)
        process = subprocess.Popen(
            [sshd, "-D", "-e", "-f", str(folder / "sshd_config")],
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            _wait_until_it_listens(process)
            yield OpenSsh(
                process=process,
                port=port,
                username=username,
                private_key=client_key.export_private_key().decode(),
                host_keys=host_keys,
                root=root,
                seen_root=seen_root,
            )
        finally:
            process.terminate()
            process.communicate(timeout=20)


@contextmanager
def _account(folder: Path) -> Iterator[tuple[str, Path, str]]:
    """
    The account's name, its folder, and the path of that folder for the account.
    """
    if os.geteuid() != 0:
        root = folder / "root"
        root.mkdir()
        yield pwd.getpwuid(os.geteuid()).pw_name, root, str(root)
        return
    Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    username = f"of{uuid4().hex[:10]}"
    # Only root may write to the folders above a chroot, so it is not in the temporary folder.
    root = Path(tempfile.mkdtemp(prefix="orderferry-", dir="/var/lib"))
    root.chmod(0o755)
    shell = shutil.which("nologin", path="/usr/sbin:/sbin") or "/bin/false"
    try:
        subprocess.run(["useradd", "-M", "-d", "/", "-s", shell, username], check=True)
        # An account without a password is locked; `*` is a hash that no password matches.
        subprocess.run(["usermod", "-p", "*", username], check=True)
        yield username, root, ""
    finally:
        subprocess.run(["userdel", username], check=False, capture_output=True)
        shutil.rmtree(root)


def _own(path: Path, username: str) -> None:
    if os.geteuid() == 0:
        shutil.chown(path, username)


def _host_keys(folder: Path) -> dict[str, str]:
    public = {}
    for kind in HOST_KEY_KINDS:
        key = asyncssh.generate_private_key(kind)
        path = folder / f"host_{kind}"
        key.write_private_key(path)
        path.chmod(0o600)
        public[kind] = key.export_public_key().decode().strip()
    return public


def _configuration(folder: Path, port: int, username: str, root: Path) -> str:
    lines = [
        f"Port {port}",
        "ListenAddress 127.0.0.1",
        *(f"HostKey {folder / f'host_{kind}'}" for kind in HOST_KEY_KINDS),
        f"PidFile {folder / 'sshd.pid'}",
        f"AuthorizedKeysFile {root / 'authorized_keys'}",
        "PasswordAuthentication no",
        "KbdInteractiveAuthentication no",
        "UsePAM no",
        "StrictModes no",
        "Subsystem sftp internal-sftp",
        f"Match User {username}",
        "ForceCommand internal-sftp",
        "AllowTcpForwarding no",
    ]
    if os.geteuid() == 0:
        lines.append(f"ChrootDirectory {root}")
    return "\n".join(lines) + "\n"


def _wait_until_it_listens(process: subprocess.Popen[str]) -> None:
    assert process.stderr is not None
    output = []
    for line in process.stderr:
        output.append(line)
        if "listening on" in line:
            return
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=5)
    raise AssertionError(f"sshd did not start: {''.join(output)}")
