// Opens the comments of a field in a dialog beside the form, so that nothing typed there is left. Without this script,
// their page opens in a tab of its own.

const dialogs = new Map();

async function request(address, options) {
  const answer = await fetch(address, { cache: "no-store", ...options });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const comments = page.getElementById("comments");
  // The log-in, or an error page.
  if (!comments) throw new Error(answer.url);
  return { comments, title: page.querySelector("h1")?.textContent ?? "", address: answer.url.split("#")[0] };
}

function fill(dialog, { comments, title, address }) {
  dialog.dataset.address = address;
  dialog.querySelector("h2").textContent = title;
  dialog.querySelector("#comments, .comments-place").replaceWith(document.adoptNode(comments));
  dialog.dispatchEvent(new Event("form:added", { bubbles: true }));
  dialog.querySelector("[data-failed]").hidden = true;
  dialog.querySelector(".errorlist, textarea")?.scrollIntoView({ block: "nearest" });
  dialog.querySelector("textarea")?.focus();
}

/* Post a form of the dialog; once more with the new CSRF token if there has been a log-in in another tab. */
async function post(address, form, submitter, page) {
  const send = () => request(address, { method: "POST", body: new FormData(form, submitter) });
  try {
    return await send();
  } catch {
    const { comments } = await request(page);
    form.elements.csrfmiddlewaretoken.value = comments.querySelector("[name=csrfmiddlewaretoken]").value;
    return send();
  }
}

function makeDialog(link) {
  const template = document.querySelector("template[data-comments-dialog]");
  const dialog = template.content.cloneNode(true).firstElementChild;
  const show = (answer) =>
    answer
      .then((found) => fill(dialog, found))
      // As without the script; what was typed is kept as a draft.
      .catch(() => { dialog.querySelector("[data-failed]").hidden = false; });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    const inside = event.target.closest("#comments a[href]");
    if (!inside || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    show(request(new URL(inside.getAttribute("href"), dialog.dataset.address)));
  });
  // After the listeners of the form, which store its draft.
  let isSending = false;
  dialog.addEventListener("submit", async (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    if (isSending) return;
    isSending = true;
    const { address } = dialog.dataset;
    const target = new URL(event.target.getAttribute("action") ?? address, address);
    await show(post(target, event.target, event.submitter, address));
    isSending = false;
  });
  dialog.addEventListener("close", () => refresh(link));
  document.body.append(dialog);
  return dialog;
}

/* After the dialog the link says how many comments are open now, also if the dialog has gone on to those of the whole record. */
async function refresh(link) {
  const field = new URL(link.href).searchParams.get("field") ?? "";
  let comments = dialogs.get(link.href).querySelector("#comments");
  try {
    if (comments.dataset.field !== field) ({ comments } = await request(link.href));
    link.textContent = comments.dataset.label.trim();
  } catch {
    // It says what it said before.
  }
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-comments]");
  if (!link || event.ctrlKey || event.metaKey || !document.querySelector("template[data-comments-dialog]")) return;
  event.preventDefault();
  const known = dialogs.get(link.href);
  if (known) {
    known.showModal();
    known.querySelector("textarea")?.focus();
    return;
  }
  try {
    const found = await request(link.href);
    const dialog = makeDialog(link);
    dialogs.set(link.href, dialog);
    dialog.showModal();
    fill(dialog, found);
  } catch {
    open(link.href, "_blank", "noopener");
  }
});
