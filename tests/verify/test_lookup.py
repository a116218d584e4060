"""The look-up: every state of the register, in words, and nothing that is private."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, date, datetime
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from printshop.database import Database
from printshop.kinds import KINDS
from printshop.seal.token import link
from printshop.verify import Answer, Event, Match, State, verify_code
from printshop.verify.answer import SPECIMEN

TODAY = date(2026, 7, 2)
HOST = "verify.example.edu.cn"
BASE = f"https://{HOST}"


def ask(database: Database, text: str, today: date = TODAY) -> Answer:
    with database.read() as session:
        return verify_code(session, text, today=today, office_host=HOST)


@pytest.fixture
def add(database: Database, papers: ModuleType) -> Any:
    """Adds a document and gives its code."""

    def make(number: int, kind: str = "graduation", **values: Any) -> str:
        with database.write() as session:
            papers.Papers(session).add(number, kind, **values)
        code: str = papers.code(number)
        return code

    return make


def test_a_document_in_force(database: Database, add: Any) -> None:
    answer = ask(database, add(1))
    assert answer.state is State.VALID
    assert answer.in_force
    shown = answer.document
    assert shown is not None
    assert (shown.title, shown.title_en) == ("毕业证书", "Graduation certificate")
    assert shown.name == "欧阳**"
    assert shown.number == "999991202606****01"
    assert (shown.programme, shown.level) == ("数据科学与大数据技术", "专科")
    assert shown.school == "示例职业技术学院"
    assert shown.issued_on == date(2026, 6, 30)
    assert answer.events == (Event("issued", date(2026, 6, 30)),)


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_private_is_ever_in_an_answer(
    database: Database, add: Any, papers: ModuleType, kind: str, language: str
) -> None:
    answer = ask(database, add(1, kind, language=language, replaces_id=None))
    everything = repr(dataclasses.asdict(answer))
    for private in ("修文", "Xiuwen", papers.ID_NUMBER, "2005", "2023010101", "f" * 64):
        assert private not in everything


def test_a_form_does_not_tell_the_programme(database: Database, add: Any) -> None:
    shown = ask(database, add(1, "form-withdrawal")).document
    assert shown is not None
    assert (shown.programme, shown.level) == (None, None)


def test_an_english_paper_masks_the_english_name(database: Database, add: Any) -> None:
    shown = ask(database, add(1, "enrollment", language="en")).document
    assert shown is not None
    assert shown.name == "O***** X*****"


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2026, 7, 30), State.VALID),
        (date(2026, 7, 31), State.EXPIRED),
        (date(2036, 1, 1), State.EXPIRED),
    ],
)
def test_the_last_day_of_validity_still_counts(
    database: Database, add: Any, today: date, state: State
) -> None:
    until = date(2026, 7, 30)
    answer = ask(database, add(1, "enrollment", valid_until=until), today)
    assert answer.state is state
    assert (Event("expired", until) in answer.events) == (state is State.EXPIRED)


def test_revoked_on_the_day_in_china(database: Database, add: Any) -> None:
    at = datetime(2026, 7, 1, 17, tzinfo=UTC)
    answer = ask(database, add(1, state="revoked", changed_at=at, reason="作弊"))
    assert answer.state is State.REVOKED
    assert answer.events[-1] == Event("revoked", date(2026, 7, 2))
    assert "作弊" not in repr(answer)


def test_revoked_at_an_unknown_time(database: Database, add: Any) -> None:
    answer = ask(database, add(1, state="revoked"))
    assert answer.events[-1] == Event("revoked", None)


def test_revoked_stays_revoked_after_its_validity(database: Database, add: Any) -> None:
    code = add(1, "enrollment", state="revoked", valid_until=date(2026, 7, 1))
    assert ask(database, code, date(2027, 1, 1)).state is State.REVOKED


def test_completion_exchanged_for_graduation_shows_both(
    database: Database, add: Any, papers: ModuleType
) -> None:
    old = add(1, "completion", state="replaced")
    new = add(2, replaces_id=papers.document_id(1), issued_on=date(2027, 1, 5))
    before, after = ask(database, old), ask(database, new)
    assert before.state is State.REPLACED
    assert before.events == (
        Event("issued", date(2026, 6, 30)),
        Event("replaced", date(2027, 1, 5), "graduation"),
    )
    assert after.state is State.VALID
    assert after.events == (
        Event("replaces", date(2026, 6, 30), "completion"),
        Event("issued", date(2027, 1, 5)),
    )


def test_lost_and_its_replacement_know_each_other(
    database: Database, add: Any, papers: ModuleType
) -> None:
    lost = add(1, state="lost", changed_at=datetime(2026, 7, 1, tzinfo=UTC))
    alone = ask(database, lost)
    base = f"replacement:{papers.document_id(1)}"
    new = add(2, "replacement", base_key=base, issued_on=date(2026, 7, 20))
    answer = ask(database, lost)
    assert alone.state is answer.state is State.LOST
    assert [e.what for e in alone.events] == ["issued", "lost"]
    assert answer.events[-1] == Event("replaced", date(2026, 7, 20), "replacement")
    assert ask(database, new).events[0] == Event(
        "replaces", date(2026, 6, 30), "graduation"
    )


def test_a_replacement_that_is_not_finished_is_not_told(
    database: Database, add: Any, papers: ModuleType
) -> None:
    lost = add(1, state="lost")
    base = f"replacement:{papers.document_id(1)}"
    add(2, "replacement", base_key=base, state="reserved")
    assert [e.what for e in ask(database, lost).events] == ["issued", "lost"]


def test_a_specimen_is_never_called_valid(database: Database, add: Any) -> None:
    answer = ask(database, add(1, specimen=True))
    assert answer.words is SPECIMEN
    assert not answer.in_force


def test_a_genuine_code_behind_a_foreign_domain(database: Database, add: Any) -> None:
    code = add(1)
    answer = ask(database, f"https://verify-example.edu.cn/C/{code}")
    assert answer.state is State.VALID
    assert answer.foreign_host == "verify-example.edu.cn"
    assert not answer.in_force
    assert ask(database, link(BASE, code)).foreign_host is None


@pytest.fixture
def queries(database: Database) -> Iterator[list[str]]:
    """Every SQL statement that is run."""
    seen: list[str] = []

    def note(_c: Any, _cur: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)


def test_known_unknown_malformed_and_unfinished_take_the_same_way(
    database: Database, add: Any, papers: ModuleType, queries: list[str]
) -> None:
    known, unfinished = add(1), add(2, state="reserved")
    ways, answers = [], []
    for text in (known, papers.code(77), "nonsense", unfinished, "", "9" * 5000):
        queries.clear()
        answers.append(ask(database, text))
        ways.append(list(queries))
    assert all(way == ways[0] for way in ways)
    assert answers[1:] == [Answer(State.UNKNOWN)] * 5


def test_any_other_character_is_another_answer(database: Database, add: Any) -> None:
    code = add(1)
    for place in range(26):
        for other in "0123456789ABCDEFGHJKMNPQRSTVWXYZ":
            changed = code[:place] + other + code[place + 1 :]
            if changed != code:
                assert ask(database, changed).state is State.UNKNOWN


@pytest.mark.parametrize("thing", [*State, *Match])
def test_every_answer_is_said_in_two_languages(thing: State | Match) -> None:
    words = thing.words
    for chinese in (words.title, words.sentence):
        assert any("\u4e00" <= char <= "\u9fff" for char in chinese)
    for english in (words.title_en, words.sentence_en):
        assert english.isascii()
        assert english


@given(text=st.text(max_size=60))
def test_no_text_makes_it_fall_over(text: str) -> None:
    assert _memory(text).state is State.UNKNOWN


def _memory(text: str) -> Answer:
    from printshop.database import Base, connect

    database = connect("sqlite:///:memory:")
    Base.metadata.create_all(database.engine)
    try:
        return ask(database, text)
    finally:
        database.close()
