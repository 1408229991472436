"""A report as rows for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from django.utils import timezone

from luyue.apps.reports import selectors
from luyue.apps.reports.models import Run
from luyue.apps.workspace import present_reports
from luyue.core.regulation.rulebook import Rulebook

_BOM = "\ufeff"  # without it a spreadsheet takes Chinese for Latin
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_HEAD = ("指标", "分组", "取值", "数量", "基数", "占比 %", "平均", "目标", "样本少", "此后更正的数量", "此后更正的基数")


def as_csv(run: Run, book: Rulebook) -> str:
    """UTF-8 with a mark, rows of figures, then what the report is and when its data was taken."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in _rows(run, book):
        writer.writerow([safe(cell) for cell in row])
    return _BOM + out.getvalue()


def safe(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula: words that begin like one get an apostrophe in front; numbers stay numbers."""
    text = "" if cell is None else str(cell)
    if isinstance(cell, int | float) or not text.lstrip().startswith(_FORMULA):
        return text
    return "'" + text


def _rows(run: Run, book: Rulebook) -> Iterator[tuple[object, ...]]:
    yield _HEAD
    corrected = selectors.corrections_of(run)
    for one in selectors.figures_of(run):
        shown = present_reports.counted(one)
        later = corrected.get((one.measure, one.field, one.value))
        yield (
            present_reports.measure_words(one.measure), present_reports.field_words(one.field, book), present_reports.value_label(one, book),
            one.n, one.of, shown.percent if one.unit == "share" else None, shown.mean if one.unit in ("mean", "seconds") else None, one.target,
            "是" if shown.is_small else "", later.n if later else None, later.of if later else None,
        )  # fmt: skip
    yield ()
    yield ("报告", present_reports.title(run, book))
    yield ("期间", run.period)
    yield ("数据截至", f"{timezone.localtime(run.made_at):%Y-%m-%d %H:%M}")
    yield ("校验", run.digest)
