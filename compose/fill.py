"""Fills the trial with docker-compose as `schakel demo` fills the demo: partners, people, policies and an autumn; once."""

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from hub.demo.loading import fill
from hub.desk import open_desk
from hub.people.schemas import load_providers


def main() -> None:
    """Fill the hub if nobody is in it yet, for the one provider of the register."""
    with TemporaryDirectory() as folder, open_desk() as desk:
        [provider] = load_providers(desk.settings.providers)
        fill(desk, directory=Path(folder), issuer=provider.issuer, say=click.echo)


if __name__ == "__main__":
    main()
