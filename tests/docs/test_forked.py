"""
The program `orderferry` of the pages' console blocks behaves like the installed one.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from .reader import programs


def _run(line: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", line],
        cwd=folder,
        env={**os.environ, "PATH": programs(), "COLUMNS": "80", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("orderferry --version", 0),
        ("orderferry exports list", 2),
        ("orderferry exports list --stat x", 2),
        ("orderferry preview --connector erp_sap /nowhere.json", 2),
    ],
)
def test_a_call_ends_as_the_installed_program_does(tmp_path: Path, line: str, code: int) -> None:
    """
    A call has the exit code, output and messages of the installed entry point.
    """
    installed = _run(f"python -m {line}", tmp_path)
    forked = _run(line, tmp_path)

    assert code == installed.returncode
    assert code == forked.returncode
    assert installed.stdout == forked.stdout
    assert installed.stderr == forked.stderr


def test_a_call_has_the_folder_environment_and_input_of_its_caller(tmp_path: Path) -> None:
    """
    A call reads the caller's files, variables and standard input, and none of an earlier call's.
    """
    settings = 'base_url = "https://a.example.com"\nusername = "A"\npassword = "${env:SECRET}"\n'
    text = f'[[connector]]\nname = "erp_sap"\n\n[connector.settings]\n{settings}'
    (tmp_path / "orderferry.toml").write_text(text, encoding="utf-8")
    (tmp_path / "workflow.json").write_text('{"name": "Online"}', encoding="utf-8")
    order = '{"id": "A-1", "orderForm": {"lineItems": [{"code": "B", "quantity": 1}]}}'
    line = f"echo '{order}' | orderferry preview --connector erp_sap -"

    without_secret, with_secret = (
        _run(line, tmp_path),
        _run(line, tmp_path, SECRET="eight characters"),
    )

    assert "SECRET" in without_secret.stderr
    assert without_secret.returncode != 0
    assert "SECRET" not in with_secret.stderr
