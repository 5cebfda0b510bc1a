"""``python -m assist.packet`` prints the JSON Schema; with a file name it writes it there."""

import sys
from pathlib import Path

from assist.packet.schema import schema_text


def main(arguments: list[str]) -> int:
    """Print the schema, or write it to the file that is named."""
    if arguments:
        Path(arguments[0]).write_text(schema_text(), encoding="utf-8")
    else:
        sys.stdout.write(schema_text())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
