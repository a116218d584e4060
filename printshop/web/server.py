"""The server: takes an application, an address and a port; serves until stopped."""

from __future__ import annotations

import uvicorn
from starlette.types import ASGIApp


def serve(app: ASGIApp, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM.

    No access log: it would hold the codes. What is worth knowing, the application
    logs itself, without them.
    """
    server(app, host, port).run()


def server(app: ASGIApp, host: str, port: int) -> uvicorn.Server:
    """A server that is not running yet, for ``serve`` and for tests."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            access_log=False,
            server_header=False,
            date_header=True,
            lifespan="off",
            log_level="warning",
            timeout_keep_alive=10,
            h11_max_incomplete_event_size=16 * 1024,
        )
    )
