"""The week as the person's system writes it: first weekday, and the clock of 12 or 24 hours."""

from __future__ import annotations

from unicodedata import digit

import pytest
from PySide6.QtCore import QLocale, QTime

from chekt_console.domain.schedule_words import WordStyle
from chekt_console.ui.schedule.schedule_pane import locale_style


@pytest.mark.parametrize(
    ("name", "style"),
    [
        ("en_US", WordStyle(first_day=6, is_12h=True)),
        ("en_GB", WordStyle(first_day=0, is_12h=False)),
        ("de_DE", WordStyle(first_day=0, is_12h=False)),
        ("fr_CA", WordStyle(first_day=6, is_12h=False)),
        ("ko_KR", WordStyle(first_day=6, is_12h=True)),  # before the time, and spelled "Ap"
        ("ar_EG", WordStyle(first_day=5, is_12h=True)),
        ("fa_IR", WordStyle(first_day=5, is_12h=False)),
    ],
)
def test_a_locale_gives_the_first_weekday_and_the_clock(name: str, style: WordStyle) -> None:
    assert locale_style(QLocale(name)) == style


def test_every_locale_has_the_clock_its_own_times_show() -> None:
    locales = QLocale.matchingLocales(
        QLocale.Language.AnyLanguage, QLocale.Script.AnyScript, QLocale.Country.AnyCountry
    )
    assert len(locales) > 500
    for locale in locales:
        shown = locale.toString(QTime(13, 5), QLocale.FormatType.ShortFormat)
        digits = [digit(sign) for sign in shown if digit(sign, -1) >= 0]
        assert locale_style(locale).is_12h == (digits[:2] != [1, 3]), (locale.name(), shown)
