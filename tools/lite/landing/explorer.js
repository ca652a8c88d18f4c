// The explorer without the notebook around it: JupyterLite runs one cell in a frame, and nothing but its output is shown.

const OUTPUT = ".jp-OutputArea-output";
const ONLY_THE_OUTPUT = `
    html, body { height: auto !important; overflow: auto !important; }
    body:has(${OUTPUT}) > :not(:has(${OUTPUT})), body :has(${OUTPUT}) > :not(${OUTPUT}, :has(${OUTPUT})) {
        display: none !important;
    }
    :is(#main, #main *):has(${OUTPUT}), #main ${OUTPUT} {
        display: block !important; position: static !important; contain: none !important; overflow: visible !important;
        width: auto !important; height: auto !important; min-height: 0 !important; margin: 0 !important;
        padding: 0 !important; max-width: none !important; border: 0 !important; background: none !important; box-shadow: none !important;
    }
`;
const frame = document.querySelector("iframe");
const phase = document.querySelector("#phase");

const LONGEST = 180_000; // milliseconds, on a slow line

async function until(found) {
    for (const end = Date.now() + LONGEST; Date.now() < end; ) {
        const value = found();
        if (value) return value;
        await new Promise(resolve => setTimeout(resolve, 100));
    }
    throw new Error("it took too long");
}

async function start() {
    const app = await until(() => frame.contentWindow?.jupyterapp);
    await app.started;
    const panel = await until(() => app.shell.currentWidget?.content?.widgets?.length && app.shell.currentWidget);
    // JupyterLab calls its cells a feed, which consists of articles (WAI-ARIA 1.2); they are none.
    for (const part of frame.contentDocument.querySelectorAll("[role=feed]")) part.removeAttribute("role");
    frame.contentDocument.head.append(Object.assign(document.createElement("style"), { textContent: ONLY_THE_OUTPUT }));
    // The notebook that nobody sees has keys of its own, which would change it.
    frame.contentWindow.addEventListener("keydown", event => {
        if (!event.target.closest?.("input, textarea, select, button")) event.stopImmediatePropagation();
    }, true);
    phase.textContent = "Starting Python, which takes up to half a minute the first time";
    await until(() => panel.sessionContext.session?.kernel?.status === "idle");
    // A JSON string is a Python string as well.
    const query = JSON.stringify(location.search.slice(1));
    const cell = panel.content.widgets[0].model.sharedModel;
    cell.setSource(`from oauth_steps.explorer.address import page\n\npage(${query})`);
    await app.commands.execute("notebook:run-all-cells");
    await until(() => frame.contentDocument.querySelector(OUTPUT));
    panel.context.model.dirty = false; // or leaving would be asked about: there is nothing to save
    document.body.classList.add("shown");
}

start().catch(error => {
    document.querySelector("progress").hidden = true;
    phase.textContent = `It did not start: ${error.message}. Reload the page; if it fails again, its server is not `
        + "there, or this browser is too old.";
});
