"""The command line. Commands import their work inside their bodies, so that help is instant."""

from __future__ import annotations

import click

from handouts import __version__
from handouts.cli.build import build
from handouts.cli.cache import cache
from handouts.cli.check import check
from handouts.cli.diff import diff
from handouts.cli.doctor import doctor
from handouts.cli.init import init
from handouts.cli.listing import list_, show
from handouts.cli.new import new
from handouts.cli.program import Program
from handouts.cli.schema import schema
from handouts.cli.signoff import approve, status, verify


@click.group(
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Begin with `handouts build`: it makes every leaflet for the demo clinic, or for the "
    "clinic whose folder you are in.",
)
@click.version_option(__version__, prog_name="handouts")
def main() -> None:
    """Make printable patient leaflets from YAML content and Jinja templates."""


main.add_command(approve)
main.add_command(build)
main.add_command(cache)
main.add_command(check)
main.add_command(diff)
main.add_command(doctor)
main.add_command(init)
main.add_command(list_)
main.add_command(new)
main.add_command(schema)
main.add_command(show)
main.add_command(status)
main.add_command(verify)
