"""
Build the wheels of the four distributions into a folder, which is emptied first.

    python tools/wheels.py FOLDER [--requirements]

Needs hatchling in the Python that runs it, and no network. With `--requirements`, the folder also
gets a file for each wheel, such as `core.txt`, with the wheel's path: its user needs no version.
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
    Build the wheels.
    """
    shutil.rmtree(folder, ignore_errors=True)
    for name, source in DISTRIBUTIONS.items():
        output = folder / name
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(output)]
        subprocess.run(command, cwd=ROOT / source, check=True, capture_output=True)
        (wheel,) = output.iterdir()
        target = wheel.rename(folder / wheel.name)
        output.rmdir()
        if requirements:
            (folder / f"{name}.txt").write_text(f"{target}\n", encoding="utf-8")
        print(target.name)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), requirements="--requirements" in sys.argv[2:])
