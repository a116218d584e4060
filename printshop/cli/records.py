"""``printshop records``: takes files, gives the register of students."""

from __future__ import annotations
