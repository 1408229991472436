"""A small company at work under a regulation of its own, which has every kind of rule a case can meet."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from luyue.apps.cases.readers import Staff
from luyue.apps.casework.intake import CustomerData, Intake
from luyue.apps.people.models import Membership, User
from luyue.apps.regulation.acknowledgement import acknowledge, pending_editions
from luyue.apps.regulation.actions import adopt
from luyue.apps.regulation.models import Edition
from luyue.apps.regulation.shipped import load_shipped

# Wednesday, 4 March 2026, 10:00 in Shanghai: a plain working day.
NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
REGULATIONS = Path(__file__).parent / "regulations"


@pytest.fixture
def own_folder(settings, tmp_path):
    settings.DATA = tmp_path


def found_company(now: datetime = NOW) -> None:
    """Adopt the test regulations; also what benches and kill tests begin with."""
    assert load_shipped(now, REGULATIONS).problems == ()
    two = User.objects.create_user("zhang"), User.objects.create_user("li")
    for row in Edition.objects.order_by("regulation"):
        adopt(row.regulation, row.edition, *two, now - timedelta(days=30))


@pytest.fixture
def company(db, own_folder):
    """The regulations are adopted and acknowledged; gives a function from `team` or `team/post` to that person as a reader."""
    found_company()
    people: dict[str, Staff] = {}

    def person(actor: str, number: int = 1) -> Staff:
        key = f"{actor} {number}"
        if key not in people:
            team, _, post = actor.partition("/")
            user = User.objects.create_user(f"{team}-{post or 'member'}-{number}", name=f"{actor} {number}")
            Membership.objects.create(user=user, team=team, post=post)
            for edition in pending_editions(user, NOW):
                acknowledge(user, edition, NOW)
            people[key] = Staff(user)
        return people[key]

    return person


@pytest.fixture
def request_of(company):
    """An intake over the web; keyword arguments replace parts of it."""

    def make(number: int = 1, **changes) -> Intake:
        parts = {
            "channel": "web",
            "external_id": f"form-{number}",
            "procedure": "request",
            "customer": CustomerData("individual", "李明", f"1380000{number:04}"),
            "data": {"topic": "fault", "words": "设备开机后花屏，已经影响直播。"},
            "now": NOW,
        }
        return Intake(**(parts | changes))

    return make
