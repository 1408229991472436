/* Waiting changes. A region <div id data-live="/live?view=today" data-since="42"> is asked after every 3 s while the page is seen:
   GET <data-live>&since=42 → 204 (nothing new) or 200 {"since": "45", "count": 3, "changed": ["row-12"], "announce": ["…"]}.
   Changes are laid in at once when nobody is pointing at or writing in the region, else offered: "有 3 项变化，按 . 更新".
   The region is fetched anew from its page (or data-live-page) and swapped by htmx. 403 or 404 ends the asking.
   A region may show only its first rows; a link data-more in it leads to the page with all of them. That page is laid in when the link comes
   into sight, or on the event luyue:more (detail: what to do then). Without scripts it is a plain link. */
const zh = document.documentElement.lang.startsWith("zh");
const region = document.querySelector("[data-live]");
const strip = document.querySelector("[data-offline]");
let writing = ""; // colleagues who write on this case at the moment
let failures = 0, lostAt = 0, waiting = [], wanted = [], offer;

const say = (text) => { const place = document.getElementById("announce"); if (place && text) place.textContent = text; };
const current = () => document.getElementById(region.id);

function busy() {
  const here = current(), active = document.activeElement;
  return here.matches(":hover") || document.querySelector("dialog[open]") || (here.contains(active) && active !== here);
}

function tell() {
  const place = document.querySelector("[data-writing]");
  if (!place) return;
  place.hidden = !writing;
  place.textContent = writing ? place.dataset.words.replace("{who}", writing) : "";
}

async function apply(page = current().dataset.livePage || location.href, then = undefined) {
  offer?.remove();
  offer = undefined;
  const changed = waiting;
  let selected, focused;
  waiting = [];
  // Keys go on working while the page is on its way: what is selected is asked in the moment of laying in, not when the page was asked for.
  document.addEventListener("htmx:beforeSwap", () => {
    selected = document.querySelector("[data-row][aria-current=true]")?.id;
    focused = document.activeElement?.closest?.("[data-row]")?.id;
  }, { once: true });
  // htmx lays attributes anew while it settles, so marks set before that are lost.
  document.addEventListener("htmx:afterSettle", () => {
    const row = selected && document.getElementById(selected);
    if (row) {
      document.querySelectorAll("[data-row][aria-current=true]").forEach((other) => other.removeAttribute("aria-current"));
      row.setAttribute("aria-current", "true");
    }
    if (focused) document.getElementById(focused)?.querySelector("a.open")?.focus({ preventScroll: true });
    tell();
    for (const id of changed) document.getElementById(id)?.classList.add("changed");
    then?.();
  }, { once: true });
  await window.htmx.ajax("GET", page, { target: `#${region.id}`, select: `#${region.id}`, swap: "outerHTML settle:0ms" }); // settled at once: no key falls between
}

function show(count) {
  if (!offer) {
    offer = document.createElement("button");
    offer.type = "button";
    offer.className = "waiting";
    offer.addEventListener("click", () => apply());
    current().before(offer);
  }
  offer.textContent = zh ? `有 ${count} 项变化，按 . 更新` : `${count} changes, press . to update`;
}

function more(then) {
  const link = current()?.querySelector("[data-more]");
  if (!link) return;
  if (then) wanted.push(then); // also while the rest is on its way already: no key pressed meanwhile is lost
  if (link.ariaBusy) return;
  link.ariaBusy = "true";
  apply(link.href, () => wanted.splice(0).forEach((one) => one()));
}

function offline(isLost) {
  if (isLost && !lostAt) lostAt = Date.now();
  if (!isLost) lostAt = 0;
  if (!strip) return;
  strip.hidden = !isLost;
  if (!isLost) return;
  const minutes = Math.floor((Date.now() - lostAt) / 60000);
  strip.querySelector("[data-offline-words]").textContent = (zh ? "网络断开" : "Offline") + (minutes ? (zh ? ` ${minutes} 分钟` : ` ${minutes} min`) : "");
}

async function ask() {
  if (document.hidden) return 3000;
  const place = current();
  if (!place) return 0;
  const url = new URL(place.dataset.live, location.href);
  url.searchParams.set("since", place.dataset.since || "");
  if (writing) url.searchParams.set("writing", writing);
  try {
    const answer = await fetch(url, { headers: { "X-Requested-With": "fetch" }, cache: "no-store" });
    if (answer.status === 403 || answer.status === 404 || answer.redirected) return 0;
    if (answer.status >= 500) throw new Error(answer.status);
    failures = 0;
    offline(false);
    if (answer.status !== 200) return 3000;
    const news = await answer.json();
    place.dataset.since = news.since;
    if (news.writing !== undefined) { writing = news.writing; tell(); }
    if (!news.count) return 3000;
    waiting = [...new Set([...waiting, ...(news.changed || [])])];
    (news.announce || []).forEach(say);
    if (busy()) show(Math.max(waiting.length, news.count || 0));
    else await apply();
    return 3000;
  } catch {
    failures += 1;
    if (failures > 1) offline(true);
    return Math.min(3000 * failures, 15000);
  }
}

if (region) {
  const round = async () => { const wait = await ask(); if (wait) setTimeout(round, wait); };
  setTimeout(round, 3000);
  document.addEventListener("luyue:apply", () => { if (offer) apply(); });
  document.addEventListener("luyue:more", (event) => more(event.detail));
  const inSight = new IntersectionObserver((entries) => { if (entries.some((entry) => entry.isIntersecting)) more(); }, { rootMargin: "200px" });
  const watch = () => { inSight.disconnect(); const link = current()?.querySelector("[data-more]"); if (link) inSight.observe(link); };
  watch();
  document.addEventListener("htmx:afterSettle", watch);
  strip?.querySelector("[data-offline-retry]")?.addEventListener("click", ask);
}
