"""The regulation language: Markdown text → typed rules → a rulebook that runs."""

from luyue.core.regulation.compile import CompileResult, compile_drafts, compile_rulebook
from luyue.core.regulation.problems import Problem, render
from luyue.core.regulation.read import Draft, ReadResult, read_regulation
from luyue.core.regulation.rulebook import Rulebook

__all__ = [
    "CompileResult", "Draft", "Problem", "ReadResult", "Rulebook",
    "compile_drafts", "compile_rulebook", "read_regulation", "render",
]  # fmt: skip
