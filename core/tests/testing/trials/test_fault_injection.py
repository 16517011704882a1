"""
Faults of a folder.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from orderferry.testing.trials._fault_injection import FolderFault, break_folder


@pytest.mark.parametrize("fault", FolderFault)
def test_a_folder_is_missing_while_the_block_runs(tmp_path: Path, fault: FolderFault) -> None:
    """
    The folder is missing during the fault, and comes back with its content.
    """
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "one").write_text("1")

    with break_folder(folder, fault):
        assert not folder.is_dir()
        assert (fault is FolderFault.A_FILE) == folder.is_file()

    assert ["one"] == [path.name for path in folder.iterdir()]


def test_files_in_a_new_folder_are_kept(tmp_path: Path) -> None:
    """
    A file that a connector writes into a folder that it creates itself is in the folder afterwards.
    """
    folder = tmp_path / "in"
    folder.mkdir()

    with break_folder(folder, FolderFault.GONE):
        folder.mkdir()
        (folder / "two").write_text("2")

    assert ["two"] == [path.name for path in folder.iterdir()]
