"""``python -m printshop``: the same door as the ``printshop`` command."""

from printshop.cli import main

main()
