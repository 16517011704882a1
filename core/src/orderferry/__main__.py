"""
`python -m orderferry`: the command line.
"""

from orderferry.cli import main

if __name__ == "__main__":
    main(prog_name="orderferry")
