"""One line that gives way: whole where there is room, else its short form, else cut; the whole is always in the tip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chekt_console.ui.shared.elided_label import ElidedLabel

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

_WHOLE, _SHORT = "Harbor Point Warehouse · site time Tue 21:04", "site time Tue 21:04"


def test_the_short_form_stands_where_the_whole_has_no_room(qtbot: QtBot) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.show_text(_WHOLE, short=_SHORT)
    label.show()
    whole, short = (label.fontMetrics().horizontalAdvance(text) for text in (_WHOLE, _SHORT))
    # A few pixels of doubt: widths of letters need not be whole ones.
    for width, shown in ((whole + 4, _WHOLE), (whole - 4, _SHORT), (short + 4, _SHORT)):
        label.resize(width, 20)
        assert label.text() == shown
    label.resize(short - 4, 20)
    assert label.text().endswith("…")
    assert label.text()[:4] == _SHORT[:4]
    assert (label.whole_text, label.accessibleName()) == (_WHOLE, _WHOLE)
    assert _WHOLE in label.toolTip()
    label.show_text(_WHOLE)
    label.resize(whole - 4, 20)
    assert label.text().startswith("Harbor")
