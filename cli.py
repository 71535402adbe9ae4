"""The door of a checkout: ``python cli.py build`` is ``handouts build``."""

from handouts.cli import main

if __name__ == "__main__":
    main(prog_name="handouts")
