// Keeps what is typed into a form and not saved yet in this browser, and offers it back. The server keeps none of it.
//
// A draft lies in localStorage under account, address of the form and token (which tells two openings of one form apart).
// The server answers a saved form with a cookie that names its token; then the draft is removed. A page that one goes
// back to finds its token in the state of that entry of the browser's history.

const PREFIX = "draft:";
const SAVED = "saved-form-";
const LONGEST_KEPT = 30 * 24 * 3600 * 1000;
const UNKEPT_TYPES = new Set(["password", "file", "submit", "button", "image", "reset"]);
const COUNT = /-(TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS$/;

const $ = window.django?.jQuery;
const nameOf = (account, address, token) => `${PREFIX}${account}:${address}:${token}`;

/* The storage of this browser. */

function keysOf(prefix) {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  } catch {
    return []; // Storage is switched off.
  }
}

function read(key) {
  try {
    const draft = JSON.parse(localStorage.getItem(key));
    return draft && { ...draft, key };
  } catch {
    return null;
  }
}

function draftsOf(account, address = "") {
  const found = keysOf(`${PREFIX}${account}:${address && `${address}:`}`).map(read);
  return found.filter(Boolean).sort((one, other) => other.at - one.at);
}

function removeSaved() {
  for (const [, token] of document.cookie.matchAll(new RegExp(`${SAVED}([0-9a-f-]+)=`, "g"))) {
    for (const key of keysOf(PREFIX)) if (key.endsWith(`:${token}`)) localStorage.removeItem(key);
    document.cookie = `${SAVED}${token}=; path=/admin/; max-age=0`;
  }
}

function removeOld() {
  for (const key of keysOf(PREFIX)) if (!(read(key)?.at > Date.now() - LONGEST_KEPT)) localStorage.removeItem(key);
}

/* What a form holds. */

function isKept(control) {
  return (
    control.matches("input, select, textarea") &&
    control.name &&
    !control.disabled &&
    !UNKEPT_TYPES.has(control.type) &&
    control.autocomplete !== "one-time-code" &&
    control.name !== "csrfmiddlewaretoken" &&
    !control.name.includes("__prefix__") &&
    // The left of two lists between which choices are moved.
    !(control.matches("select") && control.id.endsWith("_from"))
  );
}

const isMoved = (control) => control.id.endsWith("_to") && control.id in (window.SelectBox?.cache ?? {});
const chosenIn = (select) => [...select.options].filter((option) => option.selected || isMoved(select));

function labelOf(control) {
  return control.labels?.[0]?.textContent.replace(/[:：]\s*$/, "").trim() || control.name;
}

function fieldsOf(form) {
  return [...form.elements].filter(isKept).map((control) => {
    const field = { name: control.name };
    if (control.type !== "hidden") field.label = labelOf(control);
    if (control.matches("select")) {
      field.options = chosenIn(control).map((option) => [option.value, option.textContent]);
    } else if (["checkbox", "radio"].includes(control.type)) {
      Object.assign(field, { value: control.value, checked: control.checked });
    } else {
      field.value = control.value;
    }
    return field;
  });
}

/* Two states of a form are the same if what people typed and chose is. */
function essence(fields) {
  return JSON.stringify(
    fields
      .filter(({ name }) => !name.startsWith("_") && !name.endsWith("-INITIAL_FORMS"))
      .map(({ name, value, checked, options }) => [name, value, checked, options?.map(([key]) => key).sort()]),
  );
}

function textOf(fields) {
  const lines = fields
    .filter(({ label }) => label)
    .map(({ label, value, checked, options }) => {
      const said = options ? options.filter(([key]) => key).map(([, text]) => text).join("、") : checked === false ? "" : value;
      return said ? `${label}：${checked ? "✓" : said}` : "";
    });
  return lines.filter(Boolean).join("\n");
}

const totalsOf = (fields) => fields.filter(({ name }) => name.endsWith("-TOTAL_FORMS"));

function setRows(form, total) {
  const prefix = total.name.replace(COUNT, "");
  const count = form.elements[total.name];
  const group = document.getElementById(`${prefix}-group`);
  if (!count || !group) return;
  for (let left = 1000; Number(count.value) < Number(total.value) && left; left--) {
    group.querySelector(".add-row a")?.click();
  }
  for (let left = 1000; Number(count.value) > Number(total.value) && left; left--) {
    [...group.querySelectorAll(".inline-deletelink")].at(-1)?.click();
  }
}

function setSelect(select, wanted) {
  const keys = new Set(wanted.map(([key]) => key));
  if (isMoved(select)) {
    const left = select.id.replace(/_to$/, "_from");
    for (const [source, target, moves] of [[left, select.id, true], [select.id, left, false]]) {
      for (const option of document.getElementById(source).options) option.selected = keys.has(option.value) === moves;
      window.SelectBox.move(source, target);
    }
    return;
  }
  for (const [key, text] of wanted) {
    if (![...select.options].some((option) => option.value === key)) select.add(new Option(text, key));
  }
  for (const option of select.options) option.selected = keys.has(option.value);
}

