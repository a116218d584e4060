"""The verdicts: where a sheet may have been made, nothing is sent again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printshop.printers.contract import NO_HISTORY, JobStatus
from printshop.printers.states import JobState
from printshop.queue.phases import Phase
from printshop.queue.recovery import Evidence, Verdict, decide

PLAIN = Evidence(accountable=False)
COUNTED = Evidence(accountable=True, impressions=2)
FLIGHT = [Phase.SUBMITTING, Phase.SPOOLED, Phase.RELEASING, Phase.RELEASED]


def job(state: JobState, **more) -> JobStatus:
    return JobStatus("ps-00001-aa", "7", state, **more)


HELD = job(JobState.HELD)
EMPTY = job(JobState.HELD, has_document=False)
STARTED_HELD = job(JobState.HELD, started=True)
DONE = job(JobState.COMPLETED, started=True, impressions_completed=2)


@pytest.mark.parametrize(
    ("phase", "found", "evidence", "verdict"),
    [
        (Phase.SUBMITTING, [], COUNTED, Verdict.SEND_AGAIN),
        (Phase.SUBMITTING, [EMPTY], COUNTED, Verdict.SEND_AGAIN),
        (Phase.SUBMITTING, [HELD], COUNTED, Verdict.ADOPT),
        (Phase.SUBMITTING, [job(JobState.CANCELED)], COUNTED, Verdict.SEND_AGAIN),
        (Phase.SPOOLED, [], COUNTED, Verdict.SEND_AGAIN),
        (Phase.SPOOLED, [HELD], COUNTED, Verdict.RELEASE),
        (Phase.SPOOLED, [job(JobState.CANCELED)], COUNTED, Verdict.ENDED),
        (Phase.SPOOLED, [job(JobState.PENDING)], COUNTED, Verdict.WATCH),
        (Phase.SPOOLED, [DONE], COUNTED, Verdict.COMPLETED),
        (Phase.RELEASING, [], COUNTED, Verdict.UNKNOWN),
        (Phase.RELEASING, [HELD], COUNTED, Verdict.RELEASE),
        (Phase.RELEASING, [STARTED_HELD], COUNTED, Verdict.UNKNOWN),
        (Phase.RELEASING, [job(JobState.PENDING)], COUNTED, Verdict.WATCH),
        (Phase.RELEASED, [], COUNTED, Verdict.UNKNOWN),
        (Phase.RELEASED, [], PLAIN, Verdict.UNKNOWN),
        (Phase.RELEASED, [HELD], COUNTED, Verdict.WATCH),
        (Phase.RELEASED, [STARTED_HELD], PLAIN, Verdict.UNKNOWN),
        (Phase.RELEASED, [job(JobState.STOPPED)], COUNTED, Verdict.WATCH),
        (Phase.RELEASED, [DONE], COUNTED, Verdict.COMPLETED),
        (Phase.RELEASED, [job(JobState.ABORTED)], COUNTED, Verdict.UNKNOWN),
        (Phase.RELEASED, [job(JobState.CANCELED)], COUNTED, Verdict.UNKNOWN),
        (Phase.RELEASED, [job(JobState.ABORTED)], PLAIN, Verdict.ENDED),
    ],
)
def test_the_table(phase, found, evidence, verdict):
    assert decide(phase, found, evidence).verdict is verdict


def test_completed_needs_evidence_on_accountable_stock():
    short = job(JobState.COMPLETED, started=True, impressions_completed=1)
    silent = job(JobState.COMPLETED, started=True)
    guess = job(
        JobState.COMPLETED,
        started=True,
        impressions_completed=2,
        reasons=(NO_HISTORY,),
    )
    for status, reason in (
        (short, "printshop-impressions-short"),
        (silent, "printshop-impressions-short"),
        (guess, NO_HISTORY),
    ):
        found = decide(Phase.RELEASED, [status], COUNTED)
        assert found.verdict is Verdict.UNKNOWN
        assert reason in found.reasons
        assert decide(Phase.RELEASED, [status], PLAIN).verdict is Verdict.COMPLETED


@pytest.mark.parametrize("evidence", [PLAIN, COUNTED])
def test_a_printer_that_printed_twice_is_never_believed(evidence):
    twice = job(JobState.COMPLETED, started=True, impressions_completed=2, prints=2)
    found = decide(Phase.RELEASED, [twice], evidence)
    assert found.verdict is Verdict.UNKNOWN
    assert found.reasons == ("printshop-printed-twice",)


statuses = st.builds(
    JobStatus,
    name=st.just("ps-00001-aa"),
    printer_job_id=st.just("7"),
    state=st.sampled_from(
        [state for state in JobState if state is not JobState.UNKNOWN]
    ),
    reasons=st.sampled_from([(), (NO_HISTORY,)]),
    impressions_completed=st.sampled_from([None, 0, 1, 2]),
    has_document=st.booleans(),
    started=st.booleans(),
    prints=st.sampled_from([None, 0, 1, 2]),
)
evidences = st.builds(
    Evidence, accountable=st.booleans(), impressions=st.sampled_from([0, 1, 2])
)


@given(st.sampled_from(FLIGHT), st.lists(statuses, max_size=3), evidences)
def test_nothing_that_may_have_printed_is_sent_or_released_again(
    phase, found, evidence
):
    verdict = decide(phase, found, evidence).verdict
    may_have_printed = (
        phase in (Phase.RELEASING, Phase.RELEASED) and not found
    ) or any(item.started or item.state is JobState.COMPLETED for item in found)
    if may_have_printed:
        assert verdict not in (Verdict.SEND_AGAIN, Verdict.RELEASE, Verdict.ADOPT)
    if phase in (Phase.RELEASING, Phase.RELEASED):
        assert verdict is not Verdict.SEND_AGAIN
    if len(found) > 1:
        assert verdict is Verdict.UNKNOWN


@given(st.sampled_from(FLIGHT), st.lists(statuses, max_size=3), evidences)
def test_an_unknown_always_says_why(phase, found, evidence):
    decision = decide(phase, found, evidence)
    if decision.verdict is Verdict.UNKNOWN:
        assert decision.reasons
