// While the form of a record is open and visible, asks now and then who else has it open and what was saved meanwhile. Says
// when it is closed.

const INTERVAL = 25_000;

class OpenForm {
  constructor(place) {
    this.place = place;
    this.form = place.closest("form");
    this.asked = 0;
    this.ask();
    setInterval(() => this.ask(), INTERVAL);
    document.addEventListener("visibilitychange", () => this.ask());
    window.addEventListener("pagehide", () => navigator.sendBeacon(this.place.dataset.openForm, this.body({ closed: "yes" })));
    window.addEventListener("pageshow", ({ persisted }) => {
      if (!persisted) return;
      this.asked = 0;
      this.ask();
    });
  }

  async ask() {
    if (document.hidden || Date.now() - this.asked < INTERVAL - 1000) return;
    this.asked = Date.now();
    try {
      const answer = await fetch(this.place.dataset.openForm, { method: "POST", body: this.body() });
      // An expired session redirects to the log-in.
      if (answer.ok && !answer.redirected) this.show(await answer.json());
    } catch {
      // Without a connection nothing is known.
    }
  }

  body(more = {}) {
    const { csrfmiddlewaretoken, _read } = this.form.elements;
    return new URLSearchParams({ csrfmiddlewaretoken: csrfmiddlewaretoken.value, _read: _read?.value ?? "", ...more });
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
