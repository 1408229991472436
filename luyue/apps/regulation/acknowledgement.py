"""Bound by the text: who has read which edition in force, and which skills that gives.

A regulation applies to everybody who works under it; it says itself, by a skill `earned_by: acknowledgement`, that nobody acts before
having acknowledged it. Reading is never gated.
"""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from luyue.apps.journal.actions import ORG, append
from luyue.apps.journal.transaction import write
from luyue.apps.people.models import User
from luyue.apps.people.selectors import earned_skills, teams_of
from luyue.apps.regulation.models import Acknowledgement, Edition
from luyue.apps.regulation.selectors import editions_in_force, regulation_of
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import ActionRule, ClockRule, Skill, TaskRule, Team
from luyue.core.regulation.text import Regulation


def pending_editions(user: User, now: datetime | None = None) -> list[Edition]:
    """Editions in force that bind him and that he has not acknowledged, by regulation.

    An edition binds whoever works in a team it declares or gives work to. Floors of law bind the company; nobody acknowledges them.
    """
    in_force = editions_in_force(timezone.localdate(now) if now else timezone.localdate())
    texts = {row.pk: regulation_of(row.source, f"{row.regulation}/{row.edition}.md") for row in in_force}
    floors = {floor for text in texts.values() for floor in text.floors}
    own_teams = teams_of(user)
    binding = [row for row in in_force if row.regulation not in floors and own_teams & teams_bound_by(texts[row.pk])]
    done = set(Acknowledgement.objects.filter(user=user, edition__in=binding).values_list("edition_id", flat=True))
    return [row for row in binding if row.pk not in done]


def teams_bound_by(text: Regulation) -> frozenset[str]:
    """Teams a regulation declares, or names as doing or owing something."""
    actors: set[str] = set()
    for rule in text.rules:
        if isinstance(rule, Team):
            actors.add(rule.id)
        elif isinstance(rule, ActionRule):
            actors.update(rule.by)
        elif isinstance(rule, TaskRule):
            actors.add(rule.by)
        elif isinstance(rule, ClockRule):
            actors.add(rule.owed_by)
    return frozenset(actor.partition("/")[0] for actor in actors)


def skills_of(user: User, book: Rulebook, at: datetime) -> frozenset[str]:
    """Every skill of `book` he holds at `at`: earned ones, and those of acknowledgement while nothing in force waits for him.

    A case pinned to an older edition is worked on by the same skill: whoever has acknowledged what holds now knows what held before.
    """
    by_reading = frozenset(skill.id for skill in book.all(Skill).values() if skill.earned_by == "acknowledgement")
    earned = earned_skills(user, at)
    return earned | by_reading if by_reading and not pending_editions(user, at) else earned - by_reading


def acknowledge(user: User, edition: Edition, now: datetime | None = None) -> Acknowledgement:
    """Record that he has read this edition and is bound by it; the second time changes nothing."""
    now = now or timezone.now()

    def work() -> Acknowledgement:
        row, is_new = Acknowledgement.objects.get_or_create(user=user, edition=edition, defaults={"at": now})
        if is_new:
            effects = [{"edition": str(edition.edition), "regulation": edition.regulation, "sha256": edition.sha256}]
            append(ORG, name="edition.acknowledged", action="acknowledge", actor=f"staff:{user.pk}", at=now, entered_at=now, effects=effects)
        return row

    return write(work)


def previous_edition(edition: Edition) -> Edition | None:
    """The adopted edition that stood before this one."""
    earlier = Edition.objects.filter(regulation=edition.regulation, edition__lt=edition.edition).exclude(adopted_at=None)
    return earlier.order_by("-edition").first()
