"""What is new in an answer, and what is the earlier letter that mail programs put under it."""

from __future__ import annotations

import re
from itertools import pairwise

# A line that begins the earlier letter, in the ways of the programs common in China and elsewhere.
_BEGINS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^-{2,}\s*(原始邮件|原始郵件|回复的原邮件|转发的原邮件|原邮件信息|转发邮件|转发的邮件)\s*-{2,}",  # QQ, 163
        r"^-{2,}\s*(Original( Message| E-?mail)?|Forwarded message)\s*-{2,}",  # Outlook
        r"^在\s?\d{4}\s?[-年/].{4,80}(写道|寫道)\s?[:：]?$",  # 在2026年3月4日 10:00，客服 写道：
        r"^\d{4}\s?[-年/].{4,80}(写道|寫道)\s?[:：]$",  # Apple
        r"^.{1,80}于\s?\d{4}\s?[-年/].{4,60}(写道|寫道)\s?[:：]$",  # Gmail
        r"^On\s.{6,120}\swrote:$",
        r"^At\s\d{4}-\d\d-\d\d.{4,120}\swrote:$",  # 163
        r"^_{10,}$",  # Outlook
        r"^-{5,}\s*$",
        r"^(发自我的|从我的|Sent from my)\s?.{2,30}$",
    )
)
_HEADS = re.compile(r"^(发件人|寄件者|From)\s*[:：]\s*\S", re.IGNORECASE)  # Outlook and Foxmail: a block of heads without a line before
_MORE_HEADS = re.compile(r"^(发送时间|发送日期|收件人|日期|主题|抄送|Sent|To|Date|Subject|Cc)\s*[:：]", re.IGNORECASE)


def new_words(text: str) -> str:
    """The text without the earlier letter below it; all of it when nothing else is left, or when the answers stand between the quoted lines."""
    lines = text.replace("\r\n", "\n").split("\n")
    cut = next((number for number in range(len(lines)) if _begins_here(lines, number)), len(lines))
    kept, below = lines[:cut], lines[cut + 1 :]
    while kept and (not kept[-1].strip() or kept[-1].lstrip().startswith(">")):
        kept.pop()
    if any(line.lstrip().startswith(">") for line in kept) or _answers_between(below):
        return text.strip()
    return "\n".join(kept).strip() or text.strip()


def _begins_here(lines: list[str], number: int) -> bool:
    line = lines[number].strip().lstrip("> ").strip()
    if not line or len(line) > 200:
        return False
    if _HEADS.match(line):
        return any(_MORE_HEADS.match(one.strip()) for one in lines[number + 1 : number + 5])
    if any(pattern.match(line) for pattern in _BEGINS):
        # A mere dash or "sent from my phone" only ends the letter when nothing but the earlier one follows.
        return not line.startswith(("-----", "发自", "从我", "Sent")) or _only_heads_follow(lines[number + 1 :]) or "件" in line or "essage" in line
    return False


def _only_heads_follow(lines: list[str]) -> bool:
    rest = [line.strip() for line in lines if line.strip()]
    return not rest or any(_HEADS.match(line) or line.startswith(">") or any(p.match(line) for p in _BEGINS[:8]) for line in rest[:2])


def _answers_between(below: list[str]) -> bool:
    """Quoted lines, then words of his own, then quoted lines again: he answered point by point."""
    marks = [line.lstrip().startswith(">") for line in below if line.strip()]
    changes = sum(1 for before, after in pairwise(marks) if before != after)
    return any(marks) and changes >= 2
