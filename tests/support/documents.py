"""Small real documents, written with real libraries."""

import io
from collections.abc import Sequence
from typing import Any

RETURNS = (
    "客户签收之日起七天内，商品完好、不影响二次销售的，可以无理由退货，来回运费由客户承担。"
    "空调、热水器等大件上门安装后，不支持七天无理由退货，有质量问题的除外。"
)
COMPENSATION = "同一故障修了两次仍不能使用的，可以换同型号的新机。维修超过十五天的，一次性补偿五十元。"
TABLE = (("项目", "期限", "运费"), ("无理由退货", "七天", "客户承担"), ("质量问题换货", "十五天", "商家承担"))


def pdf(password: str | None = None, *, printed: bool = True) -> bytes:
    """Three pages with running heads and a ruled table; blank pages when not `printed`."""
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    body = ParagraphStyle("body", fontName="STSong-Light", fontSize=11, leading=16, wordWrap="CJK")
    head = ParagraphStyle("head", fontName="STSong-Light", fontSize=16, leading=24, spaceAfter=6)
    style = [("GRID", (0, 0), (-1, -1), 1, (0, 0, 0)), ("FONT", (0, 0), (-1, -1), "STSong-Light", 10)]
    story: list[Any] = [
        Paragraph("第一章 退换货", head), Paragraph(RETURNS, body), Table(TABLE, style=style), PageBreak(),
        Paragraph("第二章 赔偿", head), Paragraph(COMPENSATION, body), PageBreak(),
        Paragraph("本规定自2025年3月1日起施行。", body),
    ]  # fmt: skip

    def edges(canvas: Any, page: Any) -> None:
        canvas.setFont("STSong-Light", 9)
        canvas.drawString(200, 825, "海风电器售后规定 内部资料")
        canvas.drawString(290, 20, f"- {page.page} -")

    out = io.BytesIO()
    encrypt = StandardEncryption(password, strength=128) if password else None
    template = SimpleDocTemplate(out, encrypt=encrypt)
    if printed:
        template.build(story, onFirstPage=edges, onLaterPages=edges)
    else:
        from reportlab.platypus import Spacer

        template.build([Spacer(1, 1), PageBreak(), Spacer(1, 1)])
    return out.getvalue()


def docx() -> bytes:
    """Styled and numbered headings, a table, a tracked insertion and a tracked deletion."""
    from docx import Document
    from docx.oxml import parse_xml

    document = Document()
    document.add_heading("售后服务规定", 1)
    document.add_heading("退换货", 2)
    paragraph = document.add_paragraph(RETURNS)
    names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" w:id="1" w:author="a"'
    paragraph._p.append(parse_xml(f"<w:ins {names}><w:r><w:t>拆封的内衣不退。</w:t></w:r></w:ins>"))
    paragraph._p.append(parse_xml(f"<w:del {names}><w:r><w:delText>十天内都能退。</w:delText></w:r></w:del>"))
    document.add_paragraph("二、运费")
    table = document.add_table(rows=0, cols=3)
    for row in TABLE:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def locked_docx(password: str) -> bytes:
    """As Word locks it."""
    from msoffcrypto.format.ooxml import OOXMLFile

    out = io.BytesIO()
    OOXMLFile(io.BytesIO(docx())).encrypt(password, out)
    return out.getvalue()


def pptx() -> bytes:
    """Two slides: a title with points and notes; a table without a title."""
    from pptx import Presentation
    from pptx.util import Inches

    show = Presentation()
    first = show.slides.add_slide(show.slide_layouts[1])
    first.shapes.title.text = "平息怒气"
    first.placeholders[1].text = "先听完，不打断\n再复述客户说的问题"
    first.notes_slide.notes_text_frame.text = "举一个空调三次没修好的例子"
    second = show.slides.add_slide(show.slide_layouts[6])
    shape = second.shapes.add_table(3, 3, Inches(1), Inches(1), Inches(6), Inches(2))
    for i, row in enumerate(TABLE):
        for j, text in enumerate(row):
            shape.table.cell(i, j).text = text
    out = io.BytesIO()
    show.save(out)
    return out.getvalue()


def xlsx(sheets: dict[str, Sequence[Sequence[object]]] | None = None) -> bytes:
    """One sheet with the table, or the given ones."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in (sheets or {"售后期限": TABLE}).items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


HTML = f"""<!DOCTYPE html><html><head><title>售后</title><style>p {{ color: red }}</style></head><body>
<nav>首页 关于我们</nav><h1>售后规定</h1><div>服务时间<b>九点到十八点</b>。<h2>退换货</h2><p>{RETURNS}</p>
<ul><li>外包装要完整</li><li>发票要带上</li></ul></div>
<table><tr><th>项目</th><th>期限</th></tr><tr><td>无理由退货</td><td>七天</td></tr></table>
<script>alert(1)</script></body></html>"""
MARKDOWN = f"""# 售后规定

## 退换货

{RETURNS}

| 项目 | 期限 |
| --- | --- |
| 无理由退货 | **七天** |
"""
TEXT = f"""第一章 退换货
{RETURNS}

第二章 赔偿
{COMPENSATION}
"""
