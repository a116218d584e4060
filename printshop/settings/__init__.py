"""Settings: takes a TOML file and the environment, gives one typed, frozen object.

Order of precedence: environment (``PRINTSHOP_…``, nested with ``__``) over
``printshop.toml`` in the office folder over the defaults. An unknown name is an
error that names the nearest known one; secrets never appear in a ``repr``.
"""

from __future__ import annotations

from printshop.settings.names import describe, known_names
from printshop.settings.places import bundled
from printshop.settings.reading import (
    CONFIG_NAME,
    ENV_PREFIX,
    HOME_VARIABLE,
    default_home,
    load,
)
from printshop.settings.schema import Settings
from printshop.settings.starter import starter_text

__all__ = [
    "CONFIG_NAME",
    "ENV_PREFIX",
    "HOME_VARIABLE",
    "Settings",
    "bundled",
    "default_home",
    "describe",
    "known_names",
    "load",
    "starter_text",
]
