"""
Build the wheels of the four distributions into a folder, which is emptied first.

    python tools/wheels.py FOLDER [--requirements]

Needs hatchling in the Python that runs it, and no network. With `--requirements` a file for each
stands beside the wheels, `core.txt` and so on, that names the wheel by its path: nobody need know
its version.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DISTRIBUTIONS = {
    "core": "core",
    "erp_sap": "plugins/erp_sap",
    "fulfillment_3pl": "plugins/fulfillment_3pl",
    "wms_manhattan": "plugins/wms_manhattan",
}


def main(folder: Path, *, requirements: bool) -> None:
    """
    Build them all.
    """
    shutil.rmtree(folder, ignore_errors=True)
    for name, source in DISTRIBUTIONS.items():
        built = folder / name
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(built)]
        subprocess.run(command, cwd=ROOT / source, check=True, capture_output=True)
        (wheel,) = built.iterdir()
        target = wheel.rename(folder / wheel.name)
        built.rmdir()
        if requirements:
            (folder / f"{name}.txt").write_text(f"{target}\n", encoding="utf-8")
        print(target.name)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), requirements="--requirements" in sys.argv[2:])
