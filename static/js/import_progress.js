// Follows the job of a large import: fetches its page now and then, and goes to the result once the job has ended.

const INTERVAL = 1_500;
const place = document.querySelector("[data-import-progress]");

async function follow() {
  if (!document.hidden) {
    try {
      // Followed by the browser itself, which shows the messages that come with it.
      const answer = await fetch(location.href, { redirect: "manual" });
      if (answer.type === "opaqueredirect") return location.reload();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const news = page.querySelector("[data-import-progress]");
      // The job has failed or was cancelled.
      if (!news) return location.reload();
      show(news);
    } catch {
      // Without a connection nothing is known; the next time it may be back.
    }
  }
  setTimeout(follow, INTERVAL);
}

function show(news) {
  const [status, newStatus] = [place, news].map((one) => one.querySelector("[role=status]"));
  // Read out only when it changes.
  if (status.textContent.trim() !== newStatus.textContent.trim()) status.textContent = newStatus.textContent.trim();
  for (const old of place.querySelectorAll(":scope > :not([role=status])")) old.remove();
  place.append(...[...news.children].filter((child) => !child.matches("[role=status]")));
}

setTimeout(follow, INTERVAL);
