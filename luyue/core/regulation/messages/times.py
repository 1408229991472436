"""PL2xx: calendars, timetables, zones, deadlines, pauses and ladders."""

from __future__ import annotations

from luyue.core.regulation.messages.row import E, Row, W

ROWS: dict[str, Row] = {
    "calendar-ends": (
        "PL201", W, 'calendar {calendar} is published to {known} only: "{rule}" ({within}), begun on {start} as this edition comes into force, is due {due}',
        "Extend the calendar as soon as the next year's notice is out; until then this deadline is provisional",
        "日历 {calendar} 只公布到 {known}：本版 {start} 施行当日起算的“{rule}”（{within}）将于 {due} 到期",
        "下一年的放假通知公布后请尽快补上；在此之前该到期时间为暂定",
    ),
    "calendar-short": (
        "PL201", W, "the days of calendar {calendar} are published to {known} only, less than 90 days after this edition comes into force on {start}",
        "Extend the calendar as soon as the next year's notice is out; until then later deadlines are provisional",
        "日历 {calendar} 只公布到 {known}，距本版 {start} 施行不足 90 天", "下一年的放假通知公布后请尽快补上；在此之前较晚的到期时间为暂定",
    ),
    "unstaffed-throughout": (
        "PL202", W, "{clock} started at {start} is due at {due}, and {team} is on duty for none of that time",
        "Count the clock in the hours of {team}, or staff it",
        "{clock}自 {start} 起算、{due} 到期，其间{team}无人当班", "请按{team}的服务时间计时，或安排当班",
    ),
    "windows-overlap": (
        "PL204", E, "the window {found} overlaps the one before", "Join them, or set them apart",
        "时间段 {found} 与前一段重叠", "请合并或分开",
    ),
    "too-little-time": (
        "PL203", W, "{clock} started at {start} is due at {due}: {team} is on duty for {left} of that time, less than the {needed} the work takes ({basis})",
        "Give it more time, count it in the hours of {team}, or staff the team",
        "{clock}自 {start} 起算、{due} 到期，其间{team}当班只有 {left}，少于办理所需的 {needed}（{basis}）", "请放宽时限，改按{team}的服务时间计时，或安排当班",
    ),
    "day-kind-open": (
        "PL205", E, "the timetable does not say the hours of {kind}", 'Add `{kind}: ["09:00-18:00"]`, or `{kind}: []` if closed',
        "服务时间没有写 {kind} 的时间段", '请补上 {kind}: ["09:00-18:00"]，不开门写 {kind}: []',
    ),
    "calendar-unfit": (
        "PL205", E, "calendar {name} cannot be used: {detail}", "Correct the calendar file {file}",
        "日历 {name} 无法使用：{detail}", "请改正日历文件 {file}",
    ),
    "zone-differs": (
        "PL206", E, "zone is {found} here and {other} in {regulation}", "One rulebook runs in one zone; make them equal",
        "此处 zone 为 {found}，而 {regulation} 为 {other}", "一套适用制度只能用一个时区，请改为相同",
    ),
    "zone-unknown": (
        "PL206", E, 'there is no time zone "{zone}"', "Write a name of the IANA list, such as Asia/Shanghai",
        "没有名为“{zone}”的时区", "请写 IANA 名称，例如 Asia/Shanghai",
    ),
    "zone-of-calendar": (
        "PL206", E, "the edition is in {zone}, its calendar {calendar} in {other}", "Write the zone of the calendar, or name another calendar",
        "本版时区为 {zone}，而日历 {calendar} 为 {other}", "请写日历的时区，或改用其他日历",
    ),
    "percent-out-of-range": (
        "PL207", E, "{found}% lies outside 1% to 99%", "Warn before the deadline: write a share such as 80%",
        "{found}% 不在 1% 至 99% 之间", "提醒须在到期之前，例如 80%",
    ),
    "duration-zero": (
        "PL207", E, "{found} leaves no time at all", "Write a duration above zero", "{found} 没有留出时间", "请写大于零的时长",
    ),
    "pause-open": (
        "PL208", E, "the pause has no `{key}`, so it can stop the clock for ever", "Add `{key}`",
        "暂停没有 {key}，时限可能永远停住", "请补上 {key}",
    ),
    "pause-on-response": (
        "PL208", E, "a clock stopped by case.responded is never paused", "Delete `pauses`",
        "首次响应的时限不得暂停", "请删去 pauses",
    ),
    "step-not-later": (
        "PL209", E, "this step does not come later than the one before", "Put the steps in the order of time",
        "这一步不晚于前一步", "请按时间先后排列",
    ),
}  # fmt: skip
