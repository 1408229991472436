"""The customer's form when things go wrong: everything to change at once, the same sheet sent twice, files that are too much."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from luyue.apps.cases.models import Case
from luyue.apps.casework.intake import CustomerData, Intake, open_case
from luyue.apps.contacts.models import Contact
from luyue.site.demo.desk import House
from luyue.site.demo.pictures import photo
from tests.acceptance.test_objection_story import FORM, once_of

PATH = "/portal/new/objection"
FILM = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0\0\0\x08free"


def picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("broken.png", photo(7), "image/png")


def test_everything_to_change_is_said_at_once(house: House) -> None:
    customer = Client()
    answer = customer.post(PATH, {"once": once_of(customer, PATH), "customer_kind": "individual", "contact_phone": "1380000602", "contact_email": "lin@"})
    assert answer.status_code == 422
    wrong = {one["field"]: one["message"] for one in answer.context["errors"]}
    assert {"f-customer-name", "f-objection-type", "f-objection-text", "f-demand"} <= set(wrong)
    assert wrong["f-contact-phone"] == "手机号码是 11 位，现在是 10 位"
    assert "name@example.com" in wrong["f-contact-email"]
    page = answer.content.decode()
    assert "提交人" not in page
    assert all(f'id="{field}"' in page for field in wrong if "type" not in field and "demand" not in field)


def test_the_same_sheet_sent_twice_with_its_photos_opens_one_case(house: House) -> None:
    customer = Client()
    once = once_of(customer, PATH)
    first = customer.post(PATH, FORM | {"once": once, "photos": picture()})
    second = customer.post(PATH, FORM | {"once": once, "photos": picture()})
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1
    assert not Contact.objects.filter(is_suspicious=True).exists()

    # He goes back, changes a word and sends the sheet again: his case is shown, and that the words were kept.
    third = customer.post(PATH, FORM | {"once": once, "objection_text": "另外还缺一根电源线。"})
    assert third.status_code == 302
    assert third["Location"] == first["Location"]
    assert "先前已经提交" in customer.get(third["Location"]).content.decode()
    assert Contact.objects.get(is_suspicious=True).text.find("电源线") >= 0
    assert Case.objects.count() == 1


def test_a_sheet_never_leads_to_what_came_in_elsewhere_under_the_same_number(house: House) -> None:
    """Other doors count their contacts as they like, so their numbers can be guessed; whoever guesses one gets a case of his own."""
    content = {"objection_type": "service/attitude", "objection_text": "态度很差", "demand": ["apology"], "customer_name": "林婉清", "contact_phone": "13800138000"}
    who = CustomerData("individual", "林婉清", "13800138000")
    other = open_case(Intake(channel="web", external_id="form-77", procedure="objection", customer=who, data=content, now=timezone.now()))
    answer = Client().post(PATH, FORM | {"once": "form-77"})
    assert answer.status_code == 302
    assert other.link_token
    assert other.link_token not in answer["Location"]
    assert Case.objects.count() == 2
    assert not Contact.objects.filter(is_suspicious=True).exists()


def test_a_form_may_be_as_large_as_its_films(house: House, settings: Any) -> None:
    settings.LUYUE_REQUEST_MAX_BYTES, settings.LUYUE_UPLOAD_MAX_BYTES = 10_000, 200_000
    customer = Client()
    film = SimpleUploadedFile("fault.mp4", FILM + b"\0" * 50_000, "video/mp4")
    answer = customer.post(PATH, FORM | {"once": once_of(customer, PATH), "videos": film})
    assert answer.status_code != 413
    film = SimpleUploadedFile("fault.mp4", FILM + b"\0" * 300_000, "video/mp4")
    answer = customer.post(PATH, FORM | {"once": once_of(customer, PATH), "videos": film}, headers={"Accept": "text/html"})
    assert answer.status_code == 413
    assert "<main" in answer.content.decode()
    assert "填过的文字还在" in answer.content.decode()


def test_a_reply_keeps_its_good_files_beside_a_bad_one(house: House) -> None:
    customer = Client()
    link = customer.post(PATH, FORM | {"once": once_of(customer, PATH)})["Location"]
    token = link.rstrip("/").rpartition("/")[2]
    bad = SimpleUploadedFile("bad.jpg", b"MZ\x90\x00" + b"x" * 500, "image/jpeg")
    answer = customer.post(reverse("portal:reply", args=[token]), {"once": "r1", "text": "请看照片", "files": [picture(), bad]})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "bad.jpg" in page
    assert "请看照片" in page
    kept = [line for line in page.split("<input") if 'name="files.kept"' in line]
    assert len(kept) == 1
    kept_id = kept[0].split('value="')[1].split('"')[0]
    assert customer.post(reverse("portal:reply", args=[token]), {"once": "r2", "text": "请看照片", "files.kept": kept_id}).status_code == 302
    assert "broken.png" in customer.get(link).content.decode()


def test_a_message_not_taken_leads_back_to_its_page_when_the_tab_is_opened_again(house: House) -> None:
    customer = Client()
    link = customer.post(PATH, FORM | {"once": once_of(customer, PATH)})["Location"]
    again = customer.get(f"{link}reply")
    assert again.status_code == 302
    assert again["Location"] == link
