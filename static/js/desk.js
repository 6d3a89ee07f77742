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
