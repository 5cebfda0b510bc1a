"""One door to everything: `python -m server`, or `warmline`."""

from server.cli.door import main

if __name__ == "__main__":
    main()
