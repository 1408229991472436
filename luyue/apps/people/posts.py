"""The posts that run the installation. They are no part of any regulation, and one person never has two of them.

GB/T 22239-2019 8.1.4.2 d asks that the rights of those who administer are kept apart: whoever looks after the machine does not give out
accounts, whoever gives out accounts does not read the record of what was done, and none of them sees a case by virtue of the post.
"""

from __future__ import annotations

PLATFORM = "platform"  # a team of the directory only; no case ever belongs to it

SYSTEM = "platform/system"  # health, outbox, backups
SECURITY = "platform/security"  # accounts, memberships, second factors
AUDIT = "platform/audit"  # the journal and who read what
PLATFORM_POSTS = {SYSTEM: "系统管理", SECURITY: "安全管理", AUDIT: "审计"}

LEAD = "lead"  # the post that answers for a team, whatever the regulation calls it
MANAGEMENT_TEAMS = ("management", "management-group")
