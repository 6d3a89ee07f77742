// Progressive enhancement of the admin; every page works without JavaScript.

/* Fetch what the site makes of a field. Null without a connection, and when an expired session redirects to the log-in. */
async function ask(address, options) {
  try {
    const answer = await fetch(address, options);
    return answer.ok && !answer.redirected ? answer : null;
  } catch {
    return null;
  }
}

/* Display the interpretation of a partial date while it is typed. */
const waits = new WeakMap();

async function understand(input) {
  const output = input.parentElement.querySelector("[data-partial-date]");
  if (!output) return;
  const text = input.value;
  const answer = await ask(`${output.dataset.partialDate}?${new URLSearchParams({ text })}`);
  if (!answer || input.value !== text) return;
  const { date, words } = await answer.json();
  output.textContent = words;
  output.classList.toggle("misunderstood", !date);
}

document.addEventListener("input", ({ target }) => {
  if (!target.matches("input.partial-date")) return;
  clearTimeout(waits.get(target));
  waits.set(target, setTimeout(understand, 250, target));
});

/* Preview Markdown as pages render it, with the same sanitizer. */
async function preview(field) {
  const body = new URLSearchParams({
    text: field.querySelector("textarea").value,
    csrfmiddlewaretoken: field.closest("form").elements.csrfmiddlewaretoken.value,
  });
  const answer = await ask(field.dataset.markdown, { method: "POST", body });
  const shown = field.querySelector(".markdown-preview");
  field.querySelector("[data-failed]").hidden = Boolean(answer);
  shown.hidden = true;
  if (!answer) return;
  shown.innerHTML = await answer.text();
  shown.hidden = false;
}

document.addEventListener("click", ({ target }) => {
  if (target.matches(".preview-button")) preview(target.closest(".markdown-field"));
});
for (const button of document.querySelectorAll(".preview-button")) button.hidden = false;

/* A date, time or number that is typed by half reaches the server as if nothing stood there. The admin's forms have
   `novalidate`, so the browser does not refuse it. Before all other listeners: nothing is on its way, and the draft stays. */
document.addEventListener("submit", (event) => {
  const half = [...event.target.elements].find(({ validity }) => validity?.badInput);
  if (!half || event.submitter?.formNoValidate) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  for (let parent = half.closest("details"); parent; parent = parent.parentElement.closest("details")) parent.open = true;
  half.focus();
  half.reportValidity();
}, true);

/* Submit a form only once: the response to a second submission would be about the first. */
const TIME_TO_ANSWER = 10_000;
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (Date.now() - (form.dataset.sent ?? 0) < TIME_TO_ANSWER) event.preventDefault();
  else form.dataset.sent = Date.now();
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

/* The headings of the columns, for telephones, where each row is folded below its title. */
const headings = [...document.querySelectorAll("#result_list thead th")].map((heading) => heading.querySelector(".text")?.textContent.trim());
for (const row of document.querySelectorAll("#result_list tbody tr")) {
  [...row.cells].forEach((cell, at) => {
    if (cell.matches("td:not(.action-checkbox, .field-titled)")) cell.dataset.label = headings[at] ?? "";
    if (["", "-"].includes(cell.textContent.trim()) && !cell.querySelector("input, img")) cell.dataset.empty = "";
  });
}

/* Accessible names for the admin's own widgets, which have none. */
function labelOf(control) {
  const label = control.closest(".form-row, form")?.querySelector(`label[for="${CSS.escape(control.id)}"]`);
  if (label && !label.id) label.id = `${control.id}_label`;
  return label;
}

function nameAutocomplete(container) {
  const select = container.previousElementSibling;
  const label = select?.matches("select.admin-autocomplete") && labelOf(select);
  if (!label) return;
  const name = label.textContent.replace(/[:：]\s*$/, "").trim();
  const box = container.querySelector("[role=combobox]");
  const value = container.querySelector("[role=textbox]");
  if (value) {
    value.setAttribute("aria-label", name);
    box.setAttribute("aria-labelledby", `${label.id} ${value.id}`);
  } else {
    box.setAttribute("aria-labelledby", label.id);
  }
  container.querySelector(".select2-search__field")?.setAttribute("aria-label", name);
}

function nameWithin(node) {
  for (const container of node.querySelectorAll(".select2-container")) nameAutocomplete(container);
  if (node.matches(".select2-container")) nameAutocomplete(node);
  // The search field of a list that has just opened belongs to the open combobox.
  const search = node.querySelector(".select2-dropdown .select2-search__field");
  const open = document.querySelector(".select2-container--open [role=combobox]");
  if (search && open) search.setAttribute("aria-labelledby", open.getAttribute("aria-labelledby"));
  // A date and a time input share one label; an icon has a text.
  for (const input of node.querySelectorAll(".datetime input")) {
    input.setAttribute("aria-label", input.previousSibling?.textContent.replace(/[:：]\s*$/, "").trim() ?? "");
  }
  for (const icon of node.querySelectorAll("span.help-tooltip[aria-label]")) icon.setAttribute("role", "img");
}

/* Deselect a record deleted in a pop-up; the browser would select the first option instead. */
const forget = window.dismissDeleteRelatedObjectPopup;
window.dismissDeleteRelatedObjectPopup = (popup, key) => {
  const choosing = [...document.querySelectorAll("select:not([multiple])")].filter(({ value }) => value === key);
  forget(popup, key);
  for (const select of choosing) {
    select.value = "";
    window.django.jQuery(select).trigger("change");
  }
};

// The width is set by the style sheet: Select2 would measure each widget, with a layout of the whole form each time.
for (const select of document.querySelectorAll("select.admin-autocomplete")) select.dataset.width = "style";
// The cross that clears the selection would be among the selected items, which have their own.
for (const select of document.querySelectorAll("select.admin-autocomplete[multiple]")) select.dataset.allowClear = "false";
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) {
    for (const node of addedNodes) if (node instanceof Element && node.isConnected) nameWithin(node);
  }
}).observe(document.body, { childList: true, subtree: true });
nameWithin(document.body);
