"""What a leader waits for who previews a new edition or a calendar over 10,000 open cases, and whether it happens as foretold.

usage: python -m tests.bench.bench_editions [--open 10000] [--moved 300]

The preview is the whole page, from the first middleware to the last. Then a calendar is adopted by two, so many cases are moved, and every
deadline is held against what was foretold; that is rolled back in the end.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tests.bench import many_cases
from tests.bench.figures import figure, load, p50

OPEN, MOVED, TIMES = 10_000, 300, 3


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--open", type=int, default=OPEN)
    parser.add_argument("--moved", type=int, default=MOVED)
    options = parser.parse_args()
    folder = many_cases.ready(options.open, options.open + 2_000)
    os.environ |= {"LUYUE_DATA": str(folder.resolve()), "LUYUE_DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "luyue.site.settings"}
    import django

    django.setup()
    from django.db import transaction
    from django.test.utils import setup_test_environment

    setup_test_environment()
    with transaction.atomic():
        previews(options.open)
        happens(options.moved)
        transaction.set_rollback(True)


def previews(n_open: int) -> None:
    """The page with the differences and what would become of every open case."""
    from django.test import Client
    from django.urls import reverse
    from django.utils import timezone

    from luyue.apps.people.models import User
    from luyue.apps.regulation import drafts
    from luyue.apps.regulation.shipped import keep_calendar
    from tests.acceptance.edition_texts import objections, published, with_holiday

    author = User.objects.get(username="zhaolan")
    client = Client()
    client.force_login(author)
    today = timezone.localdate()
    year = published(today.year + 1)  # no edition comes into force whose longest promise nobody can count
    keep_calendar("cn", year, timezone.now())
    texts = {"edition": objections(str(today + timedelta(days=1))), "calendar": with_holiday(*_next_workdays(3), text=year)}
    for kind, text in texts.items():
        draft = drafts.begin(kind, author, source=text, name="cn" if kind == "calendar" else "")
        wall, used, answer = [], [], None
        for _ in range(TIMES):
            began, before = time.perf_counter(), time.process_time()
            answer = client.get(reverse("workspace:draft-preview", args=[draft.pk]))
            wall.append(time.perf_counter() - began)
            used.append(time.process_time() - before)
        assert answer is not None
        assert answer.status_code == 200, answer
        shown = answer.context["preview"]
        told = {name: shown[name] for name in ("n_open", "n_changed", "n_late", "n_stuck")}
        assert shown["n_open"] >= n_open, told
        figure(
            f"preview of a new {kind} over its open cases, p50",
            p50(wall),
            "s",
            5,
            slowest=round(max(wall), 2),
            processor_s=round(p50(used), 2),
            load=load(),
            **told,
        )


def happens(n_cases: int) -> None:
    """Adopt the calendar, move some cases, and compare each deadline with the preview."""
    from django.utils import timezone

    from luyue.apps.casework import moving
    from luyue.apps.casework.foretelling import foretell_calendar
    from luyue.apps.clocks.models import Clock
    from luyue.apps.people.models import User
    from luyue.apps.regulation import drafts
    from luyue.apps.regulation.models import Move
    from tests.acceptance.edition_texts import published, with_holiday

    first, second, now = User.objects.get(username="zhaolan"), User.objects.get(username="zhouqiming"), timezone.now()
    text = with_holiday(*_next_workdays(3), text=published(timezone.localdate().year + 1))
    foretold: Mapping[tuple[int, str], Any] = {
        (case.id, one.clock.key): one.moved.due_at for case in foretell_calendar("cn", text, now).changed for one in case.moves
    }
    draft = drafts.begin("calendar", first, source=text, name="cn", now=now)
    drafts.propose(draft.pk, first, now=now)
    _, move = drafts.adopt_calendar(draft.pk, second, now)
    began = time.perf_counter()
    looked = moving.run_due(now, at_most=n_cases)
    seconds = time.perf_counter() - began
    cursor = Move.objects.get(pk=move.pk).cursor
    wanted = {key: due for key, due in foretold.items() if key[0] <= cursor}
    found = {(case, key): due for case, key, due in Clock.objects.filter(case__lte=cursor).values_list("case_id", "key", "due_at")}
    differ = sum(found[key] != due for key, due in wanted.items())
    figure("deadlines that came otherwise than foretold", differ, "clocks", 0, compared=len(wanted), cases=looked)
    figure("cases moved a second, one entry each", looked / seconds, "1/s", load=load())


def _next_workdays(n: int) -> list[str]:
    from django.utils import timezone

    from luyue.apps.regulation.selectors import current_rulebook

    agenda, on, found = current_rulebook()[1].agenda, timezone.localdate(), []
    while len(found) < n:
        on += timedelta(days=1)
        if agenda.kind_on(on).is_worked:
            found.append(str(on))
    return found


if __name__ == "__main__":
    main()
