"""The pages of staff, from the root of the site."""

from django.urls import path

from luyue.apps.workspace.views import act, announcements, archive, case, cases, edition, editions, finding, mails, me, merge, new, regulation, today

app_name = "workspace"
urlpatterns = [
    path("", today.start, name="start"),
    path("today", today.today, name="today"),
    path("live", finding.live, name="live"),
    path("palette", finding.palette, name="palette"),
    path("search", cases.search, name="search"),
    path("new", new.choose, name="new"),
    path("new/<slug:procedure>", new.new, name="new"),
    path("cases", cases.cases, name="cases"),
    path("cases/<str:number>", case.case, name="case"),
    path("cases/<str:number>/say", case.say, name="say"),
    path("cases/<str:number>/do/<slug:action>", act.act, name="act"),
    path("cases/<str:number>/file", archive.archive, name="archive"),
    path("cases/<str:number>/file/again", archive.again, name="archive-again"),
    path("cases/<str:number>/file/draft/<slug:audience>", archive.draft, name="archive-draft"),
    path("cases/<str:number>/merge", merge.merge, name="merge"),
    path("cases/<str:number>/why", finding.why, name="explain"),
    path("cases/<str:number>/customer", case.reveal, name="reveal"),
    path("cases/<str:number>/insert/<slug:what>", case.insert, name="insert"),
    path("regulation", regulation.shelf, name="regulation"),
    path("regulation/<slug:regulation>", regulation.regulation, name="regulation"),
    path("regulation/<slug:regulation>/<slug:clause>/clocks", regulation.clause_clocks, name="clause-clocks"),
    path("editions", editions.editions, name="editions"),
    path("editions/new", editions.new, name="new-draft"),
    path("editions/drafts/<int:draft_id>", editions.draft, name="draft"),
    path("editions/drafts/<int:draft_id>/preview", editions.draft_preview, name="draft-preview"),
    path("editions/<slug:regulation>/<str:edition>", edition.edition, name="edition"),
    path("editions/<slug:regulation>/<str:edition>/move", edition.move, name="edition-move"),
    path("announcements", announcements.announcements, name="announcements"),
    path("letters", me.letters, name="letters"),
    path("mails", mails.mails, name="mails"),
    path("mails/<uuid:mail_id>/<slug:decision>", mails.decide, name="mail-decide"),
    path("me", me.me, name="me"),
]
