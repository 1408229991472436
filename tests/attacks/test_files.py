"""Files over HTTP: what is sent in, who gets it out, and as what (A03, A04, A14, A15, A18, A19)."""

import re
import uuid

import pytest
from django.test import Client

from luyue.apps.cases.models import CaseTeam
from luyue.apps.cases.readers import Customer, Link, Staff
from luyue.apps.cases.selectors import NotFound
from luyue.apps.casework.perform import perform
from luyue.apps.evidence import store
from luyue.apps.evidence.models import Attachment
from luyue.apps.evidence.tests import samples
from luyue.apps.evidence.views import disposition
from luyue.core.procedure.state import Invalid

from .conftest import photo

pytestmark = pytest.mark.django_db


def send(client, *files, address="/files/", **more):
    return client.post(address, {"file": files, **more}, headers={"Accept": "application/json"})


def sent(client, *files, **more):
    answer = send(client, *files, **more)
    assert answer.status_code == 201, answer.content
    return answer.json()["files"][0]


@pytest.fixture
def evidence(house):
    """(internal file, file the customer may see) of the case `mine`."""
    desk = house.browser("desk")
    found = []
    for internal in (True, False):
        one = sent(desk, photo("内部.jpg" if internal else "给客户.jpg"))
        perform(house.mine.case.pk, "note", by=Staff(house.users["desk"]), data={"text": "附件"}, attachments=[one["id"]])
        Attachment.objects.filter(pk=one["id"]).update(internal=internal)
        found.append(Attachment.objects.get(pk=one["id"]))
    return found


def address(attachment):
    return f"/files/{attachment.pk}"


def link_address(matter, attachment):
    return f"/files/m/{matter.token}/{attachment.pk}"


# ------------------------------------------------------------------------------------------ getting out (A03, A15)


@pytest.mark.parametrize(
    ("role", "internal", "shown"),
    [
        ("desk", 200, 200), ("lead", 200, 200), ("elsewhere", 404, 404), ("manager", 404, 404), ("system", 404, 404), ("security", 404, 404),
        ("audit", 404, 404), ("postless", 404, 404), ("customer", 404, 200), ("stranger", 404, 404), ("nobody", 302, 302),
    ],
)  # fmt: skip
def test_a_file_goes_to_whoever_sees_its_case(house, evidence, role, internal, shown):
    browser = house.browser(role)
    assert [browser.get(address(one)).status_code for one in evidence] == [internal, shown]


def test_the_private_link_opens_the_files_of_its_case_that_are_meant_for_the_customer(house, evidence):
    internal, shown = evidence
    browser = Client()
    assert browser.get(link_address(house.mine, shown)).status_code == 200
    assert browser.get(link_address(house.mine, internal)).status_code == 404
    assert browser.get(link_address(house.theirs, shown)).status_code == 404
    assert browser.get(f"/files/m/{'x' * 22}/{shown.pk}").status_code == 404


def test_forbidden_and_absent_files_look_the_same(house, evidence):
    browser = house.browser("stranger")
    forbidden, absent = browser.get(address(evidence[1])), browser.get(f"/files/{uuid.uuid4()}")
    assert forbidden.status_code == absent.status_code == 404
    assert without_numbers(forbidden) == without_numbers(absent)


def without_numbers(answer):
    return re.sub(r"\b[0-9a-f]{10}\b|\b[A-Za-z0-9]{64}\b", "", answer.content.decode())


def test_who_sees_the_file_is_asked_at_the_download_and_not_when_the_page_was_made(house, evidence):
    browser = house.browser("desk")
    assert browser.get(address(evidence[0])).status_code == 200
    CaseTeam.objects.filter(case=house.mine.case).exclude(team="quality").delete()
    assert browser.get(address(evidence[0])).status_code == 404


@pytest.mark.parametrize("media_type", sorted(samples.GOOD))
def test_every_file_is_handed_out_to_be_saved_and_never_to_be_run(house, media_type):
    name, data = samples.GOOD[media_type]
    browser = house.browser("desk")
    answer = browser.get(sent(browser, photo(name, data, "text/html"))["href"])
    assert answer.headers["Content-Type"] == media_type, "what it is, not what the sender called it"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer.headers["Cache-Control"]
    assert b"".join(answer.streaming_content)


