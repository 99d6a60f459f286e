"""The report of an export as a reader of PDF finds it: every fact as text that can be looked for and copied."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader
from PySide6.QtCore import QSizeF, Qt
from PySide6.QtGui import QTextDocument

from chekt_console.background.report_process import ReportSetter
from chekt_console.domain.evidence_report import CANNOT_PROVE, EventEvidence, Report, event_section
from tests.support.evidence import ALARM, SITE, EvidenceWorld

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SITE = replace(SITE, name="Office Žižkov “Łódź” & <b>")
_ALARM = replace(ALARM, device_name="Cam 1 office flat", decision="false")


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    world = EvidenceWorld(tmp_path_factory.mktemp("report"), is_report_real=True)
    world.sites = {_SITE.site_id: _SITE}
    yield world.export(_ALARM).path
    world.close()


@pytest.fixture(scope="module")
def text(export: Path) -> str:
    """Of all pages, with one space where there is a gap or a new line."""
    pages = PdfReader(export / "report.pdf").pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_event_is_told_in_full(text: str) -> None:
    assert f"Event 1: Alarm at {_SITE.name}" in text
    assert f"Site {_SITE.name} Address 1 Quay Street" in text
    assert f"Device {_ALARM.device_name} Event number 9001 Decision False alarm" in text


def test_times_are_told_at_the_site_and_in_utc(text: str) -> None:
    assert "Time 2026-11-18 06:06:40.000 at the site (EST, UTC-0500) = 2026-11-18 11:06:40.000 UTC" in text
    # The frame of the alarm a second after the first one, each with both times.
    assert "1.000 s from the first frame: 2026-11-18 06:06:40.000 at the site" in text


def test_sums_can_be_copied_as_they_are(export: Path, text: str) -> None:
    manifest = json.loads((export / "manifest.json").read_bytes())
    evidence = [one["sha256"] for one in manifest["files"] if "/" in one["path"]]
    assert len(evidence) == 6
    for digest in (*evidence, manifest["key"]["sha256"]):
        assert digest in "".join(text.split())
    assert not set("ﬀﬁﬂﬃﬄ") & set(text), "a sum with one letter for two is another sum"


def test_it_says_what_it_cannot_prove(text: str) -> None:
    assert len(CANNOT_PROVE) == 7
    assert "What this export cannot prove " + " ".join(f"• {one}" for one in CANNOT_PROVE) in text


def test_no_line_leaves_the_paper_and_a_path_keeps_its_order_in_any_script(
    qapp: object, tmp_path: Path
) -> None:
    sites = (replace(SITE, name="مستودع الميناء 4"), replace(SITE, name="W" * 400))
    sections = [event_section(1, EventEvidence(ALARM, site)) for site in sites]
    path = f"02/{sites[0].name}_{sites[1].name}_20261118T060639-0500.mp4"
    sections[0].rows.extend([("Clip", path), (path, "0" * 64)])
    document = QTextDocument()
    ReportSetter(document, tmp_path).set(Report("Evidence", "", sections).as_json())
    document.setPageSize(QSizeF(500, 700))
    assert document.size().width() <= 500
    block = document.begin()
    while block.isValid():
        assert block.textDirection() == Qt.LayoutDirection.LeftToRight, block.text()
        block = block.next()
    assert f"_\u200b\u200e{'W' * 400}_\u200b\u200e2026" in document.toPlainText(), (
        "to the right of the Arabic name"
    )
