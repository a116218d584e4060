"""The registry of document kinds."""

from __future__ import annotations

import pytest

from printshop.errors import NotFound
from printshop.issue.facts import FACTS
from printshop.kinds import KINDS, DocumentKind, Family, Numbering, kind_of


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda k: k.code)
def test_a_kind_is_found_by_its_code_and_by_its_title(kind: DocumentKind) -> None:
    assert kind_of(kind.code) is kind
    assert kind_of(kind.title) is kind


def test_titles_are_different() -> None:
    assert len({kind.title for kind in KINDS.values()}) == len(KINDS)


def test_an_unknown_kind_is_refused_with_all_known_ones() -> None:
    with pytest.raises(NotFound, match="没有名为“diploma”的文书种类") as refusal:
        kind_of("diploma")
    for kind in KINDS.values():
        assert f"{kind.code} {kind.title}" in refusal.value.remedy


def test_every_kind_has_a_facts_class() -> None:
    assert set(FACTS) == set(KINDS)


def test_only_certificates_are_on_counted_blanks() -> None:
    accountable = {kind.code for kind in KINDS.values() if kind.accountable}
    assert accountable == {"graduation", "completion", "attendance", "replacement"}


def test_how_each_kind_is_numbered() -> None:
    numbering = {kind.code: kind.numbering for kind in KINDS.values()}
    assert numbering.pop("graduation") is Numbering.CERTIFICATE
    assert numbering.pop("completion") is Numbering.CERTIFICATE
    assert numbering.pop("attendance") is Numbering.NONE
    assert numbering.pop("replacement") is Numbering.INHERITED
    assert set(numbering.values()) == {Numbering.SERIAL}


def test_proofs_of_a_status_expire_and_certificates_do_not() -> None:
    assert {kind.code for kind in KINDS.values() if kind.valid_days} == {
        "enrollment",
        "roll-status",
    }


def test_the_first_language_is_chinese() -> None:
    assert {kind.languages[0] for kind in KINDS.values()} == {"zh"}
    forms = [kind for kind in KINDS.values() if kind.family is Family.FORM]
    assert len(forms) == 6
