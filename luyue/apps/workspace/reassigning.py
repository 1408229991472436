"""Giving many cases to one colleague: as many acts, each with its own entry, each refused on its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from luyue.apps.cases.readers import Staff
from luyue.apps.cases.selectors import NotFound, cases_for
from luyue.apps.casework.perform import Invalid, Refused, StoreBusy, perform
from luyue.apps.workspace.selectors import colleagues
from luyue.apps.workspace.shell import language

AT_ONCE = 50


@dataclass(slots=True)
class Done:
    """`refused` holds (number, why) of what stays where it is."""

    name: str
    numbers: list[str] = field(default_factory=list)  # of what was given
    refused: list[tuple[str, str]] = field(default_factory=list)


def assign_all(reader: Staff, numbers: Iterable[str], holder: str, once: str) -> Done:
    """Each case once, however often the form is sent. A number he may not see is told like one that is not there."""
    done = Done(dict(colleagues()).get(holder, ""))
    wanted = list(dict.fromkeys(numbers))[:AT_ONCE]
    found = dict(cases_for(reader).filter(number__in=wanted).values_list("number", "pk"))
    for number in wanted:
        try:
            if number not in found:
                raise NotFound(number)
            perform(found[number], "assign", by=reader, data={"holder": holder}, once=f"{once}:{number}" if once else None)
        except NotFound:
            done.refused.append((number, "没有这个工单" if language() == "zh" else "There is no such case"))
        except Invalid as invalid:
            done.refused.append((number, "；".join(invalid.say(language()).values())))
        except Refused as refused:
            done.refused.append((number, refused.words if language() == "zh" else refused.words_en))
        except StoreBusy:
            done.refused.append((number, "系统忙，请再试一次" if language() == "zh" else "The store is busy, try again"))
        else:
            done.numbers.append(number)
    return done
