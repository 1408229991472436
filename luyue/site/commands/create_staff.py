"""Give somebody an account, or change one: `luyue create-staff NAME --called 陈思远 --post service-desk`.

usage: luyue create-staff chensy --called 陈思远 --post service-desk --post advisors/lead --email chensy@example.cn
       luyue create-staff chensy --post warehouse            (an account that exists: exactly these posts from now on)
       luyue create-staff chensy --reset-password | --deactivate | --activate | --drop-second-factor | --unlock
       luyue create-staff --list

  --post            a team of the regulation, or team/post; platform/system, platform/security and platform/audit run the
                    installation, and nobody has two of those
  --email           where new editions and the end of the time to acknowledge them are told; "" for nowhere
  --password-stdin  take the password from the first line of the input; without it one is made, shown once, and must be changed
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from luyue.site.cli import start_django

if TYPE_CHECKING:
    from luyue.site.staff import Given


def main(argv: list[str]) -> int:
    options = _arguments(argv)
    start_django()
    from luyue.core.procedure.state import Invalid

    try:
        return _list() if options.list else _one(options)
    except Invalid as error:
        for field, words in error.errors.items():
            print(f"luyue create-staff: {field}: {words}", file=sys.stderr)
        return 1


def _one(options: argparse.Namespace) -> int:
    from luyue.apps.people.models import User
    from luyue.site import staff

    user = User.objects.filter(username__iexact=options.username, is_customer=False).first()
    if user is None:
        if options.change or options.unlock:
            print(f"luyue create-staff: there is no account '{options.username}'.", file=sys.stderr)
            return 1
        password = sys.stdin.readline().rstrip("\n") if options.password_stdin else ""
        return _told(staff.create(options.username, options.called or options.username, options.post, password=password, email=options.email or ""))
    if options.unlock:
        staff.unlock(user.username)
    elif options.change:
        result = staff.CHANGES[options.change](user)
        return _told(result) if isinstance(result, staff.Given) else 0
    elif options.post or options.email is not None:
        if options.email is not None:
            staff.change_email(user, options.email)
        if options.post:
            staff.change_posts(user, options.post)
    else:
        print(f"luyue create-staff: '{user.username}' exists. Say what to change: --post, --email, --reset-password, --deactivate …", file=sys.stderr)
        return 1
    return 0


def _told(given: Given) -> int:
    print(given.user.username)
    if given.password:
        print(f"password: {given.password}   (shown once; to be changed at the first sign-in)")
    return 0


def _list() -> int:
    """The inventory of accounts: who may sign in, where he works, and whether he has a second factor."""
    from allauth.mfa.models import Authenticator

    from luyue.apps.people.models import User

    with_factor = set(Authenticator.objects.filter(type="totp").values_list("user_id", flat=True))
    for user in User.objects.filter(is_customer=False).prefetch_related("memberships").order_by("username"):
        posts = ", ".join(sorted(f"{one.team}/{one.post}".rstrip("/") for one in user.memberships.all())) or "-"
        last = f"{user.last_login:%Y-%m-%d}" if user.last_login else "never"
        marks = ("" if user.is_active else "  closed") + ("  second factor" if user.pk in with_factor else "")
        print(f"{user.username:<20} {user.name:<12} {posts}  last sign-in {last}{marks}")
    return 0


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="luyue create-staff", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("username", nargs="?")
    parser.add_argument("--called", default="")
    parser.add_argument("--post", action="append", default=[])
    parser.add_argument("--email")
    parser.add_argument("--password-stdin", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--unlock", action="store_true")
    for change in ("reset-password", "deactivate", "activate", "drop-second-factor"):
        parser.add_argument(f"--{change}", dest="change", action="store_const", const=change)
    options = parser.parse_args(argv)
    if not options.username and not options.list:
        parser.error("name the account, or use --list")
    return options
