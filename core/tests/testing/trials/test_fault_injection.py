"""
Faults of a folder.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from orderferry.testing.trials._fault_injection import FolderFault, out_of_place


@pytest.mark.parametrize("fault", FolderFault)
def test_a_folder_is_away_for_a_while(tmp_path: Path, fault: FolderFault) -> None:
    """
    And comes back with what is in it.
    """
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "one").write_text("1")

    with out_of_place(folder, fault):
        assert not folder.is_dir()
        assert (fault is FolderFault.A_FILE) == folder.is_file()

    assert ["one"] == [path.name for path in folder.iterdir()]


def test_what_is_put_into_a_folder_made_anew_is_kept(tmp_path: Path) -> None:
    """
    A connector that makes the folder itself has put its order there.
    """
    folder = tmp_path / "in"
    folder.mkdir()

    with out_of_place(folder, FolderFault.GONE):
        folder.mkdir()
        (folder / "two").write_text("2")

    assert ["two"] == [path.name for path in folder.iterdir()]