/* Put the fields into the form; those that have no place there any more are returned. */
function put(form, fields) {
  for (const total of totalsOf(fields)) setRows(form, total);
  const controls = [...form.elements].filter(isKept);
  const leftOut = [];
  for (const field of fields) {
    if (!field.label) continue; // What is hidden is the page's own.
    const control = controls.find(
      ({ name, type, value }) => name === field.name && (type !== "radio" || value === field.value),
    );
    if (!control) {
      leftOut.push(field);
    } else if (field.options) {
      setSelect(control, field.options);
    } else if ("checked" in field) {
      control.checked = field.checked;
    } else {
      control.value = field.value;
    }
    if (!control) continue;
    control.dispatchEvent(new Event("input", { bubbles: true }));
    if ($) $(control).trigger("change");
    else control.dispatchEvent(new Event("change", { bubbles: true }));
  }
  return leftOut;
}

/* One form on the page. */

class KeptForm {
  constructor(holder) {
    this.holder = holder;
    this.form = holder.closest("form");
    ({ draftOf: this.address, account: this.account, title: this.title, revision: this.revision = "" } = holder.dataset);
    this.adds = "adds" in holder.dataset;
    this.isReadOnly = "readOnly" in holder.dataset;
    this.unsaved = "unsaved" in holder.dataset;
    this.opened = essence(fieldsOf(this.form));
    this.leaves = false;
    // Fields that a browser may fill in by itself after “Back” are filled in from the draft.
    this.form.autocomplete = "off";
    const kept = document.createElement("input");
    Object.assign(kept, { type: "hidden", name: "_draft", value: "1" });
    this.form.append(kept);
    this.listen();
  }

  get token() {
    return this.form.elements._token?.value ?? "";
  }

  get key() {
    return nameOf(this.account, this.address, this.token);
  }

  get isChanged() {
    return this.unsaved || essence(fieldsOf(this.form)) !== this.opened;
  }

