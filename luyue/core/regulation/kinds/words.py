"""Kinds that speak or keep: notice, report, data_class, phrasebook."""

from __future__ import annotations

import re
from typing import Any

from luyue.core.regulation import conditions, scalars
from luyue.core.regulation.kinds.base import ANY_NAMES, NAMES, Key, Kind, Values, record
from luyue.core.regulation.kinds.targets import AROUND, WITHIN_KEYS, read_target, read_trigger, sample, tries
from luyue.core.regulation.rules import DataClass, Label, Notice, Phrasebook, ReportRule, Say, Shown
from luyue.core.regulation.scalars import BAD, Context
from luyue.core.regulation.vocabulary import CASE_CHANNELS, MEASURES, NOTICE_CHANNELS
from luyue.core.regulation.yamlsubset import List, Map, Node, Text

_DAYS = re.compile(r"([1-9]\d{0,3}) days?\Z", re.ASCII)
_TARGET = re.compile(r"at (least|most) \d{1,3}(\.\d+)?%\Z", re.ASCII)


def _days(node: Node, at: Context) -> Any:
    if isinstance(node, Text) and (match := _DAYS.match(node.value)):
        return int(match[1])
    return at.wrong(node, "a number of days such as 7 days", "天数，例如 7 days")


def _finish_notice(values: Values, holder: Map, at: Context) -> None:
    read_trigger(values, holder, at, ("at", "every", "ahead_of", "past"))
    for instant, times in AROUND.items():
        if holder.key(times) is not None and holder.key(instant) is None:
            at.report("side-key-alone", holder.key(times), key=times)
    if "answer_within_days" in values and holder.key("asks") is None:
        at.report("side-key-alone", holder.key("answer_within"), key="answer_within")


NOTICE = Kind(
    Notice,
    {
        "at": Key(None),
        "every": Key(None),
        "ahead_of": Key(None),
        "lead_times": Key(None),
        "past": Key(None),
        "lag_times": Key(None),
        "applies_to": Key(conditions.condition),
        "recipients": Key(NAMES, required=True, empty=(), owner=True),
        "channels": Key(scalars.some(scalars.one_of(*NOTICE_CHANNELS)), required=True, empty=()),
        "text": Key(scalars.label, required=True, empty=Label("")),
        "tells": Key(scalars.kebab),
        "asks": Key(scalars.kebab),
        "answer_within": Key(_days, to="answer_within_days"),
        "at_most": Key(tries),
        "sample": Key(sample),
        "guards": Key(ANY_NAMES),
    },
    _finish_notice,
)


# Reports ---------------------------------------------------------------------------------------------


def _target_text(node: Node, at: Context) -> Any:
    if isinstance(node, Text) and _TARGET.match(node.value):
        return node.value
    return at.wrong(node, "`at least 70%` or `at most 5%`", "at least 70% 或 at most 5%")


_SHOWN = {"field": Key(scalars.name), "of": Key(scalars.kebab), "target": Key(_target_text)}


def _shows(node: Node, at: Context) -> Any:
    shown: list[Shown] = []
    for item in node.items if isinstance(node, List) else [node]:
        key, options = item, None
        if isinstance(item, Map) and len(item.entries) == 1:
            key, options = item.entries[0]
        measure = scalars.one_of(*MEASURES)(key, at)
        if measure is BAD:
            continue
        values: Values = {}
        if isinstance(options, Map):
            values = record(options, _SHOWN, at, f'measure "{measure}"', f"指标 {measure}")
        elif options is not None:
            at.wrong(options, "a map with field or target", "含 field 或 target 的对照")
        if "target" in values and not MEASURES[measure].ratio:
            at.report("target-on-count", options or key, measure=measure)
        if "of" in values and (measure != "attainment" or "field" in values):
            at.report("only-one-of", options or key, keys="field / of")
            continue
        shown.append(Shown(measure, **values))
    return tuple(shown)


def _finish_report(values: Values, holder: Map, at: Context) -> None:
    read_trigger(values, holder, at, ("every", "at"))
    read_target(values, holder, at, ("due_in_period", "within"), required=True)
    if holder.key("due_in_period") is not None and holder.key("every") is None:
        at.report("only-periodic", holder.key("due_in_period"), key="due_in_period")


REPORT = Kind(
    ReportRule,
    {
        "every": Key(None),
        "at": Key(None),
        "recipients": Key(NAMES, required=True, empty=(), owner=True),
        "shows": Key(_shows, required=True, empty=()),
        "due_in_period": Key(None),
        "needs_actions": Key(scalars.yes_no),
        **WITHIN_KEYS,
    },
    _finish_report,
)


# Data ------------------------------------------------------------------------------------------------

DATA_CLASS = Kind(
    DataClass,
    {
        "covers": Key(NAMES, required=True, empty=()),
        "purpose": Key(scalars.label, required=True, empty=Label("")),
        "basis": Key(scalars.one_of("contract", "consent", "legal-duty"), required=True),
        "seen_by": Key(NAMES, required=True, empty=(), owner=True),
        "keep": Key(scalars.keep, required=True),
        "kept_from": Key(scalars.fact, required=True),
        "then": Key(scalars.one_of("erase", "anonymise"), required=True),
        "masked_for": Key(ANY_NAMES),
        "share_with": Key(ANY_NAMES),
    },
)


# Phrases ---------------------------------------------------------------------------------------------

_SAY = {"at": Key(scalars.fact, required=True), "text": Key(scalars.text, required=True)}


def _say(node: Node, at: Context) -> Any:
    said: list[Say] = []
    for item in node.items if isinstance(node, List) else [node]:
        if not isinstance(item, Map) or not item.entries:
            at.wrong(item, "a map such as {at: case.received, text: …}", "例如 {at: case.received, text: …}")
            continue
        values = record(item, _SAY, at, "say", "say")
        if len(values) == 2:
            said.append(Say(**values))
    return tuple(said)


def _finish_phrasebook(values: Values, holder: Map, at: Context) -> None:
    if values.get("if_said") == "block" and "phone" in values.get("channels", ()):
        at.report("block-on-phone", holder.key("if_said"))
    if holder.key("say") is None and holder.key("never") is None:
        at.report("missing-key", holder.entries[0][1], key="never", where="this phrasebook", where_zh="这条 phrasebook 规则")


PHRASEBOOK = Kind(
    Phrasebook,
    {
        "applies_to": Key(conditions.condition),
        "channels": Key(scalars.some(scalars.one_of(*CASE_CHANNELS, "sms")), required=True, empty=()),
        "say": Key(_say),
        "never": Key(scalars.some(scalars.text)),
        "if_said": Key(scalars.one_of("block", "flag")),
    },
    _finish_phrasebook,
)
