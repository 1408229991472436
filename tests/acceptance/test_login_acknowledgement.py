"""Who has not acknowledged the regulation in force may read everything and act on nothing."""

from datetime import datetime, time, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from luyue.apps.cases.readers import Staff
from luyue.apps.casework.intake import CustomerData, Intake, open_case
from luyue.apps.casework.perform import Refused, perform
from luyue.apps.journal.models import Entry
from luyue.apps.people.models import Membership, SkillEarned, User
from luyue.apps.people.selectors import earned_skills
from luyue.apps.regulation.acknowledgement import pending_editions, skills_of
from luyue.apps.regulation.actions import adopt
from luyue.apps.regulation.models import Acknowledgement, Edition
from luyue.apps.regulation.selectors import current_rulebook
from luyue.apps.regulation.shipped import keep_edition, load_shipped
from luyue.core.calendar import Within
from luyue.core.regulation.rules import Skill
from luyue.core.regulation.succession import grace_ends_at
from luyue.site import staff
from luyue.site.pages.acknowledge import to_read

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(settings, tmp_path):
    """The shipped regulations are in force; gives the two who adopted them."""
    settings.DATA = tmp_path
    now = timezone.now()
    load_shipped(now)
    two = [staff.create(name, name, ["management"], password="Regen-Bogen-2026").user for name in ("zhang", "wang")]
    for row in Edition.objects.order_by("regulation"):
        if row.regulation in ("L0", "company", "live-rental-objections"):
            adopt(row.regulation, row.edition, *two, now)
    return two


@pytest.fixture
def li(company):
    return staff.create("li", "李可", ["service-desk"], password="Regen-Bogen-2026").user


def fresh(user):
    return User.objects.get(pk=user.pk)


def a_case():
    data = {
        "customer_name": "林婉清", "contact_phone": "13800005678", "objection_type": "fee/deposit", "order_number": "ZL-261102-0021",
        "objection_text": "扣了 320 元没有说明", "demand": ["release-deposit"],
    }  # fmt: skip
    customer = CustomerData("individual", "林婉清", "13800005678")
    now = timezone.now()
    return open_case(Intake(channel="web", external_id="form-1", procedure="objection", customer=customer, data=data, now=now)).case


def test_reading_is_open_and_acting_waits_for_the_acknowledgement(li):
    case = a_case()
    client = Client()
    client.force_login(li)
    assert client.get(f"/cases/{case.number}").status_code == 200
    with pytest.raises(Refused) as refused:
        perform(case.pk, "answer", by=Staff(li), data={"text": "您好，正在核对。"})
    assert refused.value.code == "needs_skill"
    assert Entry.objects.filter(stream=f"case:{case.number}").count() == 1

    page = client.get("/acknowledge").content.decode()
    waiting = pending_editions(fresh(li))
    assert "live-rental-objections" in [edition.regulation for edition in waiting]
    for edition in waiting:
        assert str(edition.edition) in page
        client.post("/acknowledge", {"edition": edition.pk})
    assert "没有待确认的制度" in client.get("/acknowledge").content.decode()
    entry = perform(case.pk, "answer", by=Staff(fresh(li)), data={"text": "您好，正在核对。"})
    assert entry.name == "contact.answered"
    noted = Entry.objects.filter(stream="org", name="edition.acknowledged", actor=f"staff:{li.pk}")
    assert noted.count() == len(waiting)


def test_acknowledging_twice_is_once_and_another_s_is_not_one_s_own(li, company):
    client = Client()
    client.force_login(li)
    edition = pending_editions(li)[0]
    for _ in range(2):
        client.post("/acknowledge", {"edition": edition.pk})
    assert Acknowledgement.objects.filter(edition=edition).count() == 1
    assert edition in pending_editions(company[0])


@pytest.mark.parametrize("edition", ["0", "999999", "x", "", "1; DROP TABLE"])
def test_only_what_waits_can_be_acknowledged(li, edition):
    client = Client()
    client.force_login(li)
    assert client.post("/acknowledge", {"edition": edition}).status_code == 302
    assert not Acknowledgement.objects.exists()


def test_a_new_edition_asks_again_from_its_first_day_and_shows_what_changed(li, company):
    client = Client()
    client.force_login(li)
    for edition in pending_editions(li):
        client.post("/acknowledge", {"edition": edition.pk})
    old = Edition.objects.get(regulation="live-rental-objections")
    first_day = timezone.localdate() + timedelta(days=2)
    changed = old.source.replace(f"edition: {old.edition}", f"edition: {first_day}").replace(
        f"in_force_from: {old.in_force_from}", f"in_force_from: {first_day}"
    )
    changed = changed.replace("先听清客户真正要的是什么", "先听清客户真正要什么")
    assert changed != old.source
    assert keep_edition(changed)
    adopt("live-rental-objections", first_day, *company)
    book = current_rulebook()[1]
    skill = next(one.id for one in book.all(Skill).values() if one.earned_by == "acknowledgement")
    assert skill in skills_of(fresh(li), book, timezone.now()), "until its first day nothing changes"
    midnight = datetime.combine(first_day, time(), book.agenda.zone)
    grace_ends = grace_ends_at(first_day, book.agenda)
    assert grace_ends == book.agenda.due(midnight, Within(1, "working day", None, "workdays_end")).at
    for within in (midnight, grace_ends - timedelta(seconds=1)):
        assert [edition.edition for edition in pending_editions(fresh(li), within)] == [first_day]
        assert skill in skills_of(fresh(li), book, within), "until the end of the next working day he may go on"
    assert skill not in skills_of(fresh(li), book, grace_ends)
    newcomer = staff.create("xin", "新人", ["service-desk"], password="Regen-Bogen-2026").user
    assert skill not in skills_of(newcomer, book, midnight), "whoever never acknowledged anything has no grace"

    shown = to_read(Edition.objects.get(edition=first_day))
    (change,) = shown.changes
    assert change.kind == "changed"
    assert "".join(words for kind, words in change.pieces if kind == "del") == "的是"
    assert shown.supersedes == old.edition
    assert shown.n_same > 10


def test_floors_of_law_and_other_teams_texts_wait_for_nobody(company):
    outsider = staff.create("root", "机房", ["platform/system"]).user
    assert pending_editions(outsider) == []
    assert all(edition.regulation != "L0" for edition in pending_editions(company[0]))


def test_a_skill_by_exam_is_held_until_its_last_moment(li):
    now = timezone.now()
    SkillEarned.objects.create(user=li, skill="objection-exam", earned_at=now - timedelta(days=1), until=now + timedelta(days=1))
    Membership.objects.create(user=li, team="finance")
    assert earned_skills(li, now) == {"objection-exam"}
    assert earned_skills(li, now + timedelta(days=1)) == frozenset()
    assert earned_skills(li, now - timedelta(days=2)) == frozenset()
