"""Bound by the text: who has read which edition in force, and which skills that gives.

A regulation applies to everybody who works under it; it says itself, by a skill `earned_by: acknowledgement`, that nobody acts before
having acknowledged it. Reading is never gated. Whoever was bound by what held before has until the end of the working day after a new
edition's first day; until then the new one holds for him all the same, only his hands are not tied.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from django.utils import timezone

from luyue.apps.journal.actions import ORG, append
from luyue.apps.journal.statements import select
from luyue.apps.journal.transaction import write
from luyue.apps.people.models import User
from luyue.apps.people.selectors import earned_skills, teams_of
from luyue.apps.regulation.models import Acknowledgement, Edition
from luyue.apps.regulation.selectors import current_rulebook, editions_in_force, regulation_of
from luyue.core.calendar import Agenda
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import ActionRule, ClockRule, Skill, TaskRule, Team
from luyue.core.regulation.succession import grace_ends_at
from luyue.core.regulation.text import Regulation

_MOST_TEXTS = 200
_bound: dict[str, frozenset[str]] = {}  # digest of a text: the teams it binds


def pending_editions(user: User, now: datetime | None = None) -> list[Edition]:
    """Editions in force that bind him and that he has not acknowledged, by regulation.

    An edition binds whoever works in a team it declares or gives work to. Floors of law bind the company; nobody acknowledges them.
    """
    in_force = editions_in_force(timezone.localdate(now) if now else timezone.localdate())
    return _unread(user, in_force, _floors(in_force))


def coming_editions(user: User, now: datetime | None = None) -> list[Edition]:
    """Adopted editions that will bind him from a later day and that he has not acknowledged yet, the nearest first."""
    today = timezone.localdate(now) if now else timezone.localdate()
    coming = list(Edition.objects.exclude(adopted_at=None).filter(in_force_from__gt=today).order_by("in_force_from", "regulation"))
    return _unread(user, coming, _floors([*editions_in_force(today), *coming])) if coming else []


def bound_by_all(now: datetime) -> list[Edition]:
    """Editions that bind somebody now or will from a later day, floors of law left out."""
    today = timezone.localdate(now)
    found = [*editions_in_force(today), *Edition.objects.exclude(adopted_at=None).filter(in_force_from__gt=today).order_by("in_force_from", "regulation")]
    floors = _floors(found)
    return [row for row in found if row.regulation not in floors]


def _unread(user: User, editions: list[Edition], floors: frozenset[str]) -> list[Edition]:
    own_teams = teams_of(user)
    binding = [row for row in editions if row.regulation not in floors and own_teams & teams_bound_by(_text(row))]
    done = {edition for (edition,) in select(Acknowledgement, ("edition_id",), within=("edition_id", [row.pk for row in binding]), user_id=user.pk)}
    return [row for row in binding if row.pk not in done]


def _floors(editions: list[Edition]) -> frozenset[str]:
    return frozenset(floor for row in editions for floor in _text(row).floors)


@dataclass(frozen=True, slots=True)
class Readers:
    """Whom an edition binds: who has acknowledged it when, who has not. grace_ends_at: until then he may still act."""

    done: tuple[tuple[User, datetime], ...]
    waiting: tuple[User, ...]
    grace_ends_at: datetime | None


def readers_of(edition: Edition) -> Readers:
    """Everybody who works in a team the edition binds, by name."""
    floors = _floors(editions_in_force(max(edition.in_force_from, timezone.localdate())))
    teams = teams_bound_by(_text(edition)) if edition.regulation not in floors else frozenset()
    people = User.objects.filter(memberships__team__in=sorted(teams), is_active=True, is_customer=False).distinct().order_by("name", "username")
    read_at = dict(Acknowledgement.objects.filter(edition=edition).values_list("user_id", "at"))
    found = list(people)
    return Readers(
        tuple((user, read_at[user.pk]) for user in found if user.pk in read_at),
        tuple(user for user in found if user.pk not in read_at),
        grace_ends_at(edition.in_force_from, current_rulebook()[1].agenda) if _has_before(edition) else None,
    )


def is_bound_now(user: User, edition: Edition, agenda: Agenda, at: datetime) -> bool:
    """Whether he may act no more before acknowledging an edition that is in force at `at`.

    The grace is for people whom a text changes under: who had acknowledged something before this edition's first day.
    """
    first_at = datetime.combine(edition.in_force_from, time(), agenda.zone)
    ends_at = grace_ends_at(edition.in_force_from, agenda)
    if ends_at is None or at >= ends_at:
        return True
    return not Acknowledgement.objects.filter(user=user, at__lt=first_at).exists()


def _has_before(edition: Edition) -> bool:
    return Edition.objects.exclude(adopted_at=None).filter(adopted_at__lt=edition.adopted_at or timezone.now()).exists()


def _text(edition: Edition) -> Regulation:
    return regulation_of(edition.source, f"{edition.regulation}/{edition.edition}.md")


def teams_bound_by(text: Regulation) -> frozenset[str]:
    """Teams a regulation declares, or names as doing or owing something."""
    if text.sha256 not in _bound:
        if len(_bound) >= _MOST_TEXTS:
            _bound.clear()
        _bound[text.sha256] = _teams_named(text)
    return _bound[text.sha256]


def _teams_named(text: Regulation) -> frozenset[str]:
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
    """Every skill of `book` he holds at `at`: earned ones, and those of acknowledgement while nothing in force waits for him longer
    than the grace.

    A case pinned to an older edition is worked on by the same skill: whoever has acknowledged what holds now knows what held before.
    """
    by_reading = frozenset(skill.id for skill in book.all(Skill).values() if skill.earned_by == "acknowledgement")
    earned = earned_skills(user, at)
    if not by_reading or any(is_bound_now(user, edition, book.agenda, at) for edition in pending_editions(user, at)):
        return earned - by_reading
    return earned | by_reading


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
