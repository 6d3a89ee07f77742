// Stores unsaved input of forms in this browser, and offers to restore it. The server stores none of it.
//
// After a form is saved, the server sets a cookie with its token, by which the draft is deleted. A page opened by
// “Back” finds its token in the state of its history entry.

import { draftsOf, end, endOf, hasDraft, saveDraft, nameOf, read, recover, removeOld, removeSaved } from "./draft_store.js";
import { essence, fieldsOf, applyFields, textOf } from "./form_fields.js";

const $ = window.django?.jQuery;
// The session storage key with the URL of the form whose draft did not fit into storage.
const lacking = "draft-lacking";

/* A form on the page. */

class DraftForm {
  constructor(holder) {
    this.holder = holder;
    this.form = holder.closest("form");
    ({ draftOf: this.address, account: this.account, title: this.title, revision: this.revision = "" } = holder.dataset);
    this.adds = "adds" in holder.dataset;
    this.isReadOnly = "readOnly" in holder.dataset;
    this.unsaved = "unsaved" in holder.dataset;
    this.opened = essence(fieldsOf(this.form));
    this.leaves = false;
    // Fields that the browser would restore after “Back” are restored from the draft.
    this.form.autocomplete = "off";
    const marker = document.createElement("input");
    Object.assign(marker, { type: "hidden", name: "_draft", value: "1" });
    this.form.append(marker);
    this.listen();
  }

  get token() {
    return this.form.elements._token?.value ?? "";
  }

  get key() {
    return nameOf(this.account, this.address, this.token);
  }

  get isChanged() {
    // A refused form in which nothing was typed or ticked has nothing to keep.
    const fields = fieldsOf(this.form);
    return (this.unsaved && textOf(fields) !== "") || essence(fields) !== this.opened;
  }

