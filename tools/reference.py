"""
Write the pages of docs/ that are generated from the code and from docs/_templates.

    python -m tools.reference [--check]

With --check, print the outdated pages instead of writing them, and exit with 1 if there are any.
"""

import sys
from pathlib import Path

from tools._reference import find_outdated

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str]) -> int:
    """
    Write the outdated pages, or print their names.
    """
    check = arguments == ["--check"]
    if arguments and not check:
        print(__doc__, file=sys.stderr)
        return 2
    pages = find_outdated()
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
