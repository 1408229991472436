"""Reports: from the cases of a period to the figures a `report` rule owes, each with the cases behind it."""

from luyue.core.reporting.figures import SMALL, Figure
from luyue.core.reporting.matter import MORE_CONTACTS, Duty, Matter, Promise, Window, matter_of
from luyue.core.reporting.measures import MEASURED, figures_of, window_of

__all__ = ["MEASURED", "MORE_CONTACTS", "SMALL", "Duty", "Figure", "Matter", "Promise", "Window", "figures_of", "matter_of", "window_of"]
