"""Who may knock at which address: one row for every address the program has.

The middleware refuses an address without a row, so a new page is closed until somebody writes down here whom it is for. A row opens the
door of the page only; which cases stand behind it, `cases_for(reader)` decides.

To add a page: add its row, named as `reverse()` names it. tests/attacks/test_matrix.py walks every row with every role.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from luyue.apps.people.models import User
from luyue.apps.people.posts import AUDIT, SECURITY, SYSTEM
from luyue.apps.people.selectors import is_lead, is_management, posts_of, teams_of, works_here
from luyue.site import limits
from luyue.site.limits import Limit

ASKED_BY_THE_PAGE = frozenset(("public", "link", "token", "monitor"))


@dataclass(frozen=True, slots=True)
class Who:
    """A kind of visitor. `posts` are wanted of staff, one of them is enough; `lead` and `management` are posts in the regulation's teams."""

    kind: str  # public link customer staff token monitor closed
    posts: frozenset[str] = frozenset()
    lead: bool = False
    management: bool = False
    teams: frozenset[str] = frozenset()

    def __str__(self) -> str:
        wanted = sorted(self.posts) + ["lead"] * self.lead + ["management"] * self.management + sorted(self.teams)
        return f"{self.kind}:{'|'.join(wanted)}" if wanted else self.kind

    def admits(self, user: object) -> bool:
        """Whether this visitor may come in. `public`, `link`, `token` and `monitor` let everybody as far as the page, which asks for its secret."""
        if self.kind in ASKED_BY_THE_PAGE:
            return True
        if self.kind == "closed" or not isinstance(user, User) or not user.is_active:
            return False
        if self.kind == "signed-in":
            return True
        if self.kind == "customer":
            return user.is_customer
        return works_here(user) and self._has_post(user)

    def _has_post(self, user: User) -> bool:
        if not (self.posts or self.lead or self.management or self.teams):
            return True
        if (self.lead and is_lead(user)) or (self.management and is_management(user)):
            return True
        return bool(posts_of(user) & self.posts or teams_of(user) & self.teams)


PUBLIC = Who("public")
LINK = Who("link")  # whoever holds the secret in the address
TOKEN = Who("token")  # a program with an API token
MONITOR = Who("monitor")  # a program on this machine, or with LUYUE_METRICS_TOKEN
SIGNED_IN = Who("signed-in")  # staff or customer
CUSTOMER = Who("customer")
STAFF = Who("staff")
LEADS = Who("staff", lead=True)
LEADS_AND_QUALITY = Who("staff", lead=True, teams=frozenset(("quality",)))  # whoever writes preventive actions sees what for
MANAGEMENT = Who("staff", management=True)
OPERATORS = Who("staff", posts=frozenset((SYSTEM, AUDIT)), management=True)  # look at the machine
KEEPERS = Who("staff", posts=frozenset((AUDIT,)), management=True)  # look at what is erased and held
SYSTEM_ADMIN = Who("staff", posts=frozenset((SYSTEM,)))
SECURITY_ADMIN = Who("staff", posts=frozenset((SECURITY,)))
AUDITOR = Who("staff", posts=frozenset((AUDIT,)))
CLOSED = Who("closed")  # an address a library brings along and Luyue does not offer


@dataclass(frozen=True, slots=True)
class Row:
    """fresh: the password was given within five minutes. quiet: the page asks by itself, so it does not keep a session awake."""

    who: Who
    methods: str = "GET"
    limits: tuple[Limit, ...] = ()
    fresh: bool = False
    quiet: bool = False

    @property
    def allowed_methods(self) -> frozenset[str]:
        named = frozenset(self.methods.split())
        return named | {"HEAD"} if "GET" in named else named


BOTH = "GET POST"

