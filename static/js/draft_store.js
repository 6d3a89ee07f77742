// Where drafts lie in this browser: in localStorage, which is there at once, with a copy in IndexedDB, which is on the
// disk at once. A draft is named after account, address of the form and token.

const PREFIX = "draft:";
const SAVED = "saved-form-";
const ENDED = "ended-draft:";
const LONGEST_KEPT = 30 * 24 * 3600 * 1000;

export const nameOf = (account, address, token) => `${PREFIX}${account}:${address}:${token}`;

/* Whether any account has a draft of the form at this address. */
export const hasDraft = (address) =>
  // Of a record without what the address asks besides, as for a pop-up window.
  [address, address.split("?")[0]].some((form) =>
    keysOf(PREFIX).some((key) => key.slice(key.indexOf(":", PREFIX.length) + 1).startsWith(`${form}:`)),
  );

function keysOf(prefix) {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  } catch {
    return []; // Storage is switched off.
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

/* Keep a draft; false where localStorage has no room for it. */
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
    // Storage is full or switched off.
  }
}

/* Let a draft go, and remember whether it was saved or discarded: the page that it was typed into may be gone back to. */
export function end(key, how) {
  try {
    localStorage.removeItem(key);
  } catch {
    // Without storage there was no draft.
  }
  markEnded(tokenOf(key), how);
  durable((drafts) => drafts.delete(key));
}

export const endOf = (token) => read(ENDED + token)?.how;

export function removeSaved() {
  for (const [, token] of document.cookie.matchAll(new RegExp(`${SAVED}([0-9a-f-]+)=`, "g"))) {
    for (const key of keysOf(PREFIX)) if (key.endsWith(`:${token}`)) end(key, "saved");
    markEnded(token, "saved");
    document.cookie = `${SAVED}${token}=; path=/admin/; max-age=0`;
  }
}

export function removeOld() {
  for (const key of [...keysOf(PREFIX), ...keysOf(ENDED)]) {
    if (!(read(key)?.at > Date.now() - LONGEST_KEPT)) localStorage.removeItem(key);
  }
}

/* The copy on the disk. */

const opened = new Promise((done) => {
  try {
    const request = indexedDB.open("drafts", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("drafts");
    request.onsuccess = () => done(request.result);
    request.onerror = request.onblocked = () => done(null);
  } catch {
    done(null); // Storage is switched off.
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
    // The copy is a second one.
  }
}

/* After a crash the copy on the disk may be newer, or the only one. */
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
