/* The registering page: buttons that write the time of now into a field, in the zone and by the clock of the server. */
const service = document.querySelector("[data-server-now]");
const loaded = Date.now();

function wallTime() {
  const now = service ? Number(service.dataset.serverNow) * 1000 + Date.now() - loaded : Date.now();
  const parts = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "medium", timeZone: service?.dataset.zone || undefined }).format(now);
  return parts.replace(" ", "T");
}

for (const button of document.querySelectorAll("[data-set-now]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.setNow);
    field.value = wallTime();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

/* The customer is known: writing goes on with the first thing that is still to be asked. */
[...document.querySelectorAll("[data-here] :is(select, textarea, input:not([type=hidden], [type=file]))")].find((field) => !field.value && field.offsetParent)?.focus();
