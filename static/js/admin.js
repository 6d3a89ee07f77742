// What makes the desk quicker with JavaScript; every screen works without it.

/* A partial date says what it understood, as it is typed. */
const waits = new WeakMap();

async function understand(input) {
  const said = input.parentElement.querySelector("[data-partial-date]");
  if (!said) return;
  const text = input.value;
  const answer = await fetch(`${said.dataset.partialDate}?${new URLSearchParams({ text })}`);
  // A session that ended leads to the login page, which is no answer.
  if (!answer.ok || answer.redirected || input.value !== text) return;
  const { date, words } = await answer.json();
  said.textContent = words;
  said.classList.toggle("misunderstood", !date);
}

document.addEventListener("input", ({ target }) => {
  if (!target.matches("input.partial-date")) return;
  clearTimeout(waits.get(target));
  waits.set(target, setTimeout(understand, 250, target));
});

/* Markdown is shown as readers will see it, by the sanitizer that all pages use. */
async function preview(field) {
  const body = new URLSearchParams({
    text: field.querySelector("textarea").value,
    csrfmiddlewaretoken: field.closest("form").elements.csrfmiddlewaretoken.value,
  });
  const answer = await fetch(field.dataset.markdown, { method: "POST", body });
  if (!answer.ok || answer.redirected) return;
  const shown = field.querySelector(".markdown-preview");
  shown.innerHTML = await answer.text();
  shown.hidden = false;
}

document.addEventListener("click", ({ target }) => {
  if (target.matches(".preview-button")) preview(target.closest(".markdown-field"));
});
for (const button of document.querySelectorAll(".preview-button")) button.hidden = false;

/* A form is sent once, however often its button is pressed: the answer to the second would speak of the first. */
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

/* What was refused is read first; a new form begins with its first field, and not with a button. */
addEventListener("load", () => {
  const errors = document.querySelector(".error-list li")?.parentElement ?? document.querySelector(".errornote");
  const begins = document.querySelector("[data-adds]") && document.activeElement?.matches("[type=submit], body");
  if (errors) Object.assign(errors, { tabIndex: -1 }).focus();
  else if (begins) document.querySelector("#id_title, #id_username, #id_name")?.focus();
});

/* The admin's own widgets, made nameable for those who cannot see what stands beside them. */
function labelOf(control) {
  const label = control.closest(".form-row, form")?.querySelector(`label[for="${CSS.escape(control.id)}"]`);
  if (label && !label.id) label.id = `${control.id}_label`;
  return label;
}

function nameAutocomplete(container) {
  const select = container.previousElementSibling;
  const label = select?.matches("select.admin-autocomplete") && labelOf(select);
  if (!label) return;
  const words = label.textContent.replace(/[:：]\s*$/, "").trim();
  const box = container.querySelector("[role=combobox]");
  const value = container.querySelector("[role=textbox]");
  if (value) {
    value.setAttribute("aria-label", words);
    box.setAttribute("aria-labelledby", `${label.id} ${value.id}`);
  } else {
    box.setAttribute("aria-labelledby", label.id);
  }
  container.querySelector(".select2-search__field")?.setAttribute("aria-label", words);
}

function nameWithin(node) {
  for (const container of node.querySelectorAll(".select2-container")) nameAutocomplete(container);
  if (node.matches(".select2-container")) nameAutocomplete(node);
  // The search field of a list that was just opened belongs to the box that is open.
  const search = node.querySelector(".select2-dropdown .select2-search__field");
  const open = document.querySelector(".select2-container--open [role=combobox]");
  if (search && open) search.setAttribute("aria-labelledby", open.getAttribute("aria-labelledby"));
  // A date and a time with one label between them; an icon that bears words.
  for (const input of node.querySelectorAll(".datetime input")) {
    input.setAttribute("aria-label", input.previousSibling?.textContent.replace(/[:：]\s*$/, "").trim() ?? "");
  }
  for (const icon of node.querySelectorAll("span.help-tooltip[aria-label]")) icon.setAttribute("role", "img");
}

/* What was deleted in a pop-up window is not chosen any more; the browser would choose what happens to be first in its place. */
const forget = window.dismissDeleteRelatedObjectPopup;
window.dismissDeleteRelatedObjectPopup = (popup, key) => {
  const choosing = [...document.querySelectorAll("select:not([multiple])")].filter(({ value }) => value === key);
  forget(popup, key);
  for (const select of choosing) {
    select.value = "";
    window.django.jQuery(select).trigger("change");
  }
};

// The style sheet says how wide they are: to measure each that is made, the browser would lay out the whole form anew.
for (const select of document.querySelectorAll("select.admin-autocomplete")) select.dataset.width = "style";
// The cross that empties all at once would stand among the list's items; each has its own.
for (const select of document.querySelectorAll("select.admin-autocomplete[multiple]")) select.dataset.allowClear = "false";
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) {
    for (const node of addedNodes) if (node instanceof Element && node.isConnected) nameWithin(node);
  }
}).observe(document.body, { childList: true, subtree: true });
nameWithin(document.body);
