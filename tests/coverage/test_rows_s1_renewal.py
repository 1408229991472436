"""Row S1-X08: a rent made longer, answered in an hour, checked against what others need, and agreed to by the customer."""

from __future__ import annotations

import pytest

from luyue.core.regulation import Rulebook
from tests.coverage.case import Case, is_promised, rooms, told
from tests.coverage.test_rows_s1_house import accepted

covers = pytest.mark.covers

WISH = {"renew_until": "2026-03-10 16:10"}
RENEWAL = {"order": "DD-2026-000001", "days": 2, "fee": "400.00", "short": ()}


def asked(book: Rulebook, **renewal: object) -> Case:
    """Signed for on 4 March at 16:10, until 8 March at 16:10; on 6 March at 9:00 the customer wants two days more."""
    case = accepted(book)
    case.rooms["renewal"] = {**RENEWAL, **renewal}
    case.do("ask-renewal", "customer", "2026-03-06 09:00", **WISH)
    return case


@covers("S1-X08")
def test_a_wish_to_keep_it_longer_is_answered_in_an_hour(book: Rulebook) -> None:
    assert accepted(book).misses("ask-renewal", "customer", "2026-03-06 09:00") == {"renew_until"}
    yes, no = asked(book), asked(book, short=("CAM-9",))
    assert yes.misses("offer-renewal", "anna", "2026-03-06 09:30") == {"renewal_fee"}
    is_promised(yes, "renewal-answered", "2026-03-06 10:00", lambda at: yes.do("offer-renewal", "anna", at, renewal_fee="400"))
    said = told(yes.do("offer-renewal", "anna", "2026-03-06 09:30", renewal_fee="400"))
    assert said.get("renewal-offered-note") == ("customer",)
    assert no.misses("decline-renewal", "anna", "2026-03-06 09:30") == {"decline_reason"}
    is_promised(no, "renewal-answered", "2026-03-06 10:00", lambda at: no.do("decline-renewal", "anna", at, decline_reason="units-promised"))
    said = told(no.do("decline-renewal", "anna", "2026-03-06 09:30", decline_reason="units-promised"))
    assert said.get("renewal-declined-note") == ("customer",)
    assert no.stage == "accepted"


@covers("S1-X08")
def test_nothing_is_offered_that_others_need_or_at_another_price(book: Rulebook) -> None:
    for renewal, fee in (({"short": ("CAM-9",)}, "400"), ({"days": 0}, "400"), ({}, "399")):
        case = asked(book, **renewal)
        assert case.refused("offer-renewal", "anna", "2026-03-06 09:30", renewal_fee=fee) == "guard:renewal-possible"
    asked(book).do("offer-renewal", "anna", "2026-03-06 09:30", renewal_fee="400")


@covers("S1-X08")
def test_the_rent_goes_on_when_the_customer_has_put_his_name_to_it(book: Rulebook) -> None:
    case = asked(book)
    assert case.refused("agree-renewal", "customer", "2026-03-06 09:20", renewal_signature="李") == "count", "nothing was offered yet"
    case.do("offer-renewal", "anna", "2026-03-06 09:30", renewal_fee="400")
    assert case.refused("agree-renewal", "anna", "2026-03-06 09:40", renewal_signature="李") == "by"
    assert case.misses("agree-renewal", "customer", "2026-03-06 09:40") == {"renewal_signature"}
    case.rooms["renewal"] = {**RENEWAL, "short": ("CAM-9",)}
    assert case.refused("agree-renewal", "customer", "2026-03-06 09:40", renewal_signature="李") == "guard:renewal-possible", "looked at again"
    case.rooms["renewal"] = RENEWAL
    step = case.do("agree-renewal", "customer", "2026-03-06 10:30", renewal_signature="李")
    assert rooms(step).get("extend-rent") == {"order": "DD-2026-000001", "days": 2, "fee": "400.00"}
    assert case.stage == "accepted"
    assert case.answer("rent_ends_at") == "2026-03-10T08:10:00Z"
    assert "rent-end-reminder" not in told(case.settle("2026-03-07 16:10")), "the end has moved, and the reminder with it"
    assert told(case.settle("2026-03-08 16:10")).get("rent-end-reminder") == ("customer",)


@covers("S1-X08")
def test_an_offer_of_the_last_time_is_none_of_this_time(book: Rulebook) -> None:
    case = asked(book)
    case.do("offer-renewal", "anna", "2026-03-06 09:30", renewal_fee="400")
    case.do("drop-renewal", "customer", "2026-03-06 09:40")
    case.do("ask-renewal", "customer", "2026-03-06 11:00", **WISH)
    assert case.refused("agree-renewal", "customer", "2026-03-06 11:10", renewal_signature="李") == "count"
    assert case.due("renewal-answered") == "2026-03-06 12:00"
