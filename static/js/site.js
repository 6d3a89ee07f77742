// Filters without reloading: the page is fetched and its parts are replaced. Without this module, or after an error,
// the form is submitted normally.
const form = document.querySelector(".filter__form");
let running = null;
let shown = location.search;

function currentQuery() {
  const given = [...new FormData(form)].filter(([, value]) => value.trim());
  const query = new URLSearchParams(given).toString();
  return query ? `?${query}` : "";
}

function put(fresh) {
  const focused = document.activeElement;
  const isOfForm = focused?.form === form;
  for (const part of document.querySelectorAll("[data-part]")) {
    const other = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
    part.replaceChildren(...(other ? other.childNodes : []));
  }
  // Links to other languages get the same query string.
  document.querySelector(".languages")?.replaceWith(fresh.querySelector(".languages"));
  // A choice that had the focus was replaced by one of the same name and value.
  if (!isOfForm || focused.isConnected) return;
  const same = [...form.elements].find(({ name, value }) => name === focused.name && value === focused.value);
  same?.focus({ preventScroll: true });
}

async function applyFilter() {
  const query = currentQuery();
  running?.abort();
  running = null;
  if (query === shown) return;
  const request = (running = new AbortController());
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(location.pathname + query, { signal: request.signal });
    if (!answer.ok) throw new Error(answer.statusText);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (request.signal.aborted) return;
    put(fresh);
    history.pushState(null, "", location.pathname + query);
    shown = query;
  } catch (error) {
    if (error.name !== "AbortError") form.submit();
  } finally {
    if (running === request || !running) form.removeAttribute("aria-busy");
  }
}

if (form) {
  form.classList.add("filter__form--live");
  form.addEventListener("change", applyFilter);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    applyFilter().then(() => document.getElementById("list").scrollIntoView());
  });
  addEventListener("popstate", () => location.search !== shown && location.reload());
  // A panel over the list closes like a menu.
  const open = () => form.querySelector(".facet[open]");
  const leave = ({ target }) => {
    if (open() && !open().contains(target)) open().open = false;
  };
  addEventListener("click", leave);
  addEventListener("focusin", leave);
  form.addEventListener("keydown", (event) => {
    const panel = event.key === "Escape" && open();
    if (!panel) return;
    panel.open = false;
    panel.querySelector("summary").focus();
  });
}
