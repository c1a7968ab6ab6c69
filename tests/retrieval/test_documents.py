"""What is read out of a document, and how it is cut."""

import contextlib
import datetime as dt
import gzip
import io
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.documents import reading
from retrieval.documents.chunking import MOST, OVERLAP, TAIL, chunks
from retrieval.documents.model import Block
from retrieval.documents.reading import load, read
from retrieval.errors import InputError
from tests.support import documents as made

EVERY = {
    "政策.pdf": made.pdf,
    "政策.docx": made.docx,
    "政策.pptx": made.pptx,
    "政策.xlsx": made.xlsx,
    "政策.html": made.HTML.encode,
    "政策.md": made.MARKDOWN.encode,
    "政策.txt": made.TEXT.encode,
}


def texts(name: str, data: bytes, kind: str) -> list[str]:
    return [block.text for block in read(name, data).blocks if block.kind == kind]


def test_pdf_keeps_sentences_headings_tables_and_pages() -> None:
    found = read("政策.pdf", made.pdf())
    assert found.pages == 3
    assert (Block("text", made.RETURNS, 1)) in found.blocks
    assert Block("row", "项目：质量问题换货；期限：十五天；运费：商家承担", 1) in found.blocks
    assert [(b.text, b.page) for b in found.blocks if b.kind == "heading"] == [
        ("第一章 退换货", 1),
        ("第二章 赔偿", 2),
    ]
    assert found.blocks[-1] == Block("text", "本规定自2025年3月1日起施行。", 3)
    assert not any("内部资料" in block.text or "- 1 -" in block.text for block in found.blocks)


def test_word_reads_as_with_all_changes_accepted() -> None:
    found = read("政策.docx", made.docx())
    assert [(b.text, b.depth) for b in found.blocks if b.kind == "heading"] == [
        ("售后服务规定", 1),
        ("退换货", 2),
        ("二、运费", 2),
    ]
    (paragraph,) = (block.text for block in found.blocks if block.kind == "text")
    assert paragraph == made.RETURNS + "拆封的内衣不退。"
    assert "项目：无理由退货；期限：七天；运费：客户承担" in [block.text for block in found.blocks]


def test_slides_give_points_notes_and_tables_by_slide() -> None:
    found = read("政策.pptx", made.pptx())
    assert found.pages == 2
    assert Block("text", "再复述客户说的问题", 1) in found.blocks
    assert Block("text", "备注：举一个空调三次没修好的例子", 1) in found.blocks
    assert Block("row", "项目：质量问题换货；期限：十五天；运费：商家承担", 2) in found.blocks


def test_sheets_give_rows_with_their_header_as_shown() -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "价目"
    for row in (
        ("2025年价目表",),
        ("项目", "费用", "折扣", "起"),
        ("清洗", 120, 0.15, dt.date(2025, 3, 1)),
    ):
        sheet.append(row)
    sheet["C3"].number_format = "0%"
    book.create_sheet("底价").append(["不给客户看", "8"])
    book["底价"].sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    found = [block.text for block in read("价.xlsx", out.getvalue()).blocks]
    assert found == ["价目", "2025年价目表", "项目：清洗；费用：120；折扣：15%；起：2025-03-01"]


def test_a_page_gives_its_content_not_its_furniture() -> None:
    found = read("政策.html", made.HTML.encode()).blocks
    assert [block.text for block in found] == [
        "售后规定", "服务时间九点到十八点。", "退换货", made.RETURNS, "外包装要完整", "发票要带上",
        "项目：无理由退货；期限：七天",
    ]  # fmt: skip


