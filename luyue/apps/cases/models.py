"""Cases: one customer matter each. Rows are a projection of the journal (see casework)."""

from __future__ import annotations

from django.db import models

from luyue.apps.customers.models import Customer
from luyue.apps.people.models import User
from luyue.apps.regulation.models import Rulebook


class Case(models.Model):
    number = models.CharField(max_length=24, unique=True)  # YY-2026-000123
    kind = models.CharField(max_length=60)
    stage = models.CharField(max_length=60)
    is_open = models.BooleanField(default=True)
    subject = models.CharField(max_length=200, blank=True)  # first words of the matter, for lists
    channel = models.CharField(max_length=20)
    customer_kind = models.CharField(max_length=12)
    # Columns that an index below begins with have none of their own: every index costs each new case a page.
    rulebook = models.ForeignKey(Rulebook, on_delete=models.PROTECT)
    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, related_name="cases", db_index=False)
    holder = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="cases_held", db_index=False)
    owner = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="cases_owned", db_index=False)
    received_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    next_due_at = models.DateTimeField(null=True)  # earliest promise still owed, missed ones included
    waiting_since = models.DateTimeField(null=True)  # waits for the customer
    hand_overs = models.PositiveSmallIntegerField(default=0)  # how often a department got the work or gave it away; more than one is ping-pong
    memo = models.TextField()  # JSON: rest of CaseState (facts, fields, routed teams, approvals, ticks)
    head_seq = models.PositiveIntegerField()
    head_hash = models.CharField(max_length=64)
    merged_into = models.CharField(max_length=24, blank=True, default="")  # number of the case that goes on for this one
    link_hash = models.CharField(max_length=64, null=True, unique=True)  # of the customer's private link

    class Meta:
        indexes = [
            models.Index(fields=["is_open", "next_due_at"]),
            models.Index(fields=["is_open", "received_at"]),
            models.Index(fields=["is_open", "closed_at", "kind"]),
            models.Index(fields=["customer", "received_at"]),
            models.Index(fields=["holder", "is_open", "next_due_at"]),
            models.Index(fields=["owner", "is_open"]),
            # Everything the supervisor's numbers are made of: counting over open cases reads no row, and with it no memo.
            models.Index(
                fields=["kind", "stage", "holder", "received_at", "hand_overs", "waiting_since"], condition=models.Q(is_open=True), name="case_open_numbers"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CaseTeam(models.Model):
    """Which teams may see a case: the only scoping join. Carries the sort keys of the queues."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="teams", db_index=False)
    team = models.CharField(max_length=60)
    is_routed = models.BooleanField(default=False)  # has work now
    is_open = models.BooleanField(default=True)
    next_due_at = models.DateTimeField(null=True)  # earliest promise this team owes
    waiting_since = models.DateTimeField(null=True)  # for the customer, in work this team has

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "team"], name="case_team_once")]
        indexes = [
            models.Index(fields=["team", "is_open", "next_due_at"]),
            models.Index(fields=["team", "waiting_since"], condition=models.Q(waiting_since__isnull=False), name="team_waiting"),
        ]


class CaseLink(models.Model):
    """Two cases that belong together: `kind` opened-from | duplicate-of | related."""

    from_case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links_out")
    to_case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links_in")
    kind = models.CharField(max_length=20)


class CaseWords(models.Model):
    """What a case is found by, a passage a line. `search.put` writes it with the index beside it, and nobody else."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="words")
    words = models.TextField()


class Answer(models.Model):
    """The latest closed value of a field, for reports."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="answers", db_index=False)
    field = models.CharField(max_length=60)
    text = models.CharField(max_length=200, null=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "field", "text"], name="answer_once")]
        indexes = [models.Index(fields=["field", "text"]), models.Index(fields=["field", "at"])]


class NumberSeries(models.Model):
    """Last number given out per prefix and year."""

    prefix = models.CharField(max_length=8)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="series_once")]