  listen() {
    const later = () => {
      this.leaves = false;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.keep(), 400);
    };
    this.form.addEventListener("input", later);
    // The admin's widgets tell of a choice through jQuery alone.
    if ($) $(this.form).on("change", later);
    else this.form.addEventListener("change", later);
    for (const event of ["formset:added", "formset:removed"]) document.addEventListener(event, later);
    this.form.addEventListener("submit", () => {
      this.keep();
      this.leaves = true;
      this.mark(this.adds ? fieldsOf(this.form) : null);
    });
    addEventListener("pagehide", () => this.keep());
    document.addEventListener("visibilitychange", () => document.hidden && this.keep());
    addEventListener("beforeunload", (event) => {
      if (!this.leaves && this.isChanged) event.preventDefault();
    });
  }

  keep() {
    clearTimeout(this.timer);
    if (this.isReadOnly || this.leaves) return;
    try {
      if (!this.isChanged) {
        localStorage.removeItem(this.key);
        return;
      }
      const { title, address, revision } = this;
      const draft = { at: Date.now(), title, address, revision, fields: fieldsOf(this.form) };
      localStorage.setItem(this.key, JSON.stringify(draft));
      this.mark(null);
      document.querySelector(".draft-full")?.remove();
    } catch {
      if (!document.querySelector(".draft-full")) this.show("full");
    }
  }

  /* Note in the browser's history which form stands here. */
  mark(fields) {
    const { account, address, token } = this;
    try {
      history.replaceState({ ...history.state, draft: { account, address, token, fields } }, "");
    } catch {
      history.replaceState({ ...history.state, draft: { account, address, token } }, "");
    }
  }

  show(name) {
    const shown = this.holder.querySelector(`template[data-${name}]`).content.cloneNode(true).firstElementChild;
    this.holder.append(shown);
    return shown;
  }

  discard(key) {
    localStorage.removeItem(key);
    history.replaceState({ ...history.state, draft: null }, "");
  }

  offer(draft) {
    const shown = this.show("offer");
    const outdated = draft.revision !== this.revision;
    shown.querySelector("time").textContent = new Date(draft.at).toLocaleString(document.documentElement.lang);
    shown.querySelector("pre").textContent = textOf(draft.fields);
    shown.querySelector("[data-outdated]").hidden = !outdated;
    const restore = shown.querySelector("[data-restore]");
    restore.hidden = this.isReadOnly;
    restore.addEventListener("click", () => {
      shown.remove();
      if (outdated) this.reopen(draft);
      else this.restore(draft);
    });
    shown.querySelector("[data-discard]").addEventListener("click", () => {
      this.discard(draft.key);
      shown.remove();
    });
  }

  restore(draft) {
    const leftOut = put(this.form, draft.fields);
    const token = draft.fields.find(({ name }) => name === "_token");
    if (token && this.form.elements._token) this.form.elements._token.value = token.value;
    this.hold();
    this.keep();
    const shown = this.show("restored");
    shown.querySelector("[data-left-out]").hidden = !leftOut.length;
    shown.querySelector("pre").textContent = textOf(leftOut);
    shown.querySelector("[data-discard]").addEventListener("click", () => {
      this.discard(this.key);
      this.leaves = true;
      location.assign(location.href);
    });
  }

  /* Ask for the form as it was opened, so that what others saved since is compared when it is saved. */
  reopen(draft) {
    const request = document.createElement("form");
    Object.assign(request, { method: "post", hidden: true });
    const sent = { _reopen: "1", csrfmiddlewaretoken: this.form.elements.csrfmiddlewaretoken.value };
    for (const name of ["_base", "_token"]) sent[name] = draft.fields.find((field) => field.name === name)?.value ?? "";
    for (const [name, value] of Object.entries(sent)) {
      request.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
    document.body.append(request);
    this.leaves = true;
    request.submit();
  }

  /* After the widgets of the page have been made. */
  async begin() {
    this.hold();
    const own = read(this.key);
    if (own && !this.unsaved) {
      // The form that was asked for by `reopen`.
      this.restore(own);
      return;
    }
    const here = history.state?.draft;
    if (here && !this.unsaved && here.account === this.account && here.address === this.address) {
      const draft = read(nameOf(this.account, this.address, here.token));
      if (draft && draft.revision === this.revision && !this.isReadOnly) {
        this.restore(draft);
        return;
      }
      if (!draft && this.adds && here.fields) {
        put(this.form, here.fields);
        this.form.elements._token.value = here.token;
        this.show("sent");
        return;
      }
    }
    for (const draft of draftsOf(this.account, this.address)) {
      if (draft.key !== this.key && !(await this.isOpenElsewhere(draft))) this.offer(draft);
    }
    if (this.unsaved) this.keep();
  }

  /* While this page is open, other pages do not offer its draft. */
  hold() {
    navigator.locks?.request(this.key, () => new Promise(() => {}));
  }

  async isOpenElsewhere({ key }) {
    if (!navigator.locks) return false;
    try {
      // A page that was just left lets go in a moment.
      return await navigator.locks.request(key, { signal: AbortSignal.timeout(500) }, () => false);
    } catch {
      return true;
    }
  }
}

/* The list of all drafts of the account, on the front page. */
function list(section) {
  const drafts = draftsOf(section.dataset.keptDrafts);
  section.hidden = !drafts.length;
  for (const draft of drafts) {
    const line = section.querySelector("template").content.cloneNode(true).firstElementChild;
    Object.assign(line.querySelector("a"), { href: draft.address, textContent: draft.title });
    line.querySelector("time").textContent = new Date(draft.at).toLocaleString(document.documentElement.lang);
    line.querySelector("pre").textContent = textOf(draft.fields);
    line.querySelector("[data-discard]").addEventListener("click", () => {
      localStorage.removeItem(draft.key);
      line.remove();
      section.hidden = !section.querySelector("li");
    });
    section.querySelector("ul").append(line);
  }
}

/* Log-out: what it was for is known when the page after it is shown. */
const leaving = "draft-account";
document.getElementById("logout-form")?.addEventListener("submit", () => {
  sessionStorage.setItem(leaving, document.querySelector("#user-tools [data-account]").dataset.account);
});
if (document.querySelector("[data-logged-out]")) {
  const account = sessionStorage.getItem(leaving);
  if (account) for (const key of keysOf(`${PREFIX}${account}:`)) localStorage.removeItem(key);
}
sessionStorage.removeItem(leaving);

removeSaved();
removeOld();
addEventListener("focus", removeSaved);

const forms = [...document.querySelectorAll("[data-draft-of]")].map((holder) => new KeptForm(holder));
for (const section of document.querySelectorAll("[data-kept-drafts]")) list(section);
// The admin makes its widgets when jQuery is ready or the page is loaded, whichever that is for each.
const loaded = new Promise((done) => (document.readyState === "complete" ? done() : addEventListener("load", done)));
const ready = new Promise((done) => ($ ? $(done) : done()));
Promise.all([loaded, ready]).then(() => forms.forEach((form) => form.begin()));
addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  removeSaved();
  for (const form of forms) {
    const saved = form.leaves && !read(form.key);
    form.leaves = false;
    // What was changed and saved has become another since.
    if (saved && !form.adds) location.reload();
  }
});
