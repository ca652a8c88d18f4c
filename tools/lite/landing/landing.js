// Keeps the course in this browser, so that it works without its server; and forgets her work when she asks for it.

const CACHE = "precache"; // the service worker's, in which it looks first
const STORED = "JupyterLite Storage - "; // what JupyterLite calls its databases, before the site's path
const HERE = new URL("./", location);
const LIST = new URL("api/kept.json", HERE).href; // address: [bytes, hash]; asked for past the service worker

const keeping = document.querySelector("#keeping");
const keepButton = document.querySelector("#keep");
const megabytes = bytes => Math.round(bytes / 1e6);

function say(words, done = 1, all = 1) {
    keeping.querySelector("span").textContent = words;
    keeping.classList.add("said");
    keeping.classList.toggle("busy", done < all);
    keeping.querySelector("progress").value = done / all;
}

// Where the browser is told to save data, nothing is fetched that she has not asked for.
async function askedFor(bytes) {
    say("This browser saves data, so the course is not kept in it yet, and needs its server.");
    keepButton.textContent = `Keep the course: ${megabytes(bytes)} MB`;
    keepButton.hidden = false;
    await new Promise(resolve => keepButton.addEventListener("click", resolve, { once: true }));
    keepButton.hidden = true;
}

const listed = answer => answer ? answer.json() : {};

// Fetches what is new, and drops what an earlier release had; only what is below this page, which may have neighbours.
async function keep() {
    // As JupyterLite registers it, so that there is one.
    await navigator.serviceWorker.register(new URL("service-worker.js?enableCache=true", HERE));
    await navigator.serviceWorker.ready;
    const cache = await caches.open(CACHE), before = await listed(await cache.match(LIST));
    const answer = await fetch(LIST, { cache: "no-store" }), now = await listed(answer.clone());
    const there = new Set((await cache.keys()).map(({ url }) => url));
    const address = path => new URL(path, HERE).href;
    const wanted = Object.entries(now)
        .filter(([path, [, hash]]) => before[path]?.[1] !== hash || !there.has(address(path)));
    const all = wanted.reduce((sum, [, [size]]) => sum + size, 0);
    if (navigator.connection?.saveData && !Object.keys(before).length) await askedFor(all);
    let done = 0;
    for (const [path, [size]] of wanted) {
        say(`Works offline after loading: ${megabytes(done)} of ${megabytes(all)} MB.`, done, all);
        await cache.delete(address(path));
        await cache.add(new Request(address(path), { cache: "reload" }));
        done += size;
    }
    const current = new Set(Object.keys(now).map(address));
    if (wanted.length)
        for (const url of there) if (url.startsWith(HERE.href) && !current.has(url)) await cache.delete(url);
    await cache.put(LIST, answer);
}

async function sayWhetherKept() {
    if (!navigator.serviceWorker) {
        say("This browser does not keep the course: that needs https or localhost, and no private window.");
        return;
    }
    try {
        await keep();
    } catch (error) {
        if (!(await caches.match(LIST).catch(() => null))) {
            say(`The course is not kept in this browser, and needs its server: ${error.message}`);
            return;
        }
    }
    say("Kept in this browser: the course works offline.");
}

function forgotten(name) {
    return new Promise((resolve, reject) => {
        const asked = indexedDB.deleteDatabase(name);
        asked.onsuccess = resolve;
        asked.onerror = () => reject(asked.error);
    });
}

async function startOver() {
    // Every page that has her files open holds a lock: it would write them again. Without https there are no locks.
    const others = navigator.locks ? "" : " Close the other tabs of this course first.";
    if (!confirm(`All that you have changed in the lessons goes, and they are as they were.${others} Go on?`)) return;
    const said = document.querySelector("#started-over");
    const whenAlone = act => navigator.locks?.request(HERE.pathname, { ifAvailable: true }, act) ?? act(true);
    await whenAlone(async lock => {
        if (!lock) {
            said.textContent = "Close the other tabs of this course, and try again.";
            return;
        }
        const names = (await indexedDB.databases()).map(({ name }) => name);
        if (names.includes(STORED + HERE.pathname)) await forgotten(STORED + HERE.pathname);
        said.textContent = "The lessons are as they were.";
    });
}

document.querySelector("#start-over").addEventListener("click", startOver);
sayWhetherKept();
