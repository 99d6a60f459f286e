"""What nobody caught is shown once, logged, copyable, and holds no secret."""

from __future__ import annotations

import logging
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from chekt_console.domain.masking import masked
from chekt_console.ui.shared.crash_dialog import CrashReporter
from chekt_console.ui.shared.crash_report import last_line
from tests.support.ending import join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot


@pytest.fixture
def reporter(qtbot: QtBot) -> Iterator[CrashReporter]:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    made = CrashReporter(window)
    yield made
    made.uninstall()


@pytest.mark.logs("ValueError: in a worker", "KeyError: 'second'")
def test_errors_of_two_threads_make_one_dialog(
    reporter: CrashReporter, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise ValueError("in a worker, Bearer abcdefghijklmnop")

    with caplog.at_level(logging.CRITICAL):
        worker = threading.Thread(target=fail, name="worker-9")
        worker.start()
        join(worker)
        reporter.report("Traceback\nKeyError: 'second'")
        qtbot.waitUntil(lambda: reporter.dialog is not None and "1 more" in reporter.dialog.words.text())
    dialog = reporter.dialog
    assert dialog is not None
    dialog.copy.click()
    report = QApplication.clipboard().text()
    assert "In thread worker-9" in report
    assert "ValueError: in a worker, Bearer ********" in report
    assert "PySide6" in report
    assert "KeyError: 'second'" in caplog.text
    assert "abcdefghijklmnop" not in report + caplog.text
    dialog.go_on.click()
    assert reporter.dialog is None


def test_hooks_are_given_back(qtbot: QtBot) -> None:
    before = sys.excepthook, threading.excepthook
    window = QWidget()
    qtbot.addWidget(window)
    reporter = CrashReporter(window)
    assert (sys.excepthook, threading.excepthook) != before
    reporter.uninstall()
    assert (sys.excepthook, threading.excepthook) == before


@pytest.mark.parametrize(
    "secret",
    [
        "Authorization: Bearer S3CRET-value._~+/=",
        "Authorization: Basic YXBpa2V5OlMzQ1JFVA==",
        "https://x/api/v1/mjpeg/a?access_token=S3CRET&b=1",
        "{'api_key': 'S3CRET'}",
        '{"client_secret": "S3CRET"}',
        "ApiKeyAuth(api_key='S3CRET')",
        "https://user:S3CRET@proxy:8080/",
        "https://s3/x?X-Amz-Signature=S3CRET",
        "eyJhbGciOiJS3CRET.eyJzdWIiOiJS3CRET.c2lnS3CRET",
        "key chekt_live_S3CRETx",
        "-----BEGIN RSA PRIVATE KEY-----\nS3CRET\n-----END RSA PRIVATE KEY-----",
        "password=S3CRET",
        "posted by whsec_S3CRET to",
    ],
)
def test_no_secret_is_in_a_report(secret: str) -> None:
    text = masked(f"before {secret} after")
    assert "S3CRET" not in text
    assert "YXBpa2V5" not in text
    assert text.startswith("before ")


def test_masking_leaves_the_rest() -> None:
    text = 'File "chekt_console/api/client.py", line 3\nKeyError: "site_id"'
    assert masked(text) == text
    assert last_line("Traceback\n  x\nValueError: a\nsecond line of the message") == "ValueError: a"
