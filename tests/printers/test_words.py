"""States and reasons speak to the office."""

from __future__ import annotations

import re

import pytest

from printshop.printers.reasons import REASONS, bare, explain, stopping
from printshop.printers.states import DeviceState, JobState

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize("state", [*JobState, *DeviceState])
def test_every_state_has_a_sentence(state):
    assert CHINESE.search(state.sentence)
    assert state.sentence.endswith("。")


@pytest.mark.parametrize("reason", REASONS.values(), ids=REASONS)
def test_every_reason_has_a_sentence_and_a_way_out_when_it_stops(reason):
    assert CHINESE.search(reason.meaning)
    assert reason.sentence.startswith(reason.meaning)
    if reason.stops:
        assert CHINESE.search(reason.remedy)


def test_severities_are_not_part_of_the_word():
    assert bare("media-empty-error") == "media-empty"
    assert bare("toner-low-warning") == "toner-low"
    assert bare("offline-report") == "offline"


def test_the_pressing_reason_comes_first_and_unknown_words_stay():
    found = explain(["toner-low-warning", "vendor-odd", "media-empty-error", "none"])
    assert [item.keyword for item in found] == [
        "media-empty",
        "toner-low",
        "vendor-odd",
    ]
    assert "vendor-odd" in found[-1].meaning


def test_what_stops_a_printer():
    assert stopping(["media-empty-error"])
    assert stopping(["media-empty"])
    assert stopping(["vendor-odd-error"])
    assert stopping(["media-empty-warning"])
    assert not stopping(["media-empty-report", "toner-low-warning"])
    assert not stopping(["connecting-to-device"])


def test_which_states_are_over():
    over = {state for state in JobState if state.terminal}
    assert over == {JobState.CANCELED, JobState.ABORTED, JobState.COMPLETED}