  listen() {
    const later = () => {
      this.leaves = false;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.store(), 400);
    };
    this.form.addEventListener("input", later);
    // The admin's widgets trigger change events through jQuery only.
    if ($) $(this.form).on("change", later);
    else this.form.addEventListener("change", later);
    for (const event of ["formset:added", "formset:removed"]) document.addEventListener(event, later);
    this.form.addEventListener("submit", (event) => {
      this.store();
      if (this.lacksRoom && !this.isAdmitted) {
        event.preventDefault();
        this.sendIfLoggedIn(event.submitter);
        return;
      }
      this.isAdmitted = false;
      this.leaves = true;
      // Needed again after “Back” if the form adds a record, or if storage was full.
      this.mark(this.adds || (this.isChanged && !read(this.key)) ? fieldsOf(this.form) : null);
    });
    addEventListener("pagehide", () => this.store());
    document.addEventListener("visibilitychange", () => document.hidden && this.store());
    addEventListener("beforeunload", (event) => {
      if (!this.leaves && this.isChanged) event.preventDefault();
    });
  }

  store() {
    clearTimeout(this.timer);
    if (this.isReadOnly || this.leaves) return;
    this.lacksRoom = false;
    if (!this.isChanged) {
      if (read(this.key)) end(this.key, "discarded");
      return;
    }
    const { key, address, revision } = this;
    const typed = this.adds && this.form.elements.title?.value.trim();
    const title = typed ? `${this.title} · ${typed}` : this.title;
    const draft = { at: Date.now(), title, address, revision, fields: fieldsOf(this.form) };
    this.lacksRoom = !saveDraft(key, draft);
    remember(lacking, this.lacksRoom ? address : "");
    if (!this.lacksRoom) document.querySelector(".draft-full")?.remove();
    // In the bar of buttons, which stays in view wherever one types.
    else if (!document.querySelector(".draft-full")) this.show("full", this.form.querySelector(".submit-bar .submit-row"));
    this.mark(null);
  }

  /* Submit a form without a stored draft only if the session is still valid, else keep it on the page. */
  async sendIfLoggedIn(submitter) {
    document.querySelector(".draft-lapsed")?.remove();
    try {
      const answer = await fetch(location.href, { redirect: "manual", cache: "no-store" });
      if (answer.type === "opaqueredirect") {
        this.show("lapsed").focus();
        return;
      }
      // A new login has changed the CSRF token.
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const token = page.querySelector("[name=csrfmiddlewaretoken]")?.value;
      if (token) this.form.elements.csrfmiddlewaretoken.value = token;
    } catch {
      // Without a connection the browser displays its own error page, with a way back.
    }
    this.isAdmitted = true;
    this.form.requestSubmit(submitter);
  }

  /* Record the form of this page in the state of its history entry. */
  mark(fields) {
    const { account, address, token } = this;
    try {
      history.replaceState({ ...history.state, draft: { account, address, token, fields, at: Date.now() } }, "");
    } catch {
      history.replaceState({ ...history.state, draft: { account, address, token } }, "");
    }
  }

  show(name, bar = null) {
    const shown = this.holder.querySelector(`template[data-${name}]`).content.cloneNode(true).firstElementChild;
    if (bar) bar.prepend(shown);
    else this.holder.append(shown);
    return shown;
  }

  discard(key) {
    end(key, "discarded");
    history.replaceState({ ...history.state, draft: null }, "");
  }

  offer(draft) {
    const shown = this.show("offer");
    const outdated = draft.revision !== this.revision;
    shown.querySelector("time").textContent = moment(draft);
    // Drafts of new records differ by what was typed as a title.
    shown.querySelector("[data-draft-title]").textContent = this.adds ? draft.title : "";
    shown.querySelector("pre").textContent = textOf(draft.fields);
    shown.querySelector("[data-outdated]").hidden = !outdated;
    const restore = shown.querySelector("[data-restore]");
    restore.hidden = this.isReadOnly;
    restore.addEventListener("click", () => {
      shown.remove();
      if (outdated && draft.fields.some(({ name }) => name === "_base")) this.reopen(draft);
      else this.restore(draft);
    });
    shown.querySelector("[data-discard]").addEventListener("click", ({ target }) => {
      if (!confirm(target.dataset.question)) return;
      this.discard(draft.key);
      shown.remove();
      focusHeading();
    });
  }

  restore(draft) {
    const leftOut = applyFields(this.form, draft.fields);
    // The token of the form, and the fingerprints it was opened on if the server compares no rows.
    for (const { name, value } of draft.fields.filter(({ name }) => ["_token", "_opened_on"].includes(name))) {
      if (this.form.elements[name]) this.form.elements[name].value = value;
    }
    this.acquireLock();
    this.store();
    const shown = this.show("restored");
    shown.querySelector("time").textContent = moment(draft);
    shown.focus();
    shown.querySelector("[data-left-out]").hidden = !leftOut.length;
    shown.querySelector("pre").textContent = textOf(leftOut);
    shown.querySelector("[data-discard]").addEventListener("click", ({ target }) => {
      if (!confirm(target.dataset.question)) return;
      this.discard(this.key);
      this.leaves = true;
      location.replace(location.pathname + location.search);
    });
  }

  /* Request the form in its original state, so that later changes by others are detected when it is saved. */
  reopen(draft) {
    const request = document.createElement("form");
    Object.assign(request, { method: "post", hidden: true });
    const sent = { _reopen: "1", csrfmiddlewaretoken: this.form.elements.csrfmiddlewaretoken.value };
    for (const name of ["_base", "_filled", "_token"]) sent[name] = draft.fields.find((field) => field.name === name)?.value ?? "";
    for (const [name, value] of Object.entries(sent)) {
      request.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
    document.body.append(request);
    this.leaves = true;
    request.submit();
  }

  /* Called when the widgets of the page exist. */
  async begin() {
    this.acquireLock();
    const own = read(this.key);
    if (own && !this.unsaved) {
      // The form requested by `reopen`.
      this.restore(own);
      return;
    }
    // A link to the current page keeps its history state, but requests a new form.
    const wentBack = ["back_forward", "reload"].includes(performance.getEntriesByType("navigation")[0]?.type);
    const here = wentBack && history.state?.draft;
    if (!wentBack) history.replaceState({ ...history.state, draft: null }, "");
    if (here && !this.unsaved && here.account === this.account && here.address === this.address) {
      const draft = read(nameOf(this.account, this.address, here.token));
      if (draft && draft.revision === this.revision && !this.isReadOnly) {
        this.restore(draft);
        return;
      }
      if (!draft && this.adds && here.fields && endOf(here.token) === "saved") {
        applyFields(this.form, here.fields);
        this.form.elements._token.value = here.token;
        // The form is saved in its present state.
        this.opened = essence(fieldsOf(this.form));
        this.show("sent");
        return;
      }
      if (!draft && here.fields && !endOf(here.token)) {
        // The history state has the only copy, because storage was full.
        this.restore({ at: here.at, fields: here.fields });
        return;
      }
    }
    for (const draft of draftsOf(this.account, this.address)) {
      if (draft.key !== this.key && !(await this.isOpenElsewhere(draft))) this.offer(draft);
    }
    if (this.unsaved) this.store();
  }

  /* Lock the draft, so that other pages do not offer it while this one is open. */
  acquireLock() {
    navigator.locks?.request(this.key, () => new Promise(() => {}));
  }

  async isOpenElsewhere({ key }) {
    if (!navigator.locks) return false;
    try {
      // A page that was just left releases its lock in a moment.
      return await navigator.locks.request(key, { signal: AbortSignal.timeout(500) }, () => false);
    } catch {
      return true;
    }
  }
}

