"""Language and connection belong to a thread, as they did with Django's own keeping."""

import threading

import pytest
from django.db import connections
from django.utils.translation import get_language, override

from luyue.site.threads import _PLACES


def test_django_keeps_its_state_by_thread() -> None:
    assert all(isinstance(getattr(owner, name), threading.local) for owner, name in _PLACES)


@pytest.mark.django_db
def test_no_thread_sees_what_another_speaks_or_whom_it_asks() -> None:
    seen: list[object] = []
    with override("en"):
        own = connections["default"]
        thread = threading.Thread(target=lambda: seen.extend((get_language(), connections["default"] is own)))
        thread.start()
        thread.join()
        assert get_language() == "en"
    assert seen == ["zh-hans", False]
