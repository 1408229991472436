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
