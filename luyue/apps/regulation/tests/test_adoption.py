from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from luyue.apps.journal.models import Entry
from luyue.apps.journal.verify import verify
from luyue.apps.people.models import User
from luyue.apps.regulation.actions import adopt
from luyue.apps.regulation.models import CalendarRevision, Edition, Rulebook
from luyue.apps.regulation.selectors import NothingInForce, current_rulebook, rulebook_for
from luyue.apps.regulation.shipped import FOLDER, keep_calendar, keep_edition, load_shipped
from luyue.core.procedure.state import Refused

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 4, 1, 5, tzinfo=UTC)
FIRST = date(2026, 1, 1)


@pytest.fixture
def two(db):
    return User.objects.create_user("zhang"), User.objects.create_user("li")


@pytest.fixture
def base(two):
    loaded = load_shipped(NOW)
    assert loaded.problems == ()
    for name in ("L0", "company"):
        adopt(name, FIRST, *two, NOW)
    return two


def later_company(edition, in_force_from, **changes):
    text = (FOLDER / "company/2026-01-01.md").read_text()
    text = text.replace("edition: 2026-01-01", f"edition: {edition}", 1)
    text = text.replace("in_force_from: 2026-01-01", f"in_force_from: {in_force_from}", 1)
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new, 1)
    return keep_edition(text)


def code_of(*arguments):
    with pytest.raises(Refused) as caught:
        adopt(*arguments)
    return caught.value.code


def test_shipped_texts_are_loaded_once_and_adopted_by_nobody():
    first = load_shipped(NOW)
    assert first.editions
    assert first.problems == ()
    assert load_shipped(NOW).editions == ()
    assert not Edition.objects.exclude(adopted_at=None).exists()
    assert CalendarRevision.objects.count() == 1
    with pytest.raises(NothingInForce):
        current_rulebook(NOW)


def test_an_adopted_edition_is_in_force_and_pinned(base):
    row, book = current_rulebook(NOW)
    assert [name for name, *_ in row.sources] == ["L0", "company", "calendar:cn"]
    assert row.digest == book.digest == rulebook_for(row).digest
    assert current_rulebook(NOW)[0].pk == row.pk
    assert Rulebook.objects.count() == 1
    assert Entry.objects.filter(stream="org", name="edition.adopted").count() == 2
    assert verify({}).findings == []


def test_one_person_never_adopts_alone(two):
    load_shipped(NOW)
    assert code_of("L0", FIRST, two[0], two[0], NOW) == "two_persons"


def test_a_customer_or_a_former_colleague_never_adopts(two):
    load_shipped(NOW)
    customer = User.objects.create_user("customer", is_customer=True)
    gone = User.objects.create_user("gone", is_active=False)
    assert code_of("L0", FIRST, two[0], customer, NOW) == "two_persons"
    assert code_of("L0", FIRST, gone, two[0], NOW) == "two_persons"


def test_an_unknown_edition_is_refused(base):
    assert code_of("L0", date(2031, 1, 1), *base, NOW) == "unknown"
    assert code_of("nonsense", FIRST, *base, NOW) == "unknown"


def test_an_edition_is_adopted_once(base):
    assert code_of("L0", FIRST, *base, NOW) == "adopted"


def test_what_it_builds_on_comes_first(two):
    load_shipped(NOW)
    assert code_of("company", FIRST, *two, NOW) == "compile"


@pytest.mark.parametrize("day", ["2026-03-04", "2026-03-03", "2025-12-31"])
def test_a_later_edition_is_never_back_dated(base, day):
    later_company("2026-03-01", day)
    assert code_of("company", date(2026, 3, 1), *base, NOW) == "in_force_from"


def test_an_older_text_never_replaces_a_newer_one(base):
    later_company("2025-12-01", "2026-06-01")
    assert code_of("company", date(2025, 12, 1), *base, NOW) == "order"


def test_a_later_edition_holds_from_its_day_on_and_the_old_rulebook_stays(base):
    old_row, old_book = current_rulebook(NOW)
    later_company("2026-03-01", "2026-03-10")
    adopt("company", date(2026, 3, 1), *base, NOW)
    assert current_rulebook(NOW)[0] == old_row
    assert current_rulebook(datetime(2026, 3, 9, 15, 59, tzinfo=UTC))[0] == old_row
    new_row, new_book = current_rulebook(datetime(2026, 3, 9, 16, 0, tzinfo=UTC))  # 10 March has begun in Shanghai
    assert (new_row != old_row, new_book.regulation("company").edition) == (True, date(2026, 3, 1))
    assert rulebook_for(old_row).digest == old_book.digest
    assert rulebook_for(old_row).regulation("company").edition == FIRST


def test_a_hole_is_never_adopted(base):
    text = (FOLDER / "company/2026-01-01.md").read_text()
    hole = """
## 空白 | hole

还没有想好。

```yaml rule
task: think
label: 想一想
opens_at: case.received
by: management
within: blank
on_miss: standard
```
"""
    source = text.replace("edition: 2026-01-01", "edition: 2026-03-02", 1).replace("in_force_from: 2026-01-01", "in_force_from: 2026-03-10", 1)
    keep_edition(source + hole)
    assert code_of("company", date(2026, 3, 2), *base, NOW) == "blank"


def test_a_new_calendar_makes_a_new_rulebook(base):
    old_row, _ = current_rulebook(NOW)
    source = (FOLDER / "calendars/cn.yaml").read_text() + "# 补记\n"
    source = source.replace("known_until: 2026-12-31", "known_until: 2027-12-31", 1)
    assert keep_calendar("cn", source, NOW)
    assert keep_calendar("cn", source, NOW) is None
    assert current_rulebook(NOW)[0] != old_row
    assert rulebook_for(old_row).digest == old_row.digest


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE regulation_edition SET source = 'x' WHERE regulation = 'company'",
        "UPDATE regulation_edition SET in_force_from = '2020-01-01' WHERE regulation = 'company'",
        "UPDATE regulation_edition SET second_by = 'x' WHERE regulation = 'company'",
        "UPDATE regulation_edition SET adopted_at = NULL WHERE regulation = 'company'",
        "DELETE FROM regulation_edition WHERE regulation = 'company'",
        "UPDATE regulation_rulebook SET language = '9'",
        "DELETE FROM regulation_rulebook",
        "DELETE FROM regulation_calendarrevision",
    ],
)
def test_the_store_refuses_to_change_an_adopted_text(base, sql):
    current_rulebook(NOW)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