/* The button that had the focus is gone. */
function focusHeading() {
  const heading = document.querySelector("main h1");
  if (heading) Object.assign(heading, { tabIndex: -1 }).focus();
}

/* The time of a draft in the site's time zone, with seconds to distinguish drafts. */
function moment({ at }) {
  const { timeZone } = document.querySelector("[data-time-zone]").dataset;
  return new Date(at).toLocaleString(document.documentElement.lang, { timeZone, dateStyle: "long", timeStyle: "medium" });
}

/* The list of all drafts of the account, on the index page. */
function list(section) {
  const drafts = draftsOf(section.dataset.browserDrafts);
  section.hidden = !drafts.length;
  for (const [at, draft] of drafts.entries()) {
    const alike = drafts.slice(0, at).filter((one) => one.title === draft.title && moment(one) === moment(draft)).length;
    const line = section.querySelector("template").content.cloneNode(true).firstElementChild;
    Object.assign(line.querySelector("a"), { href: draft.address, textContent: draft.title });
    line.querySelector("time").textContent = moment(draft) + (alike ? ` (${alike + 1})` : "");
    line.querySelector("pre").textContent = textOf(draft.fields);
    line.querySelector("[data-discard]").addEventListener("click", ({ target }) => {
      if (!confirm(target.dataset.question)) return;
      end(draft.key, "discarded");
      line.remove();
      section.hidden = !section.querySelector("li");
      focusHeading();
    });
    section.querySelector("ul").append(line);
  }
}

/* Logout: the account whose drafts the following page deletes. */
const leaving = "draft-account";
document.getElementById("logout-form")?.addEventListener("submit", (event) => {
  const { account, question } = document.querySelector("#user-tools [data-account]").dataset;
  if (draftsOf(account).length && !confirm(question)) event.preventDefault();
  else remember(leaving, account);
});
if (document.querySelector("[data-logged-out]")) {
  const account = recall(leaving);
  if (account) for (const { key } of draftsOf(account)) end(key, "discarded");
}
remember(leaving, "");

function remember(name, value) {
  try {
    sessionStorage.setItem(name, value);
  } catch {
    // Storage is disabled.
  }
}

function recall(name) {
  try {
    return sessionStorage.getItem(name);
  } catch {
    return null;
  }
}

/* An error page in response to a form says whether there is a draft of it. */
for (const section of document.querySelectorAll("[data-draft-form]")) {
  const address = section.dataset.draftForm;
  // A stored draft may be older than the input, if storage was full.
  const isStored = hasDraft(address) && ![address, address.split("?")[0]].includes(recall(lacking));
  section.querySelector("[data-draft-found]").hidden = !isStored;
  const other = section.querySelector("[data-draft-missing]");
  if (other) other.hidden = isStored;
}

removeSaved();
removeOld();
addEventListener("focus", removeSaved);

const forms = [...document.querySelectorAll("[data-draft-of]")].map((holder) => new DraftForm(holder));
// The admin creates some widgets when jQuery is ready, others when the page is loaded.
const loaded = new Promise((done) => (document.readyState === "complete" ? done() : addEventListener("load", done)));
const ready = new Promise((done) => ($ ? $(done) : done()));
Promise.all([loaded, ready, recover()]).then(() => {
  for (const section of document.querySelectorAll("[data-browser-drafts]")) list(section);
  forms.forEach((form) => form.begin());
});
// A form that was added to the page, such as that of a comment.
document.addEventListener("form:added", ({ target }) => {
  removeSaved();
  for (const holder of target.querySelectorAll("[data-draft-of]")) {
    const form = new DraftForm(holder);
    forms.push(form);
    form.begin();
  }
});
addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  removeSaved();
  for (const form of forms) {
    const saved = form.leaves && !read(form.key);
    form.leaves = false;
    // The saved record differs from the form by now.
    if (saved && !form.adds) location.reload();
  }
});
