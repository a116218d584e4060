"""Patience: gives a waiting function that pauses between rounds, then gives up."""

from __future__ import annotations

import time
from collections.abc import Callable


def patience(
    seconds: float,
    pause: float = 0.2,
    *,
    sleep: Callable[[float], None] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> Callable[[], bool]:
    """For ``Dispatcher.run_until_idle``: wait a little, False when time is up.

    Args:
        seconds: How long to wait in all, from now.
        pause: Seconds between two rounds that found nothing new.
        sleep: How to pause.
        monotonic: How to measure.
    """
    end = monotonic() + seconds

    def wait() -> bool:
        if monotonic() >= end:
            return False
        sleep(pause)
        return True

    return wait
