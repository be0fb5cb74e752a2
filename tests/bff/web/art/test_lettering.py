"""Names fit their box, in balanced lines."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bff.web.art.lettering import FACES, POSTER, SERIF, balance_lines, fit_name, width_of
from tests.bff.web.art.pictures import names


@settings(deadline=None, max_examples=40)
@given(names, st.sampled_from(sorted({face for faces in FACES.values() for face in faces}, key=repr)))
def test_a_name_fits_its_box_in_every_face(name: str, face: object) -> None:
    assert isinstance(face, type(SERIF))
    fitted = fit_name(name, face, 340, 150, 72, 4)
    assert 1 <= len(fitted.lines) <= 4
    assert fitted.height <= 150.001
    assert all(width_of(line.text, face) * fitted.size <= 340.001 for line in fitted.lines)


def test_lines_are_balanced_not_filled() -> None:
    assert balance_lines(["The", "Kite", "Thieves", "of", "Ardent"], 2, POSTER) == [
        "The Kite Thieves",
        "of Ardent",
    ]
    assert balance_lines(["One"], 3, POSTER) == ["One"]