def test_markdown_loses_its_marks_but_no_word() -> None:
    assert texts("政策.md", made.MARKDOWN.encode(), "row") == ["项目：无理由退货；期限：七天"]
    assert texts("政策.md", made.MARKDOWN.encode(), "heading") == ["售后规定", "退换货"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_in_any_encoding_of_the_country(encoding: str) -> None:
    assert texts("政策.txt", made.TEXT.encode(encoding), "text") == [made.RETURNS, made.COMPENSATION]


def test_hard_wrapped_lines_become_one_paragraph_again() -> None:
    wrapped = "\n".join(made.RETURNS[i : i + 30] for i in range(0, len(made.RETURNS), 30))
    assert texts("政策.txt", wrapped.encode(), "text") == [made.RETURNS]


def squeezed(data: bytes) -> bytes:
    """A spreadsheet whose one sheet unpacks to far more than it should."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb,
    ):
        for name in source.namelist():
            if name != "xl/worksheets/sheet1.xml":
                bomb.writestr(name, source.read(name))
        with bomb.open("xl/worksheets/sheet1.xml", "w") as part:
            for _ in range(320):
                part.write(b" " * 1_000_000)
    return out.getvalue()


BAD = {
    "broken pdf": ("政策.pdf", lambda: b"%PDF-1.7\n" + b"\x00\xffgarbage" * 300, "损坏"),
    "half a pdf": ("政策.pdf", lambda: made.pdf()[:900], "损坏"),
    "locked pdf": ("政策.pdf", lambda: made.pdf("秘密123"), "密码"),
    "scan": ("政策.pdf", lambda: made.pdf(printed=False), "扫描"),
    "half a docx": ("政策.docx", lambda: made.docx()[:4000], "损坏"),
    "docx with a bad part": (
        "政策.docx",
        lambda: made.docx().replace(b"word/document.xml", b"word/document.xmm"),
        "损坏",
    ),
    "locked docx": ("政策.docx", lambda: made.locked_docx("秘密"), "密码"),
    "bomb": ("政策.xlsx", lambda: squeezed(made.xlsx()), "解开后超过"),
    "pdf called docx": ("政策.docx", made.pdf, "内容却是pdf"),
    "docx called xlsx": ("政策.xlsx", made.docx, "内容却是docx"),
    "text called pdf": ("政策.pdf", made.TEXT.encode, "内容却是普通文字"),
    "picture called pdf": ("政策.pdf", lambda: b"\x89PNG\r\n\x1a\n" + b"\x00" * 90, "内容却是图片"),
    "archive called docx": ("政策.docx", lambda: gzip.compress(b"x" * 90), "内容却是压缩包"),
    "program called txt": ("政策.txt", lambda: b"\x7fELF\x02\x01" + bytes(90), "内容却是程序"),
    "nothing": ("政策.txt", lambda: b"", "空的"),
    "blank": ("政策.md", lambda: b"\xef\xbb\xbf \n\n", "空的"),
    "no words": ("政策.html", lambda: b"<html><body><script>1</script></body></html>", "没有文字"),
    "empty sheet": ("政策.xlsx", lambda: made.xlsx({"空": []}), "没有文字"),
    "old word": ("政策.doc", lambda: b"\xd0\xcf\x11\xe0" + bytes(600), "旧格式"),
    "unknown": ("政策.zip", lambda: b"PK\x03\x04", "不认识"),
    "no ending": ("政策", lambda: b"abc", "扩展名"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_read_is_told_in_one_sentence(case: str) -> None:
    name, make, said = BAD[case]
    with pytest.raises(InputError) as told:
        read(name, make())
    assert said in told.value.what + told.value.mend
    assert told.value.mend
    assert told.value.file == name
    assert "\n" not in str(told.value)


def test_a_file_too_large_is_told_before_it_is_read(tmp_path: Path) -> None:
    large = tmp_path / "大.pdf"
    with large.open("wb") as file:
        file.truncate(200_000_000)
    large.chmod(0o200)  # as anybody but root it could not even be opened
    with pytest.raises(InputError, match="200 MB，最多 50 MB"):
        load(large)


def test_too_much_text_and_too_many_rows_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_CHARS", 50)
    with pytest.raises(InputError, match="拆成几个文件"):
        read("政策.txt", made.TEXT.encode())
    monkeypatch.setattr("retrieval.documents.readers.sheets.MOST_ROWS", 1)
    with pytest.raises(InputError, match="超过 1 行"):
        read("政策.xlsx", made.xlsx())


@pytest.mark.parametrize("name", EVERY)
def test_damaged_anywhere_it_is_read_or_told(name: str) -> None:
    whole = EVERY[name]()
    for at in range(0, len(whole), max(1, len(whole) // 12)):
        damaged = whole[:at] + bytes(b ^ 0xA5 for b in whole[at : at + 40]) + whole[at + 40 :]
        for data in (damaged, whole[:at]):
            with contextlib.suppress(InputError):
                assert read(name, data).blocks


def test_a_passage_stands_under_its_headings_and_tells_its_pages() -> None:
    found = chunks(read("政策.pdf", made.pdf()).blocks)
    assert [(each.headings, each.first_page, each.last_page) for each in found] == [
        (("第一章 退换货",), 1, 1),
        (("第二章 赔偿",), 2, 3),
    ]
    assert "项目：无理由退货；期限：七天；运费：客户承担" in found[0].text.splitlines()


def test_a_long_section_is_cut_at_sentences_and_the_last_one_is_said_again() -> None:
    sentences = [f"第{n}号网点每天早上九点开门，晚上六点关门，节假日照常营业不休息。" for n in range(60)]
    found = chunks([Block("heading", "网点", depth=1), Block("text", "".join(sentences))])
    assert len(found) > 4
    for before, after in pairwise(found):
        assert after.text.split("。")[0] == before.text.removesuffix("。").rpartition("。")[2]
    assert all(each.text.endswith("。") and each.headings == ("网点",) for each in found)
    assert all(200 <= len(each.text) <= MOST + OVERLAP + TAIL for each in found)


def test_rows_are_never_torn_nor_said_twice() -> None:
    rows = [f"型号：KF-{n}；期限：{n}天；运费：商家承担" for n in range(80)]
    found = chunks([Block("row", row) for row in rows])
    assert [line for each in found for line in each.text.splitlines()] == rows


def test_a_heading_with_nothing_below_is_still_found() -> None:
    found = chunks([Block("heading", text, depth=1) for text in ("九点开门", "六点关门")])
    assert [each.text for each in found] == ["九点开门", "六点关门"]


WORDS = st.text(st.sampled_from("退货七天内可以，。！?a 1\u3000”"), min_size=1, max_size=900).filter(
    str.strip
)
BLOCKS = st.builds(
    Block,
    st.sampled_from(["heading", "text", "row"]),
    WORDS,
    st.none() | st.integers(1, 5),
    st.integers(1, 6),
)


@given(st.lists(BLOCKS, max_size=12))
def test_nothing_is_lost_and_no_passage_is_too_long(blocks: list[Block]) -> None:
    found = chunks(blocks)
    kept = "".join("".join(each.text.split()) for each in found)
    for block in blocks:
        if block.kind == "row" and len(block.text) <= MOST:
            assert "".join(block.text.split()) in kept
        if block.kind == "text":
            assert all(piece in kept for piece in block.text.replace("。", " ").split() if len(piece) < 40)
    assert all(len(each.text) <= MOST + OVERLAP + TAIL + 20 * len(blocks) for each in found)
    assert all(each.text for each in found)