@pytest.mark.parametrize("name", ['发票"; filename="x.html.jpg', "a\r\nSet-Cookie: a=b.jpg", "a%0d%0ab.jpg", "é\\.jpg"])
def test_a_name_cannot_break_out_of_its_header(name):
    said = disposition(name)
    assert re.fullmatch(r"""attachment; filename="[A-Za-z0-9._ -]*"; filename\*=UTF-8''[A-Za-z0-9%._~-]*""", said), said


@pytest.mark.parametrize(
    ("asked", "status", "given"),
    [("bytes=0-9", 206, slice(0, 10)), ("bytes=100-", 206, slice(100, None)), ("bytes=-5", 206, slice(-5, None)), ("bytes=99999999-", 416, None),
     ("bytes=0-1,3-4", 200, slice(None)), ("bytes=a-b", 200, slice(None)), ("bytes=-", 200, slice(None))],
)  # fmt: skip
def test_a_film_player_gets_the_part_it_asks_for(house, asked, status, given):
    browser = house.browser("desk")
    one = sent(browser, photo("开箱.mp4", samples.film()))
    whole = store.path_of(uuid.UUID(one["id"])).read_bytes()
    answer = browser.get(one["href"], headers={"Range": asked})
    assert answer.status_code == status
    if given:
        assert b"".join(answer.streaming_content) == whole[given]


# ------------------------------------------------------------------------------------------ putting in (A04, A18, A19)


