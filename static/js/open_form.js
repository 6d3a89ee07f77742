// While the form of a record is open and visible, asks now and then who else has it open and what was saved meanwhile.

const INTERVAL = 25_000;

class OpenForm {
  constructor(place) {
    this.place = place;
    this.form = place.closest("form");
    this.asked = 0;
    this.ask();
    setInterval(() => this.ask(), INTERVAL);
    document.addEventListener("visibilitychange", () => this.ask());
  }

  async ask() {
    if (document.hidden || Date.now() - this.asked < INTERVAL - 1000) return;
    this.asked = Date.now();
    const { csrfmiddlewaretoken, _read } = this.form.elements;
    const body = new URLSearchParams({ csrfmiddlewaretoken: csrfmiddlewaretoken.value, _read: _read?.value ?? "" });
    try {
      const answer = await fetch(this.place.dataset.openForm, { method: "POST", body });
      // An expired session redirects to the log-in.
      if (answer.ok && !answer.redirected) this.show(await answer.json());
    } catch {
      // Without a connection nothing is known.
    }
  }

  show({ editing = "", saved = "" }) {
    const state = `${editing} ${saved}`;
    if (state === this.state) return;
    this.state = state;
    for (const old of this.place.querySelectorAll("p")) old.remove();
    for (const text of [editing, saved].filter(Boolean)) {
      const line = this.place.querySelector("template").content.cloneNode(true).firstElementChild;
      line.querySelector("span").textContent = text;
      Object.assign(line.querySelector("a"), { href: this.place.dataset.history, hidden: text !== saved });
      this.place.append(line);
    }
  }
}

for (const place of document.querySelectorAll("[data-open-form]")) new OpenForm(place);