ROWS: Mapping[str, Row] = {
    # Signing in
    "account_login": Row(PUBLIC, BOTH, limits.SIGN_IN),
    "account_logout": Row(PUBLIC, BOTH),
    "account_reauthenticate": Row(SIGNED_IN, BOTH, limits.SECOND_FACTOR),
    "account_change_password": Row(SIGNED_IN, BOTH, limits.SECOND_FACTOR),  # asks for the old one itself
    "mfa_index": Row(SIGNED_IN),
    "mfa_authenticate": Row(PUBLIC, BOTH, limits.SECOND_FACTOR),
    "mfa_reauthenticate": Row(SIGNED_IN, BOTH, limits.SECOND_FACTOR),
    "mfa_activate_totp": Row(SIGNED_IN, BOTH, fresh=True),
    "mfa_deactivate_totp": Row(SIGNED_IN, BOTH, fresh=True),
    "mfa_view_recovery_codes": Row(SIGNED_IN, fresh=True),
    "mfa_generate_recovery_codes": Row(SIGNED_IN, BOTH, fresh=True),
    "mfa_download_recovery_codes": Row(SIGNED_IN, fresh=True),
    # What allauth offers and Luyue does not: nobody registers, and mail plays no part in signing in.
    "account_signup": Row(CLOSED),
    "account_email": Row(CLOSED),
    "account_inactive": Row(CLOSED),
    "account_email_verification_sent": Row(CLOSED),
    "account_confirm_email": Row(CLOSED),
    "account_set_password": Row(CLOSED),
    "account_reset_password": Row(CLOSED),
    "account_reset_password_done": Row(CLOSED),
    "account_reset_password_from_key": Row(CLOSED),
    "account_reset_password_from_key_done": Row(CLOSED),
    "account_confirm_login_code": Row(CLOSED),
    # Everybody
    "set_language": Row(PUBLIC, "POST"),
    "healthz": Row(PUBLIC, quiet=True),
    "livez": Row(PUBLIC, quiet=True),
    "metrics": Row(MONITOR, quiet=True),
    # Staff
    "acknowledge": Row(STAFF, BOTH),
    "ui:styleguide": Row(STAFF),
    "ui:styleguide-page": Row(STAFF),
    "system:health": Row(OPERATORS),
    "system:letters": Row(OPERATORS),
    "system:retry": Row(SYSTEM_ADMIN, "POST"),
    "system:retry-mail": Row(SYSTEM_ADMIN, "POST"),
    # The workspace: the page asks again which cases this person may see
    "workspace:start": Row(PUBLIC),
    "workspace:today": Row(STAFF),
    "workspace:live": Row(STAFF, quiet=True),
    "workspace:palette": Row(STAFF, limits=limits.SEARCH),
    "workspace:search": Row(STAFF, limits=limits.SEARCH),
    "workspace:new": Row(STAFF, BOTH, limits.DESK),
    "workspace:cases": Row(STAFF, limits=limits.SEARCH),
    "workspace:case": Row(STAFF),
    "workspace:say": Row(STAFF, "POST"),
    "workspace:act": Row(STAFF, BOTH),
    "workspace:unsent": Row(STAFF, BOTH, quiet=True),
    "workspace:many": Row(STAFF, "POST"),
    "workspace:many-undo": Row(STAFF, "POST"),
    "workspace:views": Row(STAFF, BOTH),
    "workspace:texts": Row(STAFF, BOTH),
    "workspace:merge": Row(STAFF, BOTH),
    "workspace:explain": Row(STAFF),
    "workspace:reveal": Row(STAFF, "POST", limits.REVEAL),
    "workspace:archive": Row(STAFF),
    "workspace:archive-draft": Row(STAFF, "POST", limits.REVEAL),  # setting in type costs a second
    "workspace:archive-again": Row(LEADS, "POST", limits.REVEAL),
    "workspace:insert": Row(STAFF),
    "workspace:regulation": Row(STAFF),
    "workspace:clause-clocks": Row(STAFF),
    # Everybody reads what was adopted; drafts, previews over all cases and moves are for those who answer for a team
    "workspace:editions": Row(STAFF),
    "workspace:new-draft": Row(LEADS, "POST"),
    "workspace:draft": Row(LEADS, BOTH),
    "workspace:draft-preview": Row(LEADS),
    "workspace:edition": Row(STAFF),
    "workspace:edition-move": Row(LEADS, BOTH),
    "workspace:announcements": Row(STAFF, BOTH),
    "workspace:letters": Row(STAFF),
    "workspace:mails": Row(STAFF),
    "workspace:mail-decide": Row(STAFF, "POST"),
    "workspace:me": Row(STAFF),
    # Whoever answers for others: numbers over all cases, the cases themselves as far as he may see them
    "workspace:supervisor": Row(LEADS),
    "workspace:supervisor-assign": Row(LEADS, "POST", limits.DESK),
    "workspace:causes": Row(LEADS_AND_QUALITY),
    "workspace:cause-cases": Row(LEADS_AND_QUALITY),
    "workspace:exams": Row(LEADS_AND_QUALITY, BOTH, limits.DESK),
    "workspace:away": Row(STAFF, BOTH, limits.DESK),  # his own absence everybody enters himself
    "workspace:away-end": Row(STAFF, "POST", limits.DESK),
    "workspace:improvement-done": Row(STAFF, "POST", limits.DESK),  # its owner, or a lead
    # Reports: the page asks again whom the rule reports to
    "workspace:reports": Row(STAFF),
    "workspace:report": Row(STAFF, BOTH),
    "workspace:report-table": Row(STAFF, limits=limits.SEARCH),
    "workspace:report-figure": Row(STAFF),
    "workspace:company": Row(STAFF),
    "workspace:company-task": Row(STAFF, BOTH),
    "workspace:records": Row(KEEPERS, BOTH, limits.DESK),
    "workspace:record-release": Row(MANAGEMENT, "POST", limits.DESK),
    # Evidence: the page asks again, for the case it belongs to
    "evidence:upload": Row(SIGNED_IN, "POST", limits.UPLOAD),
    "evidence:discard": Row(SIGNED_IN, "POST"),
    "evidence:file": Row(SIGNED_IN),
    "evidence:link-upload": Row(LINK, "POST", limits.LINK_UPLOAD),
    "evidence:link-discard": Row(LINK, "POST", limits.LINK_PAGE[:1]),
    "evidence:link-file": Row(LINK, limits=limits.LINK_PAGE[:1]),
    # Customers
    "portal:home": Row(PUBLIC),
    "portal:new": Row(PUBLIC, BOTH, limits.INTAKE),
    "portal:regulations": Row(PUBLIC),
    "portal:regulation": Row(PUBLIC),
    "portal:case": Row(LINK, limits=limits.LINK_PAGE),
    "portal:reply": Row(LINK, "POST", limits.LINK_PAGE),
    "portal:nudge": Row(LINK, "POST", limits.NUDGE),
    "portal:act": Row(LINK, BOTH, limits.LINK_PAGE),
    "portal:answer": Row(LINK, BOTH, limits.LINK_PAGE),
    # Programs
    "api-1:openapi-json": Row(PUBLIC),
    "api-1:api-root": Row(CLOSED),
    "api-1:intake": Row(TOKEN, "POST", limits.API),
    "api-1:case": Row(TOKEN, limits=limits.API),
}


class UnlistedRoute(LookupError):
    """An address without a row in luyue/site/permissions.py. Add one that says whom the page is for."""


def row_of(name: str) -> Row:
    try:
        return ROWS[name]
    except KeyError:
        raise UnlistedRoute(f"The address named '{name}' has no row in luyue/site/permissions.py. Add one that says whom it is for.") from None
