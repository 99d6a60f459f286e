"""Helper process that sets a report as PDF: `python -m chekt_console.background.report_process PICTURES TARGET`.

The report comes as JSON on stdin. A process of its own, because it reads pictures made from foreign clips, and because Qt
then finds fonts for every script on this computer without a window.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMarginsF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QGuiApplication,
    QImage,
    QPageLayout,
    QPageSize,
    QPdfWriter,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextImageFormat,
    QTextLength,
    QTextTableFormat,
)

_DPI = 300
_PICTURE_WIDTH = 285
_NAME_SHARE, _VALUE_SHARE = 25, 75
_BODY_PT, _SMALL_PT, _HEAD_PT, _TITLE_PT = 9.5, 8.5, 13, 19
_MUTED = QColor("#555c66")
_LINE = QColor("#c9ced6")


class ReportSetter:
    """All text is set as plain text: what looks like markup in a name stays what it is."""

    def __init__(self, document: QTextDocument, pictures: Path) -> None:
        document.setDefaultFont(_without_ligatures(document.defaultFont()))
        # A path keeps its order whatever script is in it, and all values stand at one edge.
        option = document.defaultTextOption()
        option.setTextDirection(Qt.LayoutDirection.LeftToRight)
        document.setDefaultTextOption(option)
        self._cursor = QTextCursor(document)
        self._pictures = pictures

    def set(self, report: dict[str, Any]) -> None:
        self._paragraph(report["title"], _TITLE_PT, is_bold=True, above=0)
        self._paragraph(report["subtitle"], _BODY_PT, color=_MUTED)
        for section in report["sections"]:
            self._paragraph(section["heading"], _HEAD_PT, is_bold=True, above=16)
            for paragraph in section["paragraphs"]:
                self._paragraph(paragraph, _BODY_PT)
            for point in section["points"]:
                self._paragraph(f"•  {point}", _BODY_PT, above=3)
            if section["rows"]:
                self._table(section["rows"])
            if section["pictures"]:
                self._pictures_table(section["pictures"])

    def _paragraph(
        self,
        text: str,
        size_pt: float,
        *,
        is_bold: bool = False,
        color: QColor | None = None,
        above: float = 6,
    ) -> None:
        block = QTextBlockFormat()
        block.setTopMargin(above)
        if self._cursor.atStart() and self._cursor.document().isEmpty():
            self._cursor.setBlockFormat(block)
        else:
            self._cursor.insertBlock(block)
        self._cursor.insertText(text, _letters(size_pt, is_bold=is_bold, color=color))

    def _table(self, rows: list[list[str]]) -> None:
        shape = QTextTableFormat()
        shape.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        shape.setColumnWidthConstraints(
            [QTextLength(QTextLength.Type.PercentageLength, share) for share in (_NAME_SHARE, _VALUE_SHARE)]
        )
        shape.setBorder(0.5)
        shape.setBorderBrush(_LINE)
        shape.setBorderCollapse(True)
        shape.setCellPadding(3)
        shape.setTopMargin(6)
        table = self._cursor.insertTable(len(rows), 2, shape)
        for number, (name, value) in enumerate(rows):
            table.cellAt(number, 0).firstCursorPosition().insertText(
                _breakable(name), _letters(_SMALL_PT, color=_MUTED)
            )
            table.cellAt(number, 1).firstCursorPosition().insertText(_breakable(value), _letters(_SMALL_PT))
        self._cursor.movePosition(QTextCursor.MoveOperation.End)

    def _pictures_table(self, pictures: list[dict[str, str]]) -> None:
        shape = QTextTableFormat()
        shape.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_None)
        shape.setCellPadding(3)
        shape.setTopMargin(6)
        table = self._cursor.insertTable((len(pictures) + 1) // 2, 2, shape)
        for number, picture in enumerate(pictures):
            cursor = table.cellAt(number // 2, number % 2).firstCursorPosition()
            image = QImage(str(self._pictures / picture["path"]))
            if not image.isNull():
                # Scaled before it is set: three full frames an event would make the report larger than the clips.
                image = image.scaledToWidth(min(image.width(), 2 * _PICTURE_WIDTH))
                name = f"picture:{picture['path']}"
                self._cursor.document().addResource(QTextDocument.ResourceType.ImageResource, name, image)
                shown = QTextImageFormat()
                shown.setName(name)
                shown.setWidth(_PICTURE_WIDTH)
                cursor.insertImage(shown)
                cursor.insertBlock()
            cursor.insertText(picture["caption"], _letters(_SMALL_PT, color=_MUTED))
        self._cursor.movePosition(QTextCursor.MoveOperation.End)


def _without_ligatures(font: QFont) -> QFont:
    """Else the "ff" of a sum is one letter, and the sum that is copied or looked for is another."""
    for feature in ("liga", "clig"):
        font.setFeature(QFont.Tag(feature), 0)
    return font


def _letters(size_pt: float, *, is_bold: bool = False, color: QColor | None = None) -> QTextCharFormat:
    letters = QTextCharFormat()
    letters.setFontPointSize(size_pt)
    letters.setFontWeight(QFont.Weight.Bold if is_bold else QFont.Weight.Normal)
    letters.setForeground(color or QColor("#000000"))
    return letters


def _breakable(text: str) -> str:
    """A long file name may be broken at its joints, and what follows one stands to the right of it also behind a name that
    is written to the left; the marks for both are not seen."""
    return text.replace("_", "_\u200b\u200e").replace("/", "/\u200b")


def print_report(report: dict[str, Any], pictures: Path, target: Path) -> None:
    writer = QPdfWriter(str(target))
    writer.setTitle(str(report["title"]))
    writer.setCreator("CHeKT Console")
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            QMarginsF(2, 2, 2, 2),  # printing a document adds 2 cm of its own
            QPageLayout.Unit.Millimeter,
        )
    )
    writer.setResolution(_DPI)
    document = QTextDocument()
    document.setDocumentMargin(0)
    ReportSetter(document, pictures).set(report)
    document.print_(writer)


def main() -> int:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app = QGuiApplication(sys.argv[:1])
    report = json.loads(sys.stdin.buffer.read())
    print_report(report, Path(sys.argv[1]), Path(sys.argv[2]))
    del app
    return 0


if __name__ == "__main__":
    sys.exit(main())
