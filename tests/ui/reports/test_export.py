"""The report as one page: alone it needs nothing, and all of it is there."""

import base64
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from retrieval.errors import InputError
from tests.ui.samples import REPORT
from ui.i18n import texts
from ui.reports import export
from ui.reports.answer import answer, file_name

T = texts("zh")


def test_the_page_needs_nothing_else() -> None:
    page = export.page(REPORT, T)
    assert not re.search(r'(?:src|href)\s*=\s*"(?!#)', page)
    assert set(re.findall(r"url\((\w+):", page)) == {"data"}
    assert "@import" not in page


def test_the_fonts_that_come_along_hold_what_is_written() -> None:
    page = export.page(REPORT, T)
    fonts = [TTFont(io.BytesIO(base64.b64decode(each))) for each in re.findall(r"base64,([\w+/=]+)", page)]
    assert len(fonts) == 2
    for font in fonts:
        assert {ord(each) for each in "空调修了三次还不凉的没做到未通过"} <= font.getBestCmap().keys()
    assert len(page) < 500_000


def test_in_a_batch_no_font_is_carried() -> None:
    assert "base64" not in export.page(REPORT, T, embed=False)


def test_it_begins_with_the_result_and_ends_with_what_made_it() -> None:
    page = re.sub(r"<(style|script)>.*?</\1>", "", export.page(REPORT, T), flags=re.DOTALL)
    order = [
        "54.5",
        "未通过",
        "丢分最多的三处",
        "各项得分",
        "按职业功能",
        "紧张程度的起落",
        "对话全文",
        "评分用了什么",
    ]
    at = [page.index(f">{each}<") for each in order]
    assert at == sorted(at)


def test_it_can_be_told_to_unfold_and_to_print() -> None:
    plain, paper = (
        export.page(REPORT, T, embed=False),
        export.page(REPORT, T, embed=False, unfold=True, print_now=True),
    )
    assert '<details class="criterion" data-card="empathy" lang="zh">' in plain
    assert '<details class="criterion" data-card="empathy" lang="zh" open>' in paper
    assert 'data-print="0"' in plain
    assert 'data-print="1"' in paper


def test_what_was_said_stays_text() -> None:
    page = export.page(replace(REPORT, name="<img src=x>", verdict="<b>好</b>"), T, embed=False)
    assert "<img" not in page
    assert "&lt;b&gt;好" in page
    assert "<script>alert" not in page


def test_a_file_is_written_as_its_name_says(tmp_path: Path) -> None:
    export.write(REPORT, tmp_path / "a.PDF", T)
    export.write(REPORT, tmp_path / "a.html", T)
    assert (tmp_path / "a.PDF").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "a.html").read_text(encoding="utf-8").lstrip().startswith("<!doctype html>")
    with pytest.raises(InputError, match=r"\.pdf 或 \.html"):
        export.write(REPORT, tmp_path / "a.docx", T)
    with pytest.raises(InputError, match="写不进去"):
        export.write(REPORT, tmp_path / "gone" / "a.pdf", T)


@pytest.mark.parametrize("name", ["空调 a1", "a/b\\c:d", "..", "", "\ud800", "长" * 300])
def test_a_download_has_a_name_that_every_system_takes(name: str) -> None:
    made = file_name(name)
    assert 0 < len(made) <= 80
    assert not set(made) & set('\\/:*?"<>|')
    kept = answer(REPORT, "html", name, T).headers["content-disposition"]
    assert kept.startswith("attachment; filename*=UTF-8''")
    assert kept.isascii()
