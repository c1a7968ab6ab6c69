"""An organisation's documents from the command line: in, found, cited, out; and nothing half done."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from retrieval.search import open_search
from tests.support import documents as made
from tests.support.command import Koushi, refused
from ui.settings import read
from ui.wiring import Wiring


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose index is built: what takes seconds is done once."""
    folder = tmp_path_factory.mktemp("built")
    open_search(folder).close()
    return folder


@pytest.fixture
def home(built: Path, tmp_path: Path) -> Path:
    """The data folder of this test."""
    return shutil.copytree(built, tmp_path / "home")


@pytest.fixture(autouse=True)
def _home(home: Path) -> None:
    """Every test here has it."""


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """A policy as a PDF."""
    file = tmp_path / "售后政策.pdf"
    file.write_bytes(made.pdf())
    return file


def codes(koushi: Koushi, query: str) -> list[str]:
    return [each["code"] for each in koushi("search", query, "--json").json]


def test_a_document_is_found_at_once_cited_by_page_and_gone_when_removed(
    koushi: Koushi, policy: Path
) -> None:
    asked = "海风电器修了十五天以上补偿五十元"
    assert not [code for code in codes(koushi, asked) if code.startswith("doc:")]
    (added,) = koushi("corpus", "add", str(policy), "--json").json
    assert (added["status"], added["name"], added["pages"]) == ("added", "售后政策.pdf", 3)
    hits = koushi("search", asked, "--json").json
    (hit,) = (each for each in hits if each["code"].startswith("doc:售后政策.pdf#p2"))
    assert hit["kind"] == "document"
    assert made.COMPENSATION in hit["text"]
    (listed,) = koushi("corpus", "list", "--json").json
    assert listed["passages"] == added["passages"]
    assert koushi("corpus", "remove", "售后政策.pdf").code == 0
    assert not [code for code in codes(koushi, asked) if code.startswith("doc:")]
    assert koushi("corpus", "list", "--json").json == []


def test_the_same_file_again_changes_nothing_and_a_new_edition_replaces(
    koushi: Koushi, policy: Path, home: Path
) -> None:
    koushi("corpus", "add", str(policy))
    manifest = home / "documents" / "manifest.json"
    before = (manifest.read_bytes(), manifest.stat().st_mtime_ns)
    again = koushi("corpus", "add", str(policy))
    assert "内容没有变" in again.out
    assert (manifest.read_bytes(), manifest.stat().st_mtime_ns) == before
    text = policy.with_suffix(".txt")
    for term in ("九天", "十一天"):
        text.write_text(f"海风电器的退货期限是{term}，从签收那天算起。", encoding="utf-8")
        ran = koushi("corpus", "add", str(text), "--json")
    assert ran.json[0]["status"] == "replaced"
    assert len(koushi("corpus", "list", "--json").json) == 2
    found = [each["text"] for each in koushi("search", "海风电器退货期限从签收算起", "--json").json]
    assert any("十一天" in each for each in found)
    assert not any("九天" in each for each in found)
    kept = {each.name for each in (home / "documents").iterdir() if each.is_dir()}
    assert kept == {each["sha256"] for each in koushi("corpus", "list", "--json").json}


def test_one_bad_file_among_good_ones_leaves_everything_as_it_was(
    koushi: Koushi, policy: Path, home: Path, tmp_path: Path
) -> None:
    koushi("corpus", "add", str(policy))
    before = {file: file.read_bytes() for file in sorted((home / "documents").rglob("*")) if file.is_file()}
    good, bad = tmp_path / "好.txt", tmp_path / "坏.pdf"
    good.write_text(made.TEXT, encoding="utf-8")
    bad.write_bytes(b"%PDF-1.4 broken")
    refused(koushi("corpus", "add", str(good), str(bad)), 1, "坏.pdf", "损坏")
    after = {file: file.read_bytes() for file in sorted((home / "documents").rglob("*")) if file.is_file()}
    assert after == before
    assert not [code for code in codes(koushi, "同一故障修了两次换新机") if code.startswith("doc:好")]


def test_when_the_embedder_is_gone_nothing_is_kept(
    koushi: Koushi, policy: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as away:
        away.setenv("KOUSHI_EMBED_BASE_URL", "http://127.0.0.1:9/v1")
        away.setenv("KOUSHI_EMBED_MODEL", "m")
        refused(koushi("corpus", "add", str(policy)), 3, "向量服务")
    assert koushi("corpus", "list", "--json").json == []
    assert [each.name for each in (home / "documents").iterdir() if each.is_dir()] == []


def test_the_tutor_answers_from_it_and_still_declines_what_nothing_says(koushi: Koushi, policy: Path) -> None:
    koushi("corpus", "add", str(policy))
    told = koushi("ask", "维修超过十五天补偿多少", "--json").json
    assert told["answered"]
    assert "五十元" in told["answer"]
    assert any(each["code"].startswith("doc:售后政策.pdf") for each in told["citations"])
    assert not koushi("ask", "今天股票行情怎么样", "--json").json["answered"]


def test_slips_are_told(koushi: Koushi, tmp_path: Path, policy: Path) -> None:
    refused(koushi("corpus", "add"), 2, "哪个文件")
    refused(koushi("corpus", "ad"), 2, "add")
    refused(koushi("corpus", "add", str(tmp_path / "没有.pdf")), 1, "没有这个文件")
    refused(koushi("corpus", "add", str(tmp_path)), 1, "文件夹")
    refused(koushi("corpus", "remove", "没有.pdf"), 1, "还没有添加过文档")
    large = tmp_path / "大.pdf"
    with large.open("wb") as file:
        file.truncate(200_000_000)
    refused(koushi("corpus", "add", str(large)), 1, "200 MB", "最多 50 MB")
    assert "还没有添加" in koushi("corpus", "list").out


def test_what_could_not_be_read_of_it_is_said(koushi: Koushi, tmp_path: Path) -> None:
    import io

    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(100, 700, "Refunds are paid within seven days of receipt.")
    canvas.showPage()
    canvas.rect(100, 100, 200, 200, fill=1)
    canvas.showPage()
    canvas.save()
    file = tmp_path / "scan.pdf"
    file.write_bytes(out.getvalue())
    assert "第2页没有文字" in koushi("corpus", "add", str(file)).out


def test_a_damaged_manifest_is_told_not_emptied(koushi: Koushi, policy: Path, home: Path) -> None:
    koushi("corpus", "add", str(policy))
    manifest = home / "documents" / "manifest.json"
    manifest.write_text(json.dumps({"format": "other"}), encoding="utf-8")
    refused(koushi("corpus", "add", str(policy)), 3, "manifest.json")
    assert (home / "documents").is_dir()
    assert any(each.is_dir() for each in (home / "documents").iterdir())


def test_what_is_open_already_finds_what_another_process_adds(policy: Path) -> None:
    wiring = Wiring(read())

    def found() -> bool:
        return any(hit.passage.kind == "document" for hit in wiring.search.search(made.COMPENSATION))

    assert not found()
    tutor = wiring.tutor
    command = [sys.executable, "-m", "ui.cli", "corpus"]
    subprocess.run([*command, "add", str(policy)], check=True, capture_output=True)
    assert found()
    assert wiring.tutor is not tutor
    subprocess.run([*command, "remove", policy.name], check=True, capture_output=True)
    assert not found()
    wiring.close()
