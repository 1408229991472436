"""The case file: frozen at the archive, readable by a stranger, never changed afterwards, and every taking of it written down."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from luyue.apps.cases.links import token_of
from luyue.apps.cases.models import Case
from luyue.apps.casework import rebuild
from luyue.apps.evidence import store, typesetting
from luyue.apps.evidence.models import Attachment, CaseFile, CaseFilePart
from luyue.apps.journal.models import Entry, EntryBody
from luyue.apps.people.models import User
from luyue.apps.workspace import archive_making
from luyue.site.demo import stories
from luyue.site.demo.desk import House

HOSTILE = '<script>alert(1)</script> #import "x" <img src="http://evil.example/a.png"> \u202egnp.exe'


def browser(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "".join(document[number].get_textpage().get_text_range() for number in range(len(document))).replace("\u200b", "")


def bytes_of(case: Case, audience: str, form: str, version: int = 1) -> bytes:
    part = CaseFilePart.objects.get(file__case=case, file__version=version, audience=audience, form=form)
    return store.path_of(part.attachment_id).read_bytes()


def taken(number: str) -> list[dict[str, str]]:
    found = [json.loads(text)[0] for text in Entry.objects.filter(name="case-file.handed-out").order_by("seq").values_list("effects", flat=True)]
    return [one for one in found if one["case"] == number]


@pytest.fixture
def archived(house: House) -> Case:
    """An objection that went all the way, with a hostile customer and a note among colleagues."""
    words, stories_text = stories._quality, "一体机有一台缺充电器。"

    def told(*args: object, **more: object) -> object:
        changed = [f"{one} 我的电话 13922226027。{HOSTILE}" if one == stories_text else one for one in args]
        matter = words(*changed, **more)  # type: ignore[arg-type]
        matter.says("customer", "请看照片", 1)
        return matter.notes("chensiyuan", "这位客户是王总的朋友，别让他知道。", 1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stories, "_quality", told)
        return stories.archived(house).case


def test_archiving_wants_a_file_that_a_worker_makes_once_and_the_chain_names(archived: Case) -> None:
    assert CaseFile.objects.get(case=archived).made_at is None
    assert archive_making.make_due() == 1
    assert archive_making.make_due() == 0
    file = CaseFile.objects.get(case=archived)
    assert file.made_at is not None
    assert {(part.audience, part.form) for part in file.parts.all()} == {("inside", "pdf"), ("inside", "html"), ("outward", "pdf"), ("outward", "html")}
    archived.refresh_from_db()
    entry = Entry.objects.filter(stream=f"case:{archived.number}").latest("seq")
    words = EntryBody.objects.get(entry=entry).body
    for part in file.parts.select_related("attachment"):
        data = store.path_of(part.attachment_id).read_bytes()
        assert hashlib.sha256(data).hexdigest() == part.attachment.sha256
        assert part.attachment.sha256 in words
        assert part.attachment.entry_id == entry.pk
    assert archived.head_seq == entry.seq
    assert list(rebuild.check([archived.number])) == []


def test_the_file_says_everything_a_stranger_needs_and_outside_nothing_more(archived: Case) -> None:
    archive_making.make_due()
    inside, outward = (text_of(bytes_of(archived, audience, "pdf")) for audience in ("inside", "outward"))
    entry = Entry.objects.filter(stream=f"case:{archived.number}", name="objection.archived").get()
    for text in (inside, outward):
        flat = "".join(text.split())
        for words in (
            archived.number, "异议处理案卷", "广州喵播文化", "出库疏漏", "民法典第七百零八条", "租赁合同第六条", "更换设备", "已同意", "全部满足", "方案审批", "按时",
            "归档清单4/4", "希望出库多核对一遍", "第三十四条归档", "结案后1个工作日内归档", "luyuejournalverify", entry.hash, "SHA-256",
        ):  # fmt: skip
            assert words in flat, words
        for attachment in Attachment.objects.filter(case=archived, field="").exclude(entry__action="note"):
            assert attachment.sha256 in flat
    assert "王总的朋友" in inside
    assert "王总的朋友" not in outward
    assert "13922226027" in inside
    assert "13922226027" not in outward
    assert "139****6027" in outward
    assert "陈思远" in inside
    assert "陈思远" not in outward
    assert "客服部 工号" in outward


def test_hostile_words_stay_words_and_nothing_is_fetched(archived: Case) -> None:
    archive_making.make_due()
    page = bytes_of(archived, "outward", "html").decode()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "\u202e" not in page
    assert 'src="http' not in page
    assert "default-src 'none'; img-src data:" in page
    assert page.count('src="data:image/jpeg;base64,') >= 10
    pdf = bytes_of(archived, "outward", "pdf")
    assert '<script>alert(1)</script> #import "x"' in text_of(pdf).replace("\r\n", " ")
    assert b"/JavaScript" not in pdf
    assert b"/URI" not in pdf


def test_a_broken_picture_is_named_and_the_file_is_pdf_for_archives(house: House) -> None:
    from luyue.apps.evidence.documents import Document, Photo, Photos, Section
    from luyue.apps.evidence.tests.samples import PNG

    case = stories.archived(house).case
    good, bad = case.attachments.all()[:2]
    store.path_of(bad.pk).chmod(0o600)
    store.path_of(bad.pk).write_bytes(PNG[:40] + b"broken")
    items = [Photo("p1", "好", "", ""), Photo("p2", "坏", "", "打不开的照片")]
    document = Document("题", "N", "", "司", "2026-11-22", "", True, "草稿", [], [Section("照片", [Photos(items)])])
    made = typesetting.set_in_type(document, {"p1": good.pk, "p2": bad.pk})
    assert "打不开的照片" in text_of(made.pdf)
    assert made.page.decode().count("data:image/jpeg") == 1
    # Without characters that no font has, it is a PDF for archives.
    archive_making.make_due()
    assert b"pdfaid" in bytes_of(case, "outward", "pdf")


def test_the_customer_gets_the_outward_file_and_each_taking_is_journalled(archived: Case) -> None:
    link = reverse("portal:case", args=[token_of(archived.number)])
    assert "案卷（PDF）" not in Client().get(link).content.decode()
    archive_making.make_due()
    page = Client().get(link).content.decode()
    assert "案卷（PDF）" in page
    parts = {(part.audience, part.form): part.attachment for part in CaseFilePart.objects.filter(file__case=archived).select_related("attachment")}
    address = reverse("evidence:link-file", args=[token_of(archived.number), parts["outward", "pdf"].pk])
    assert address in page
    answer = Client().get(address)
    assert b"".join(answer.streaming_content)[:5] == b"%PDF-"
    assert taken(archived.number) == [{"audience": "outward", "case": archived.number, "form": "pdf", "sha256": parts["outward", "pdf"].sha256, "version": "1"}]
    inner = reverse("evidence:link-file", args=[token_of(archived.number), parts["inside", "pdf"].pk])
    assert Client().get(inner).status_code == 404
    assert browser("chensiyuan").get(reverse("evidence:file", args=[parts["inside", "html"].pk])).status_code == 200
    assert [one["form"] for one in taken(archived.number)] == ["pdf", "html"]


def test_a_correction_makes_a_second_version_and_the_first_stays(archived: Case) -> None:
    archive_making.make_due()
    before = {form: bytes_of(archived, "outward", form) for form in ("pdf", "html")}
    path = reverse("workspace:archive-again", args=[archived.number])
    assert browser("chensiyuan").post(path, {"reason": "改"}).status_code in (403, 404)
    lead = browser("zhaolan")
    assert lead.post(path, {"reason": " "}).status_code == 422
    assert lead.post(path, {"reason": "满意度录错，应为 5"}).status_code == 302
    assert lead.post(path, {"reason": "再来"}).status_code == 409
    assert archive_making.make_due() == 1
    assert "满意度录错" in text_of(bytes_of(archived, "outward", "pdf", 2))
    assert {form: bytes_of(archived, "outward", form) for form in ("pdf", "html")} == before
    assert Entry.objects.filter(name="case-file.asked").count() == 1
    shown = lead.get(reverse("workspace:archive", args=[archived.number])).content.decode()
    assert "第 2 版" in shown
    assert "第 1 版" in shown


def test_a_failure_is_put_off_shown_and_made_up_for(archived: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_args: object) -> object:
        raise typesetting.NotSet("the process ended with -9")

    with monkeypatch.context() as patch:
        patch.setattr(archive_making, "set_in_type", fails)
        assert archive_making.make_due() == 0
    assert "the process ended with -9" in CaseFile.objects.get(case=archived).error
    assert "没有做成" in browser("chensiyuan").get(reverse("workspace:archive", args=[archived.number])).content.decode()
    assert archive_making.make_due() == 0
    assert archive_making.make_due(timezone.now() + timedelta(hours=7)) == 1


def test_an_open_case_has_a_draft_page_and_a_draft_pdf_that_say_so(house: House) -> None:
    case = stories.device_test_paused(house).case
    worker = browser("helicheng")
    for audience in ("inside", "outward"):
        page = worker.get(reverse("workspace:archive", args=[case.number]), {"for": audience}).content.decode()
        assert "草稿，未封存" in page
        assert "拉风箱" in page
        assert ("看视频再判断" in page) is (audience == "inside")
    answer = worker.post(reverse("workspace:archive-draft", args=[case.number, "outward"]))
    assert answer["Content-Type"] == "application/pdf"
    assert "草稿，未封存" in text_of(answer.content)
    assert taken(case.number)[-1]["version"] == "draft"
    assert taken(case.number)[-1]["sha256"] == hashlib.sha256(answer.content).hexdigest()
    assert browser("sunyue").get(reverse("workspace:archive", args=[case.number])).status_code == 404
    assert browser("sunyue").post(reverse("workspace:archive-draft", args=[case.number, "inside"])).status_code == 404
    assert worker.post(reverse("workspace:archive-draft", args=[case.number, "nobody"])).status_code == 404
