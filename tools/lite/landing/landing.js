// Keeps the course in this browser, so that it works without its server; and forgets her work when she asks for it.

const CACHE = "precache"; // the service worker's, in which it looks first
const STORED = "JupyterLite Storage - "; // what JupyterLite calls its databases, before the site's path
const HERE = new URL("./", location);

const keeping = document.querySelector("#keeping");
const megabytes = bytes => Math.round(bytes / 1e6);

function say(words, done, all) {
    keeping.querySelector("span").textContent = words;
    keeping.classList.toggle("busy", done < all);
    if (all) keeping.querySelector("progress").value = done / all;
}

// The addresses that are not kept yet, each with its size; what an earlier release kept of Python is dropped.
async function missing(cache) {
    const sizes = await (await fetch("kept.json", { cache: "no-cache" })).json();
    const wanted = new Map(Object.entries(sizes).map(([path, size]) => [new URL(path, HERE).href, size]));
    for (const { url } of await cache.keys())
        if (url.includes("/static/pyodide-") && !wanted.has(url)) await cache.delete(url);
        else wanted.delete(url);
    return wanted;
}

async function keep() {
    // As JupyterLite registers it, so that there is one.
    await navigator.serviceWorker.register(new URL("service-worker.js?enableCache=true", HERE), { type: "classic" });
    await navigator.serviceWorker.ready;
    const cache = await caches.open(CACHE), wanted = await missing(cache);
    const all = [...wanted.values()].reduce((sum, size) => sum + size, 0);
    let done = 0;
    for (const [url, size] of wanted) {
        say(`Works offline after loading: ${megabytes(done)} of ${megabytes(all)} MB.`, done, all);
        await cache.add(url);
        done += size;
    }
    say("Kept in this browser: the course works offline.", 1, 1);
}

function forgotten(name) {
    return new Promise((resolve, reject) => {
        const asked = indexedDB.deleteDatabase(name);
        asked.onsuccess = resolve;
        asked.onblocked = asked.onerror = () => reject(new Error("Close the other tabs of this course, and try again."));
    });
}

async function startOver() {
    if (!confirm("All that you have changed in the lessons goes, and they are as they were. Go on?")) return;
    const said = document.querySelector("#started-over");
    try {
        for (const { name } of await indexedDB.databases())
            if (name === STORED + HERE.pathname) await forgotten(name);
        said.textContent = "The lessons are as they were.";
    } catch (error) {
        said.textContent = error.message;
    }
}

document.querySelector("#start-over").addEventListener("click", startOver);
if (navigator.serviceWorker) keep().catch(() => say("Not kept in this browser: it needs its server.", 1, 1));
else say("This browser keeps nothing offline: that needs https, or localhost.", 1, 1);
