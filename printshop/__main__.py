"""The ``printshop`` command: the one place where the command line meets the web."""

from __future__ import annotations

from printshop.cli import main as run_cli
from printshop.verify.service import Verifier


def serve(verifier: Verifier, host: str, port: int) -> None:
    """Run the public page until it is stopped."""
    # The web framework is loaded only by the command that needs it.
    from printshop.web.public import public_app
    from printshop.web.server import serve as run

    run(public_app(verifier), host, port)


def main() -> None:
    """Entry point of the installed command."""
    run_cli(serve)


if __name__ == "__main__":
    main()
