// Filters without reloading: the page is fetched and its parts are replaced. Without this module, or after an error,
// the form is submitted normally.
const form = document.querySelector(".filter__form");
const list = document.getElementById("list");
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
  const before = list.getBoundingClientRect().top;
  for (const part of document.querySelectorAll("[data-part]")) {
    const other = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
    const isOpen = part.querySelector("details")?.open;
    part.replaceChildren(...(other ? other.childNodes : []));
    if (isOpen) part.querySelector("details")?.setAttribute("open", "");
  }
  // Links to other languages and to the feed get the same query string.
  for (const selector of [".languages", "link[type='application/atom+xml']"]) {
    document.querySelector(selector)?.replaceWith(fresh.querySelector(selector));
  }
  document.title = fresh.title;
  // What is above the list gets higher or lower.
  scrollBy({ top: list.getBoundingClientRect().top - before, behavior: "instant" });
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
    history.pushState(null, "", `${location.pathname}${query}#list`);
    shown = query;
  } catch (error) {
    if (error.name !== "AbortError") form.submit();
  } finally {
    if (running === request || !running) form.removeAttribute("aria-busy");
  }
}

// The bar may stand at the end of the window: what opens below it comes into view.
for (const details of document.querySelectorAll(".listing__bar > details")) {
  details.addEventListener("toggle", () => {
    if (details.open) details.lastElementChild.scrollIntoView({ block: "nearest", behavior: "instant" });
  });
}

if (form) {
  const filter = form.closest("details");
  form.addEventListener("change", applyFilter);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await applyFilter();
    // The list is in view, and the way back to the form has the focus.
    filter.open = false;
    filter.querySelector("summary").focus({ preventScroll: true });
    list.scrollIntoView({ behavior: "instant" });
  });
  addEventListener("popstate", () => location.search !== shown && location.reload());
}
