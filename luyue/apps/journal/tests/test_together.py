"""Works of several threads in one transaction: all of them or each for itself, and never one that is told before it is kept."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from luyue.apps.journal import together
from luyue.apps.journal.models import Anchor
from luyue.apps.journal.together import write_together
from luyue.apps.journal.transaction import StoreBusy, write

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]
AT = "2026-03-04T01:05:00+00:00"


def put(name):
    """A row that says it was here: any table will do."""
    Anchor(at=AT, root=name, n_streams=1, prev=name, digest=name).save(force_insert=True)
    return name


def kept():
    return set(Anchor.objects.values_list("root", flat=True))


class Crowd:
    """A first work that holds the turn until so many others wait, so that what is said of a group is said of one."""

    def __init__(self, monkeypatch):
        self.commits = 0
        self.write = write
        monkeypatch.setattr(together, "write", self.counted)

    def counted(self, work):
        self.commits += 1
        return self.write(work)

    def run(self, *works):
        def first():
            while len(together._waiting) < len(works):
                threading.Event().wait(0.005)
            return "first"

        def one(work):
            try:
                return write_together(work)
            finally:
                connection.close()

        with ThreadPoolExecutor(len(works) + 1) as pool:
            held = pool.submit(one, first)
            while together._waiting or not together._turn.locked():
                threading.Event().wait(0.005)
            waiting = [pool.submit(one, work) for work in works]
            assert held.result(60) == "first"
            return [one.exception(60) or one.result() for one in waiting]


@pytest.fixture
def crowd(monkeypatch):
    return Crowd(monkeypatch)


def test_who_waits_is_written_together_and_each_gets_his_own(crowd):
    assert crowd.run(*(lambda name=name: put(name) for name in "abcdef")) == list("abcdef")
    assert kept() == set("abcdef")
    assert crowd.commits == 2, "one for the first, one for all who waited"


def test_who_comes_while_the_store_is_waited_for_is_taken_along(monkeypatch):
    names, commits = "abcd", []

    def when_all_are_here(work):
        while len(together._waiting) < len(names):
            threading.Event().wait(0.005)
        commits.append(1)
        return write(work)

    def one(name):
        try:
            return write_together(lambda: put(name))
        finally:
            connection.close()

    monkeypatch.setattr(together, "write", when_all_are_here)
    with ThreadPoolExecutor(len(names)) as pool:
        assert list(pool.map(one, names)) == list(names)
    assert kept() == set(names)
    assert commits == [1]


def test_no_more_than_so_many_at_once(crowd):
    names = [f"n{number}" for number in range(together.MOST + 3)]
    assert crowd.run(*(lambda name=name: put(name) for name in names)) == names
    assert crowd.commits == 3


def test_one_that_fails_takes_nothing_of_the_others_with_it(crowd):
    def half_done():
        put("half")
        raise LookupError("not that one")

    def same_key():
        Anchor(pk=Anchor.objects.get(root="a").pk, at=AT, root="c", n_streams=1, prev="c", digest="c").save(force_insert=True)

    a, failed, twice, b = crowd.run(lambda: put("a"), half_done, same_key, lambda: put("b"))
    assert (a, b) == ("a", "b")
    assert isinstance(failed, LookupError)
    assert isinstance(twice, IntegrityError)
    assert kept() == {"a", "b"}
    assert crowd.commits == 2


def test_a_store_that_was_busy_is_asked_again_for_all_of_them(crowd):
    tries = []

    def busy_once():
        tries.append(1)
        if len(tries) == 1:
            raise OperationalError("database is locked")
        return put("b")

    assert crowd.run(lambda: put("a"), busy_once) == ["a", "b"]
    assert kept() == {"a", "b"}
    assert len(tries) == 2


def test_what_could_not_be_committed_is_told_to_nobody(crowd, monkeypatch):
    def undone(work):
        """Runs the works and then rolls them back, as a commit that fails does."""
        with transaction.atomic():
            crowd.counted(work)
            transaction.set_rollback(True)
        raise StoreBusy("six times in a row")

    calls = iter([crowd.counted])
    monkeypatch.setattr(together, "write", lambda work: next(calls, undone)(work))
    results = crowd.run(lambda: put("a"), lambda: put("b"))
    assert [type(one) for one in results] == [StoreBusy, StoreBusy]
    assert kept() == set()


def test_a_thread_that_is_stopped_leaves_the_others_their_work(crowd):
    """Its own work raised what no work should: it is gone, and who waited with it writes for himself."""

    class Stopped(BaseException):
        pass

    def stopped():
        put("lost")
        raise Stopped

    first, second = crowd.run(stopped, lambda: put("a"))
    assert isinstance(first, Stopped)
    assert second == "a" or isinstance(second, Stopped)
    assert "lost" not in kept()
    assert kept() == ({"a"} if second == "a" else set())


def test_inside_a_write_it_is_part_of_it():
    def outer():
        assert write_together(lambda: put("inner")) == "inner"
        raise LookupError

    with pytest.raises(LookupError):
        write(outer)
    assert kept() == set()


def test_alone_it_is_a_plain_write():
    assert write_together(lambda: put("alone")) == "alone"
    assert kept() == {"alone"}
