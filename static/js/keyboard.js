// Forms of the admin by keyboard: where the focus begins, Ctrl+S, and an Enter that submits nothing by accident.

const form = document.querySelector("[data-draft-of]")?.closest("form");
const saves = form?.querySelector("[name=_continue]") ?? form?.querySelector("[name=_save]");
const state = form?.querySelector(".submit-state");

/* Focus the field, of which Select2 hides the element, and open what hides it. */
function focusField(field) {
  for (let parent = field.closest("details"); parent; parent = parent.parentElement.closest("details")) parent.open = true;
  const shown = field.nextElementSibling?.matches(".select2") ? field.nextElementSibling.querySelector(".select2-selection") : field;
  shown.focus();
  shown.closest(".form-row, .submit-field, .preview-buttons__field")?.scrollIntoView({ block: "nearest" });
}

const FIELDS = ":is(input:not([type=hidden], [type=checkbox][name$=-DELETE]), select, textarea)";

/* A deletion says which row it deletes. The admin numbers ids that begin with the name of the rows anew; these keep theirs. */
let namedRows = 0;
function nameDeletion(row) {
  const title = row.querySelector("h3 > b");
  const label = row.querySelector("h3 > .inline_label");
  const deletion = row.querySelector(".inline-deletelink, h3 .delete input");
  if (!title || !label || !deletion) return;
  namedRows += 1;
  title.id = `row-title-${namedRows}`;
  label.id = `row-label-${namedRows}`;
  deletion.setAttribute("aria-describedby", `${title.id} ${label.id}`);
}
addEventListener("load", () => {
  for (const row of document.querySelectorAll(".inline-related:not(.empty-form)")) nameDeletion(row);
});
document.addEventListener("formset:added", ({ target }) => nameDeletion(target));

/* The focus goes to a row that somebody adds, and to the next one when a row is removed. Scripts add rows too: they click untrusted. */
function focusRow(row) {
  row.scrollIntoView({ block: "nearest" });
  focusField(row.querySelector(FIELDS));
}
document.addEventListener("click", ({ isTrusted, target }) => {
  const group = isTrusted && target.closest(".add-row a")?.closest(".inline-group");
  const added = group && [...group.querySelectorAll(".inline-related:not(.empty-form)")].at(-1);
  if (added) focusRow(added);
});
document.addEventListener("click", ({ isTrusted, target }) => {
  const row = isTrusted && target.closest(".inline-deletelink")?.closest(".inline-related");
  if (!row) return;
  const group = row.closest(".inline-group");
  const next = row.nextElementSibling;
  setTimeout(() => {
    if (row.isConnected) return;
    if (next?.matches(".inline-related:not(.empty-form)")) focusRow(next);
    else group.querySelector(".add-row a")?.focus();
  });
}, true);

/* Open what hides an error, or what was filled in of a new source. */
function reveal() {
  for (const details of form?.querySelectorAll("details:not([open])") ?? []) {
    const isFilled = details.closest(".new-source") && [...details.querySelectorAll("input:not([type=hidden])")].some(({ value }) => value);
    if (isFilled || details.querySelector("[aria-invalid=true]")) details.open = true;
  }
}

/* The bar below the form must not cover what is focused. */
function keepClear(bar) {
  const row = bar.querySelector(".submit-row, .preview-buttons__row");
  const measure = () => {
    // In a narrow window only the row of buttons stays in view.
    const shown = getComputedStyle(bar).display === "contents" ? row : bar;
    document.documentElement.style.setProperty("--sticky-bar", `${Math.ceil(shown.getBoundingClientRect().height)}px`);
  };
  const observer = new ResizeObserver(measure);
  observer.observe(bar);
  observer.observe(row);
  // Of a text area the browser only brings the caret into view.
  bar.closest("form")?.addEventListener("focusin", ({ target }) => {
    if (target.matches("textarea")) requestAnimationFrame(() => target.scrollIntoView({ block: "nearest" }));
  });
}
const bar = document.querySelector(".submit-bar, .preview-buttons");
if (bar) keepClear(bar);

// Without an address of its own, at which the page that answers the form would begin too.
document.querySelector("a[href='#submit-bar']")?.addEventListener("click", (event) => {
  event.preventDefault();
  bar.focus({ preventScroll: true });
  // In a narrow window the bar is no box.
  if (document.activeElement !== bar) bar.querySelector("input:not([type=hidden]), button")?.focus();
});

// The field at which the form was saved, in the session of the tab.
const PLACE = "saved-at";
let field = null;
form?.addEventListener("focusin", ({ target }) => {
  const select = target.closest(".select2")?.previousElementSibling ?? target;
  if (select.id && select.matches("input:not([type=submit]), select, textarea")) field = select;
});

