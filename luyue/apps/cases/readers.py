"""Who reads or acts: staff, a customer, somebody with a case's private link, or the program itself.

Every read begins with one of these (`selectors.cases_for`), every act is done by one of these.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from luyue.apps.cases.models import Case
from luyue.apps.customers.models import Customer as CustomerRow
from luyue.apps.people.models import User
from luyue.apps.people.selectors import actor_words, covered_by, posts_of, teams_of, works_here
from luyue.apps.regulation.acknowledgement import skills_of
from luyue.core.procedure.state import Actor
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Skill


@dataclass(frozen=True)
class Staff:
    """A member of staff. Teams and posts are asked once, when they are first needed."""

    user: User

    @cached_property
    def teams(self) -> frozenset[str]:
        """Ids of his teams; none once he no longer works here."""
        return teams_of(self.user) if works_here(self.user) else frozenset()

    @cached_property
    def posts(self) -> frozenset[str]:
        """`team/post`."""
        return posts_of(self.user) if works_here(self.user) else frozenset()

    @cached_property
    def persons(self) -> tuple[int, ...]:
        """Himself, and whom he stands in for today: what any of them holds or follows is his to do."""
        return (self.user.pk, *sorted(covered_by(self.user))) if works_here(self.user) else (self.user.pk,)

    @property
    def id(self) -> str:
        return f"staff:{self.user.pk}"


@dataclass(frozen=True)
class Customer:
    """A customer who signed in to the portal; sees his own cases."""

    customer: CustomerRow

    @property
    def id(self) -> str:
        return f"customer:{self.customer.pk}"


@dataclass(frozen=True)
class Link:
    """Whoever holds the private link of one case: acts as its customer, in this case only."""

    case: Case

    @property
    def id(self) -> str:
        return f"link:{self.case.number}"


@dataclass(frozen=True)
class System:
    """The program: timers, imports, what other systems report."""

    id: str = "system"


Reader = Staff | Customer | Link | System


def actor_of(reader: Reader, book: Rulebook, at: datetime) -> Actor:
    """The core's view of the reader. Skills are those of this rulebook that he holds at `at`; customers and machines need none."""
    if isinstance(reader, Staff):
        skills = skills_of(reader.user, book, at) if book.all(Skill) else frozenset()
        return Actor(reader.id, actor_words(reader.user), skills)
    if isinstance(reader, System):
        return Actor(reader.id, frozenset({"system"}))
    return Actor(reader.id, frozenset({"customer"}))
