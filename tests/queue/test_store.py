"""The queue as people use it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from printshop.errors import InputError, NotFound, Refused
from printshop.printers.contract import PrintOptions
from printshop.printers.states import JobState
from printshop.queue.phases import Phase
from printshop.queue.store import (
    COUNTER_PRIORITY,
    NewJob,
    cancel_job,
    count_by_state,
    enqueue,
    get_job,
    hold_job,
    list_jobs,
    release_job,
    resolve_job,
    retry_job,
)

NEW = NewJob("job-x", "doc-x", "0" * 64, "press", PrintOptions("iso_a4_210x297mm"))


def put_into(office, phase: Phase, state: JobState) -> str:
    (job_id,) = office.put(1)
    with office.database.write() as session:
        row = get_job(session, job_id)
        row.phase, row.state = phase, state
    return job_id


def test_jobs_come_back_in_stack_order_with_the_counter_first(office):
    office.put(3, batch_id="batch-1")
    office.clock.forward(seconds=1)
    office.put(1, priority=COUNTER_PRIORITY)
    with office.database.read() as session:
        assert [job.id for job in list_jobs(session)] == [
            "job-4",
            "job-1",
            "job-2",
            "job-3",
        ]
        assert len(list_jobs(session, batch_id="batch-1", limit=2, offset=1)) == 2
        assert [job.id for job in list_jobs(session, document_id="doc-2")] == ["job-2"]
        assert count_by_state(session) == {"pending": 4}
    office.change(cancel_job, "job-1")
    with office.database.read() as session:
        left = [job.id for job in list_jobs(session, open_only=True)]
    assert left == ["job-4", "job-2", "job-3"]


def test_the_order_given_is_the_order_printed(office):
    """Whatever ids, batches and places they have."""
    given = [
        replace(NEW, id=f"job-{name}", batch_id=batch, position=position)
        for name, batch, position in (
            ("z", None, 9),
            ("b", "batch-2", 1),
            ("c", "batch-1", 2),
            ("a", None, 1),
        )
    ]
    with office.database.write() as session:
        enqueue(session, given, actor="tester", now=office.clock())
    with office.database.read() as session:
        assert [job.id for job in list_jobs(session)] == [job.id for job in given]


def test_all_are_queued_or_none(office):
    with pytest.raises(IntegrityError), office.database.write() as session:
        enqueue(session, [NEW, NEW], actor="tester", now=office.clock())
    with office.database.read() as session:
        assert list_jobs(session) == []


@pytest.mark.parametrize(
    "change",
    [
        {"id": "张三"},
        {"id": ""},
        {"document_id": "a b"},
        {"pdf_sha256": "abc"},
        {"pages": 0},
        {"options": PrintOptions("iso_a4_210x297mm", copies=0)},
        {"options": PrintOptions("")},
    ],
)
def test_half_a_job_is_refused(office, change):
    with pytest.raises(InputError), office.database.write() as session:
        enqueue(session, [replace(NEW, **change)], actor="t", now=office.clock())


def test_accountable_stock_is_never_set_to_print_again_by_itself(office):
    job = replace(NEW, accountable=True, retry_unknown=True)
    with pytest.raises(Refused, match="自动重打"), office.database.write() as session:
        enqueue(session, [job], actor="t", now=office.clock())


def test_a_waiting_job_is_held_released_and_canceled(office):
    office.put(1)
    assert office.change(hold_job, "job-1").state == JobState.HELD
    assert office.change(release_job, "job-1").state == JobState.PENDING
    with pytest.raises(Refused, match="没有被暂停"):
        office.change(release_job, "job-1")
    office.change(cancel_job, "job-1")
    job = office.job()
    assert (job.phase, job.state) == (Phase.DONE, JobState.CANCELED)
    assert job.finished_at == office.clock()


def test_a_job_in_its_printer_cannot_be_held_but_is_canceled_on_wish(office):
    job_id = put_into(office, Phase.RELEASED, JobState.PENDING)
    with pytest.raises(Refused, match="已放行"):
        office.change(hold_job, job_id)
    office.change(cancel_job, job_id)
    job = office.job()
    assert (job.phase, job.state) == (Phase.RELEASED, JobState.PENDING)
    assert job.cancel_requested


def test_a_job_held_in_its_printer_is_released_by_the_dispatcher(office):
    job_id = put_into(office, Phase.RELEASED, JobState.HELD)
    assert office.change(release_job, job_id).phase == Phase.RELEASING


def test_an_unknown_job_is_only_resolved(office):
    job_id = put_into(office, Phase.UNKNOWN, JobState.UNKNOWN)
    for deed in (cancel_job, retry_job, hold_job):
        with pytest.raises(Refused) as caught:
            office.change(deed, job_id)
    assert caught.value.remedy
    office.change(resolve_job, job_id, printed=True)
    job = office.job()
    assert (job.phase, job.state) == (Phase.DONE, JobState.COMPLETED)
    assert job.state_reasons == ["printshop-seen-printed"]
    with pytest.raises(Refused, match="不需要确认"):
        office.change(resolve_job, job_id, printed=True)


def test_not_printed_means_once_more(office):
    job_id = put_into(office, Phase.UNKNOWN, JobState.UNKNOWN)
    office.change(resolve_job, job_id, printed=False)
    job = office.job()
    assert (job.phase, job.state) == (Phase.CREATED, JobState.PENDING)


def test_only_what_did_not_print_is_retried(office):
    aborted = put_into(office, Phase.DONE, JobState.ABORTED)
    office.change(retry_job, aborted, printer="other")
    job = office.job()
    assert (job.phase, job.printer) == (Phase.CREATED, "other")
    with pytest.raises(Refused, match="不需要重试"):
        office.change(retry_job, aborted)
    with office.database.write() as session:
        row = get_job(session, aborted)
        row.phase, row.state = Phase.DONE, JobState.COMPLETED
    with pytest.raises(Refused, match="已经打印完成"):
        office.change(retry_job, aborted)
    with pytest.raises(Refused, match="不能取消"):
        office.change(cancel_job, aborted)


def test_a_job_that_is_not_there(office):
    with pytest.raises(NotFound, match="job-9"):
        office.change(cancel_job, "job-9")


def test_the_journal_hears_of_it_in_the_same_transaction(office):
    heard = []

    def journal(_session, event):
        heard.append((event.action, event.job.id, event.actor, event.reasons))

    with office.database.write() as session:
        enqueue(session, [NEW], actor="li", now=office.clock(), journal=journal)
    office.change(cancel_job, "job-x", journal=journal)
    assert heard == [
        ("print-queued", "job-x", "li", ()),
        ("print-canceled", "job-x", "tester", ()),
    ]


@pytest.mark.parametrize("phase", Phase)
def test_every_phase_has_a_sentence(phase):
    assert phase.sentence.endswith("。")
