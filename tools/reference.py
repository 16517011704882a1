"""
Write the pages of docs/ that are made from the code and from docs/_templates.

    python -m tools.reference [--check]

With --check nothing is written: the pages that would be are named, and the exit code is 1.
"""

import sys
from pathlib import Path

from tools._reference import outdated

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str]) -> int:
    """
    Write them, or name those that are not current.
    """
    check = arguments == ["--check"]
    if arguments and not check:
        print(__doc__, file=sys.stderr)
        return 2
    pages = outdated()
    for name, text in pages.items():
        print(f"{name} is not current" if check else name)
        if text is None and not check:
            (ROOT / name).unlink()
        elif text is not None and not check:
            (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / name).write_text(text, encoding="utf-8")
    if check and pages:
        print("To write them: make reference", file=sys.stderr)
    return 1 if check and pages else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
