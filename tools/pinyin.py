"""Make the table of pinyin initials that the palette searches by, out of pypinyin.

pypinyin itself takes 55 MB of every process; the letters people type need twenty thousandths of that. Run by hand when pypinyin knows
better; a test compares the table with it.
"""

from pathlib import Path

from pypinyin import Style, lazy_pinyin, pinyin

TABLE = Path(__file__).parents[1] / "luyue/apps/workspace/pinyin_initials.txt"
FIRST, LAST = 0x4E00, 0x9FFF


def main() -> None:
    TABLE.write_text(table(), encoding="utf-8")


def table() -> str:
    """First line: the usual initial of every character from U+4E00 on, `-` for none. Then a line a letter: common characters that are
    also read with it."""
    chars = [chr(code) for code in range(FIRST, LAST + 1)]
    usual = [lazy_pinyin(char, style=Style.FIRST_LETTER, errors=lambda unknown: "-")[0][:1] for char in chars]
    others: dict[str, str] = {}
    for char, letter in zip(chars, usual, strict=True):
        for reading in sorted({one[:1] for one in _readings(char)} - {letter, ""}):
            others[reading] = others.get(reading, "") + char
    return "\n".join(["".join(usual), *(f"{letter} {others[letter]}" for letter in sorted(others))]) + "\n"


def _readings(char: str) -> list[str]:
    """Every initial of a character in daily use; rare characters keep their usual one."""
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return []
    return [one for one in pinyin(char, style=Style.FIRST_LETTER, heteronym=True)[0] if one[:1].isalpha()]


if __name__ == "__main__":
    main()
