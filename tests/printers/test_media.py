"""Sheets have exact names."""

from __future__ import annotations

import io

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from printshop.errors import InputError
from printshop.printers.media import STANDARD, media_for, sheets_of


@pytest.mark.parametrize(
    ("width", "height", "name"),
    [
        (210, 297, "iso_a4_210x297mm"),
        (297, 210, "iso_a4_210x297mm"),
        (285, 210, "custom_285x210mm_285x210mm"),
        (260, 185, "custom_260x185mm_260x185mm"),
        (92.5, 130, "custom_92.5x130mm_92.5x130mm"),
    ],
)
def test_known_sheets(width, height, name, make_pdf):
    assert media_for(width, height) == name
    found = sheets_of(make_pdf("x", width, height))
    assert (found.pages, found.media) == (1, name)
    assert found.width_mm == pytest.approx(width, abs=0.01)
    assert found.height_mm == pytest.approx(height, abs=0.01)


@given(
    st.integers(min_value=760, max_value=4880),
    st.integers(min_value=760, max_value=4880),
)
def test_a_custom_name_says_its_size_to_a_tenth(tenth_width, tenth_height):
    width, height = tenth_width / 10, tenth_height / 10
    name = media_for(width, height)
    if name not in STANDARD:
        said = name.rsplit("_", 1)[1].removesuffix("mm").split("x")
        assert [float(part) for part in said] == [width, height]


def _save(pdf: pikepdf.Pdf) -> bytes:
    sink = io.BytesIO()
    pdf.save(sink)
    return sink.getvalue()


def test_a_turned_page_is_measured_as_it_is_seen():
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595.28, 841.89)).Rotate = 90
    found = sheets_of(_save(pdf))
    assert found.width_mm > found.height_mm
    assert found.media == "iso_a4_210x297mm"


def test_pages_of_different_sizes_are_refused():
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    pdf.add_blank_page(page_size=(842, 1191))
    with pytest.raises(InputError, match="各页大小不同"):
        sheets_of(_save(pdf))


def test_what_is_no_pdf_is_refused():
    with pytest.raises(InputError, match="PDF"):
        sheets_of(b"not a pdf")
    with pytest.raises(InputError, match="没有页面"):
        sheets_of(_save(pikepdf.new()))
