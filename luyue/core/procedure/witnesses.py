"""Acting out the case that shows a fault: the checks name it, the machinery walks the shortest way to it.

Nothing here decides whether a text is at fault. A witness whose way cannot be walked keeps what the check knew of it.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from luyue.core.procedure.acts import ACTS
from luyue.core.procedure.decide import decide, open_case
from luyue.core.procedure.fold import fold
from luyue.core.procedure.papers import IN_ORDER
from luyue.core.procedure.rehearsal import Rehearsal, Walk
from luyue.core.procedure.state import Actor, CaseState, Invalid, Refused
from luyue.core.regulation.problems import Problem, Witness
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Label, Skill
from luyue.core.regulation.vocabulary import CHANNELS

MOST_PLACES = 120  # a way longer than this is no short witness any more
_MORNING = (10, 0)
_ONE_POST = 2  # the words of a person with one post: the team and the post


def enact(book: Rulebook, witness: Witness) -> Witness:
    """The witness with its steps, the clocks then running and the actions then open; unchanged when no way leads there."""
    rehearsal = _rehearsal(book, witness)
    towards = (witness.stage,) if witness.stage else ()
    try:
        for walk in islice(rehearsal.places(towards, (witness.fact, 1) if witness.fact else ("", 0)), MOST_PLACES):
            if (not witness.stage or walk.state.stage == witness.stage) and (not witness.fact or walk.state.happened(witness.fact)):
                return _seen(rehearsal, witness, walk)
    except (Refused, Invalid, KeyError, StopIteration):
        return witness
    return witness


def play(book: Rulebook, witness: Witness) -> CaseState:
    """The case after the steps of an enacted witness, done one by one on the machinery. Raises Refused, Invalid."""
    first, *rest = witness.steps
    data = json.loads(first.data)
    rule = book.procedure(witness.procedure)
    opener, at = _actor(book, first.by, first.words), first.at
    opened = open_case(
        book, witness.procedure, opener, channel=_channel(book, witness), customer_kind=rule.customers[0], data=data, at=at, now=at, world=IN_ORDER
    )
    state = fold(CaseState(), opened.effects, seq=1, action="open-case", actor=opener.id, entered_at=at)
    for step in rest:
        actor = _actor(book, step.by, step.words)
        done = decide(book, state, step.act, actor, json.loads(step.data), at=step.at, now=step.at, world=IN_ORDER)
        state = fold(state, done.effects, seq=state.head_seq + 1, action=step.act, actor=actor.id, entered_at=step.at)
    return state


def _channel(book: Rulebook, witness: Witness) -> str:
    return str(dict(witness.given).get("channel") or book.procedure(witness.procedure).channels[0])


def _actor(book: Rulebook, by: str, words: tuple[str, ...]) -> Actor:
    return Actor(by, frozenset({*words, "everyone"}), frozenset(book.all(Skill)))


def _rehearsal(book: Rulebook, witness: Witness) -> Rehearsal:
    given = {name: list(value) if isinstance(value, tuple) else value for name, value in witness.given}
    return Rehearsal(book, witness.procedure, witness.start_at or _start(book), given)


def _start(book: Rulebook) -> datetime:
    """A morning of an ordinary week of the edition's year."""
    edition = book.regulations[-1]
    return datetime(edition.edition.year, 3, 10, *_MORNING, tzinfo=ZoneInfo(edition.zone))


def _seen(rehearsal: Rehearsal, witness: Witness, walk: Walk) -> Witness:
    open_clocks = [clock for clock in walk.state.clocks.values() if clock.is_open]
    running = tuple((clock.rule, clock.due_at) for clock in sorted(open_clocks, key=lambda clock: clock.key))
    possible = tuple(rule.id for rule in rehearsal.book.actions_of(witness.procedure) if rehearsal.is_for(walk, rule))
    given = witness.given if "channel" in dict(witness.given) else (*witness.given, ("channel", _channel(rehearsal.book, witness)))
    return replace(witness, given=given, start_at=rehearsal.start, steps=walk.steps, running=running, possible=possible)


# Words -----------------------------------------------------------------------------------------------


def told(book: Rulebook, problem: Problem, language: str = "en") -> list[str]:
    """The witness of a problem as lines for people: what is done when by whom, and what is seen then."""
    witness = problem.witness
    if witness is None or not witness.steps:
        return []
    chinese = language.startswith("zh")
    zone = ZoneInfo(book.regulations[-1].zone)
    lines = ["   例：" if chinese else "   for example:"]
    for step in witness.steps:
        who = "、".join(_named(book, step.words, language)) if step.by.startswith("staff") else ("客户" if chinese else "the customer")
        said = _label(book, step.act).say(language)
        if step.act == "open-case":
            who = f"{who}  {CHANNELS[_channel(book, witness)].say(language)}"
        lines.append(f"     {step.at.astimezone(zone):%Y-%m-%d %H:%M}  {said} ({step.act})  {who}{_data(step.data)}")
    running = [f"{_clock(book, rule, language)} {_until(due, zone, chinese)}" for rule, due in witness.running]
    possible = [_label(book, action).say(language) for action in witness.possible]
    nothing = "无" if chinese else "nothing"
    heads = ("此时在走的时限", "此时可做") if chinese else ("running then", "possible then")
    stop, comma = ("：", "；") if chinese else (": ", "; ")
    lines += [f"     {head}{stop}{comma.join(said) or nothing}" for head, said in zip(heads, (running, possible), strict=True)]
    return lines


def _named(book: Rulebook, words: tuple[str, ...], language: str) -> list[str]:
    teams = book.by_kind.get("team", {})
    if len(words) > _ONE_POST:  # whoever is there: the platform's own acts
        return ["值班人员" if language.startswith("zh") else "staff on duty"]
    posts = [word for word in words if "/" in word]
    return [teams[word.partition("/")[0]].label.say(language) + _post(book, word, language) for word in posts or words[:1] if word.partition("/")[0] in teams]


def _post(book: Rulebook, word: str, language: str) -> str:
    team, _, post = word.partition("/")
    posts = getattr(book.by_kind["team"][team], "posts", {})
    return f"（{posts[post].say(language)}）" if post in posts and language.startswith("zh") else (f" ({posts[post].say(language)})" if post in posts else "")


def _label(book: Rulebook, act: str) -> Label:
    if act == "open-case":
        return Label("立案", "Open the case")
    if act in ACTS:
        return ACTS[act].label
    return book.by_kind["action"][act].label


def _clock(book: Rulebook, rule: str, language: str) -> str:
    kind, _, name = rule.partition("/") if "/" in rule else ("clock", "", rule)
    known = book.by_kind.get(kind, {}).get(name)
    return known.label.say(language) if known is not None else rule


def _until(due: datetime | None, zone: ZoneInfo, chinese: bool) -> str:
    if due is None:
        return "暂停中" if chinese else "paused"
    return f"{'至' if chinese else 'until'} {due.astimezone(zone):%Y-%m-%d %H:%M}"


def _data(data: str) -> str:
    given = json.loads(data)
    if not given:
        return ""
    said = ", ".join(f"{name}={' + '.join(map(str, value)) if isinstance(value, list) else value}" for name, value in given.items())
    return f"  [{said if len(said) <= 160 else said[:157] + '…'}]"
