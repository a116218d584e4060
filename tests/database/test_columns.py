"""Column types: an instant is an instant and JSON has one spelling, on both."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Text, select, type_coerce
from sqlalchemy.exc import StatementError

from printshop.database import Database
from printshop.database.base import canonical_json

Row = type[Any]
CHINA = timezone(timedelta(hours=8))


def stored(database: Database, table: Row, **values: Any) -> Any:
    with database.write() as session:
        session.add(table(id=1, **values))
    with database.read() as session:
        return session.get_one(table, 1)


def test_an_instant_comes_back_in_utc(scratch: Database, scratch_row: Row) -> None:
    at = datetime(2026, 6, 30, 7, 59, 59, 123456, tzinfo=CHINA)
    found = stored(scratch, scratch_row, at=at).at
    assert found == at
    assert found.utcoffset() == timedelta(0)
    assert found.isoformat() == "2026-06-29T23:59:59.123456+00:00"


def test_no_instant(scratch: Database, scratch_row: Row) -> None:
    assert stored(scratch, scratch_row, at=None).at is None


def test_instants_compare_in_queries(scratch: Database, scratch_row: Row) -> None:
    stored(scratch, scratch_row, at=datetime(2026, 6, 30, 7, tzinfo=CHINA))
    limit = datetime(2026, 6, 30, 0, tzinfo=UTC)
    with scratch.read() as session:
        query = select(scratch_row.id).where(scratch_row.at < limit)
        assert session.scalars(query).all() == [1]


def test_a_time_without_a_zone_is_refused(scratch: Database, scratch_row: Row) -> None:
    with pytest.raises(StatementError, match="naive datetime"):
        stored(scratch, scratch_row, at=datetime(2026, 6, 30))  # noqa: DTZ001


def test_json_is_stored_in_its_one_spelling(
    scratch: Database, scratch_row: Row
) -> None:
    value = {"b": [1, None, True], "a": '䶮 " \n', "c": {"z": 1, "y": 2}}
    assert stored(scratch, scratch_row, body=value).body == value
    with scratch.read() as session:
        raw = session.scalar(select(type_coerce(scratch_row.body, Text)))
    assert raw == '{"a":"䶮 \\" \\n","b":[1,null,true],"c":{"y":2,"z":1}}'


def test_no_json(scratch: Database, scratch_row: Row) -> None:
    assert stored(scratch, scratch_row, body=None).body is None


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(value=_json)
def test_the_spelling_does_not_depend_on_the_order_of_keys(value: Any) -> None:
    def reversed_keys(one: Any) -> Any:
        if isinstance(one, dict):
            return {k: reversed_keys(v) for k, v in reversed(one.items())}
        return [reversed_keys(v) for v in one] if isinstance(one, list) else one

    assert canonical_json(reversed_keys(value)) == canonical_json(value)


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical_json(float("nan"))