function rememberPlace() {
  if (field) sessionStorage.setItem(PLACE, JSON.stringify({ id: field.id, path: location.pathname }));
}

/* The field at which this form was saved a moment ago. */
function takePlace() {
  const { id = "", path = "" } = JSON.parse(sessionStorage.getItem(PLACE) ?? "{}");
  sessionStorage.removeItem(PLACE);
  const isHere = path === location.pathname || path.endsWith("/add/");
  return isHere && document.querySelector(".messagelist .success") ? form?.elements[id] ?? document.getElementById(id) : null;
}

// Whoever has begun to type or to point while the page loads has the focus where they want it.
let isUsed = false;
for (const type of ["keydown", "pointerdown"]) addEventListener(type, () => { isUsed = true; }, { once: true, capture: true });

/* Focus the first error of a refused form, the first field of a new one instead of a button, or what the page has to tell. */
function begin() {
  reveal();
  if (isUsed) return;
  const ofNoField = document.querySelector("#content :is(.errorlist.nonfield, .errorlist.nonform)");
  const wrong = ofNoField ? null : (form ?? document.querySelector("#content"))?.querySelector("[aria-invalid=true]:not([type=hidden]), .question.errors input") ?? document.querySelector(".checklist [aria-invalid=true]");
  const note = document.querySelector(".errornote") ?? ofNoField;
  const begins = document.querySelector("[data-adds]") && document.activeElement?.matches("[type=submit], body");
  const place = takePlace();
  const told = document.querySelector(".messages");
  if (wrong) focusField(wrong);
  else if (note) Object.assign(note, { tabIndex: -1 }).focus();
  else if (place) {
    focusField(place);
    // The message at the top of the page is out of view.
    if (state) state.textContent = document.querySelector(".messagelist .success").textContent;
  } else if (begins) {
    document.querySelector("#id_title, #id_username, #id_name")?.focus();
    if (state && told) state.textContent = told.textContent.trim();
  } else if (document.activeElement?.matches("body, main")) {
    // Another page answers a form: its messages are read first.
    told?.focus();
  } else if (told) {
    // The focus is where the address leads: a status is read out when its text comes.
    told.replaceChildren(...told.childNodes);
  }
}
// After the admin's own scripts, which focus the first field too.
addEventListener("load", () => setTimeout(begin));

document.querySelector(".error-list")?.addEventListener("click", (event) => {
  const field = document.getElementById(event.target.closest("a")?.hash.slice(1) ?? "");
  if (!field?.matches("input, select, textarea")) return;
  event.preventDefault();
  focusField(field);
});

const TEXT = "input:not([type=submit], [type=button], [type=image], [type=reset], [type=checkbox], [type=radio], [type=file])";

document.addEventListener("keydown", (event) => {
  if (!form || event.isComposing) return;
  if (saves && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "s") {
    event.preventDefault();
    const dialog = document.querySelector("dialog[open]");
    if (dialog) {
      const inside = document.activeElement.closest("dialog[open] form") ?? dialog.querySelector("form:has(textarea)");
      inside?.querySelector("input[type=submit]")?.click();
      return;
    }
    // The change of a field is known when the focus leaves it.
    document.activeElement?.blur();
    saves.click();
  } else if (event.key === "Enter" && event.target.matches(TEXT) && event.target.form === form) {
    event.preventDefault();
  }
});

/* While the results for what was typed are on their way, Enter takes none of those for a former text, which are still listed. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches(".select2-search__field")) return;
  if (!document.querySelector(".select2-container--open .loading-results")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

if (saves) {
  // By the keyboard: a click has a place of its own.
  saves.addEventListener("click", ({ detail }) => { if (!detail) rememberPlace(); });
  saves.setAttribute("aria-keyshortcuts", "Control+S");
  if (state) state.textContent = state.dataset.hint;
  form.addEventListener("submit", (event) => {
    if (state && !event.defaultPrevented) state.textContent = state.dataset.saving;
  });
  addEventListener("pageshow", () => { if (state) state.textContent = state.dataset.hint; });
}

/* What is filled in must be in view, also what a script restores. */
form?.addEventListener("input", ({ target }) => {
  if (target.value) target.closest("details:not([open])")?.setAttribute("open", "");
});

/* Tell screen readers which result of a chooser is highlighted: Select2 gives those that the site answers with no id. */
let results = 0;
new MutationObserver((changes) => {
  for (const { target } of changes) {
    if (!target.matches(".select2-results__option--highlighted")) continue;
    target.id ||= `result-${++results}`;
    if (document.activeElement.matches(".select2-search__field")) document.activeElement.setAttribute("aria-activedescendant", target.id);
  }
}).observe(document.body, { attributeFilter: ["class"], subtree: true });
