// The storage of drafts: localStorage, which is synchronous, with a copy in IndexedDB, which is durable. The key of a
// draft consists of the account, the URL of the form and its token.

const PREFIX = "draft:";
const SAVED = "saved-form-";
const ENDED = "ended-draft:";
const LONGEST_KEPT = 30 * 24 * 3600 * 1000;

export const nameOf = (account, address, token) => `${PREFIX}${account}:${address}:${token}`;

/* Whether any account has a draft of the form at this URL. */
export const hasDraft = (address) =>
  // Also of the URL without its query string, such as that of a pop-up.
  [address, address.split("?")[0]].some((form) =>
    keysOf(PREFIX).some((key) => key.slice(key.indexOf(":", PREFIX.length) + 1).startsWith(`${form}:`)),
  );

function keysOf(prefix) {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  } catch {
    return []; // Storage is disabled.
  }
}

export function read(key) {
  try {
    const draft = JSON.parse(localStorage.getItem(key));
    return draft && { ...draft, key };
  } catch {
    return null;
  }
}

export function draftsOf(account, address = "") {
  const found = keysOf(`${PREFIX}${account}:${address && `${address}:`}`).map(read);
  return found.filter(Boolean).sort((one, other) => other.at - one.at);
}

/* Save a draft; false if localStorage is full. */
export function saveDraft(key, draft) {
  durable((drafts) => drafts.put(draft, key));
  try {
    localStorage.removeItem(ENDED + tokenOf(key));
  } catch {
    return false;
  }
  return write(key, draft);
}

const tokenOf = (key) => key.slice(key.lastIndexOf(":") + 1);

function markEnded(token, how) {
  try {
    localStorage.setItem(ENDED + token, JSON.stringify({ at: Date.now(), how }));
  } catch {
    // Storage is full or disabled.
  }
}

/* Delete a draft, and record whether it was saved or discarded, for when its page is opened again by “Back”. */
export function end(key, how) {
  try {
    localStorage.removeItem(key);
  } catch {
    // Storage is disabled: there was no draft.
  }
  markEnded(tokenOf(key), how);
  durable((drafts) => drafts.delete(key));
}

export const endOf = (token) => read(ENDED + token)?.how;

export function removeSaved() {
  for (const [, token] of document.cookie.matchAll(new RegExp(`${SAVED}([0-9a-f-]+)=`, "g"))) {
    for (const key of keysOf(PREFIX)) if (key.endsWith(`:${token}`)) end(key, "saved");
    markEnded(token, "saved");
    // The admin may be below a path, such as /history/admin/.
    const admin = location.pathname.replace(/\/admin\/.*/, "/admin/");
    document.cookie = `${SAVED}${token}=; path=${admin}; max-age=0`;
  }
}

export function removeOld() {
  for (const key of [...keysOf(PREFIX), ...keysOf(ENDED)]) {
    if (!(read(key)?.at > Date.now() - LONGEST_KEPT)) localStorage.removeItem(key);
  }
}

/* The durable copy in IndexedDB. */

const opened = new Promise((done) => {
  try {
    const request = indexedDB.open("drafts", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("drafts");
    request.onsuccess = () => done(request.result);
    request.onerror = request.onblocked = () => done(null);
  } catch {
    done(null); // Storage is disabled.
  }
});

async function durable(change) {
  const database = await opened;
  if (!database) return;
  try {
    const transaction = database.transaction("drafts", "readwrite", { durability: "strict" });
    change(transaction.objectStore("drafts"));
    transaction.commit();
  } catch {
    // localStorage still has the draft.
  }
}

/* After a crash the copy in IndexedDB may be newer, or the only one. */
export async function recover() {
  const database = await opened;
  if (!database) return;
  const drafts = database.transaction("drafts").objectStore("drafts");
  const all = (request) => new Promise((done) => { request.onsuccess = () => done(request.result); request.onerror = () => done([]); });
  const [keys, values] = await Promise.all([all(drafts.getAllKeys()), all(drafts.getAll())]);
  keys.forEach((key, at) => {
    const draft = values[at];
    const isEnded = endOf(tokenOf(key)) || !(draft.at > Date.now() - LONGEST_KEPT);
    if (isEnded) durable((store) => store.delete(key));
    else if (!(read(key)?.at >= draft.at)) write(key, draft);
  });
}

function write(key, draft) {
  try {
    localStorage.setItem(key, JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}
