"""What an action does to a case: (case state, action, facts) gives facts and effects as data."""

from luyue.core.procedure.codec import dump_effect, load_effect
from luyue.core.procedure.decide import decide, open_case
from luyue.core.procedure.entry import Step, settle
from luyue.core.procedure.fold import fold
from luyue.core.procedure.merge import Side, merge
from luyue.core.procedure.offers import Offer, offered
from luyue.core.procedure.rebase import Foretold, Gone, Standing, foretell, gone, rebase, standing_of
from luyue.core.procedure.state import Actor, CaseState, Invalid, Refused
from luyue.core.procedure.way import way_ahead
from luyue.core.procedure.world import EMPTY_WORLD, Moment, Unread, World

__all__ = [
    "EMPTY_WORLD", "Actor", "CaseState", "Foretold", "Gone", "Invalid", "Moment", "Offer", "Refused", "Side", "Standing", "Step", "Unread",
    "World", "decide", "dump_effect", "fold", "foretell", "gone", "load_effect", "merge", "offered", "open_case", "rebase", "settle",
    "standing_of", "way_ahead",
]  # fmt: skip