@pytest.mark.parametrize(
    ("name", "data", "status", "code"),
    [
        ("a.svg", b"<svg onload=alert(1)>", 422, "wrong-type"),
        ("a.jpg", b"<svg onload=alert(1)>", 422, "wrong-type"),
        ("a.html", b"<script>alert(1)</script>", 422, "wrong-type"),
        ("a.phtml", samples.JPEG, 422, "wrong-type"),
        (".htaccess", b"AddType x", 422, "bad-name"),
        ("\u200b.htaccess", b"AddType x", 422, "bad-name"),
        ("CON.jpg", samples.JPEG, 422, "bad-name"),
        ("a.png", samples.png_of(30_000, 30_000), 422, "expands-too-far"),
        ("a.docx", samples.office(size=60_000_000), 422, "expands-too-far"),
        ("a.docx", samples.office(extra={"word/vbaProject.bin": b"x"}), 422, "wrong-type"),
        ("a.zip", samples.office(), 422, "wrong-type"),
        ("a.jpg", samples.JPEG[:200], 422, "damaged"),
        ("a.jpg", b"", 422, "empty"),
        ("a.jpg", samples.JPEG + bytes(20_000_001), 413, "too-large"),
    ],
)  # fmt: skip
def test_a_hostile_file_is_refused_in_words_and_leaves_nothing(house, name, data, status, code):
    answer = send(house.browser("desk"), photo(name, data))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert len(answer.json()["message"]) > 10
    assert not Attachment.objects.exists()
    assert not [path for path in store.folder().rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", ["../../../etc/cron.d/x.jpg", "..\\..\\x.jpg", "/etc/passwd.jpg", "..%2f..%2fx.jpg", "a\0b.jpg", "x" * 300 + ".jpg"])
def test_no_name_leads_out_of_the_store(house, name, tmp_path):
    answer = send(house.browser("desk"), photo(name))
    files = {path for path in tmp_path.rglob("*") if path.is_file() and path.stat().st_size == len(samples.JPEG)}
    if answer.status_code == 201:
        assert files == {store.path_of(uuid.UUID(answer.json()["files"][0]["id"]))}
    else:
        assert files == set()


def test_a_field_or_kind_of_the_senders_choosing_changes_nothing_else(house):
    """Mass assignment (A27): everything but the file and its field is decided here."""
    one = sent(
        house.browser("customer"), photo(), field="x" * 500, case=str(house.theirs.case.pk), entry="1", internal="0", uploaded_by="staff:1", id=str(uuid.uuid4()),
        from_customer="0", media_type="text/html", kind="video",
    )  # fmt: skip
    kept = Attachment.objects.get(pk=one["id"])
    assert (kept.case, kept.entry, kept.from_customer, kept.media_type, kept.kind) == (None, None, True, "image/jpeg", "photo")
    assert kept.uploaded_by == f"customer:{house.mine.case.customer_id}"


def test_a_stranger_s_upload_is_turned_away_before_its_body_is_read(house):
    read = []

    class Body:
        def read(self, *size):
            read.append(size)
            return b""

        readline = read

    answer = Client(enforce_csrf_checks=True).generic(
        "POST", "/files/", CONTENT_LENGTH="200000000", CONTENT_TYPE="multipart/form-data; boundary=x", **{"wsgi.input": Body()}
    )
    assert answer.status_code == 302
    assert not read


def test_a_body_over_every_limit_is_refused_by_its_length(house, settings):
    settings.LUYUE_UPLOAD_MAX_BYTES = 1_000_000
    assert house.browser("desk").post("/files/", {"file": photo(data=bytes(1_000_001))}).status_code == 413


def test_too_many_files_at_once_are_refused_together(house):
    answer = send(house.browser("desk"), *[photo(f"{number}.jpg") for number in range(21)])
    assert answer.status_code in (400, 422)
    assert not Attachment.objects.exists()


def test_uploading_needs_the_page_s_token(house):
    assert house.browser("desk", enforce_csrf_checks=True).post("/files/", {"file": photo()}).status_code == 403
    assert Client(enforce_csrf_checks=True).post(f"/files/m/{house.mine.token}", {"file": photo()}).status_code == 403


# ------------------------------------------------------------------------------------------ held files (A14)


def test_a_held_file_is_its_sender_s_alone(house):
    one = sent(house.browser("desk"), photo())
    assert house.browser("desk").get(one["href"]).status_code == 200
    for role in ("lead", "elsewhere", "customer", "system", "audit"):
        assert house.browser(role).get(one["href"]).status_code == 404
        assert house.browser(role).post(f"{one['href']}/discard").status_code == 404
    assert Attachment.objects.filter(pk=one["id"]).exists()


def test_nobody_uses_or_throws_away_what_another_holds(house):
    foreign = sent(house.browser("customer"), photo())
    for reader in (Customer(house.theirs.case.customer), Link(house.theirs.case)):
        with pytest.raises(Invalid):
            perform(house.theirs.case.pk, "customer-reply", by=reader, data={"text": "…"}, attachments=[foreign["id"]])
    assert Attachment.objects.get(pk=foreign["id"]).case is None
    assert Client().post(f"/files/m/{house.theirs.token}/{foreign['id']}/discard").status_code == 404


def test_evidence_cannot_be_thrown_away(house, evidence):
    for one in evidence:
        assert house.browser("desk").post(f"{address(one)}/discard").status_code == 404
        assert Client().post(f"{link_address(house.mine, one)}/discard").status_code == 404
        assert store.path_of(one.pk).exists()


def test_evidence_of_another_case_cannot_be_claimed_again(house, evidence):
    with pytest.raises(Invalid):
        perform(house.theirs.case.pk, "note", by=Staff(house.users["desk"]), data={"text": "…"}, attachments=[evidence[0].pk])
    assert Attachment.objects.get(pk=evidence[0].pk).case == house.mine.case


def test_a_refused_act_leaves_its_files_with_their_sender(house):
    one = sent(house.browser("elsewhere"), photo())
    with pytest.raises(NotFound):
        perform(house.mine.case.pk, "note", by=Staff(house.users["elsewhere"]), data={"text": "…"}, attachments=[one["id"]])
    assert house.browser("elsewhere").get(one["href"]).status_code == 200


def test_guessing_links_is_stopped_and_reading_with_a_link_is_not(house, settings):
    browser, guesser = Client(REMOTE_ADDR="203.0.113.1"), Client(REMOTE_ADDR="203.0.113.2")
    one = sent(browser, photo(), address=f"/files/m/{house.mine.token}")
    for _ in range(60):
        assert browser.get(one["href"]).status_code == 200
    statuses = [guesser.get(f"/files/m/{'x' * 20}{number:02}/{uuid.uuid4()}").status_code for number in range(45)]
    assert statuses == [404] * 40 + [429] * 5
    assert guesser.get(one["href"]).status_code == 429
