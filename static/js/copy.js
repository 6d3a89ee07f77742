// A button beside each reference that copies it, with its italics where the clipboard takes them. Without this module
// there are no buttons. A page that is not served over HTTPS has no clipboard: there the reference is selected.
async function copy(text) {
  const plain = text.textContent.trim();
  if (globalThis.ClipboardItem && navigator.clipboard?.write) {
    const blob = (content, type) => new Blob([content], { type });
    const item = new ClipboardItem({
      "text/plain": blob(plain, "text/plain"),
      "text/html": blob(text.innerHTML.trim(), "text/html"),
    });
    await navigator.clipboard.write([item]);
  } else {
    await navigator.clipboard.writeText(plain);
  }
}

// The button last used tells what happened, the others nothing.
let clearStatus = () => {};

function addButton(text, words) {
  const name = text.closest("div").querySelector("dt").textContent;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "cite__copy";
  button.textContent = words.copy;
  button.setAttribute("aria-label", `${words.copy} ${name}`);
  const status = document.createElement("span");
  status.className = "cite__status";
  status.setAttribute("role", "status");
  text.after(button, status);
  let timer;
  const clear = () => {
    clearTimeout(timer);
    status.textContent = "";
  };
  button.addEventListener("click", async () => {
    clearStatus();
    clearStatus = clear;
    try {
      await copy(text);
      status.textContent = words.copied;
    } catch {
      getSelection().selectAllChildren(text);
      status.textContent = words.selected;
    }
    timer = setTimeout(clear, 5000);
  });
}

for (const box of document.querySelectorAll("[data-copy]")) {
  for (const text of box.querySelectorAll(".cite__text")) addButton(text, box.dataset);
}
