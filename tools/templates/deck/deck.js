// Space, right and left go through the slides, part by part; up and down scroll within one; "?" lists the rest.
const motion = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
const scroll = pixels => () => Reveal.getCurrentSlide().scrollBy({ top: pixels, behavior: motion });

// Scroll to the part that appeared last: to its end, but not beyond its beginning.
function follow() {
    const slide = Reveal.getCurrentSlide(), last = [...slide.querySelectorAll(".fragment.visible")].at(-1);
    const top = slide.getBoundingClientRect().top, scale = Reveal.getScale();
    const within = y => (y - top) / scale + slide.scrollTop;
    const { top: start, bottom: end } = (last ?? slide).getBoundingClientRect();
    const wanted = Math.min(within(start) - 16, within(end) - slide.clientHeight + 32);
    slide.scrollTo({ top: last ? Math.max(wanted, 0) : 0, behavior: motion });
    // Below, what the slide is about: its heading may be out of sight by now.
    document.querySelector(".heading").textContent = slide.querySelector("h2, h3")?.textContent ?? "";
}

for (const change of ["ready", "slidechanged", "fragmentshown", "fragmenthidden"]) Reveal.on(change, follow);
Reveal.initialize({
    width: 1280,
    height: 720,
    margin: 0.07,
    center: false,
    transition: "none",
    hash: true,
    fragmentInURL: true,
    slideNumber: "c/t",
    controlsLayout: "edges",
    controlsTutorial: false,
    keyboard: { 38: scroll(-240), 40: scroll(240) },
});
