// Brings htmx once the page has loaded and the browser rests, so that it delays no picture and no word.
// data-src names its file. Until it is there, and without this script, its forms are plain forms.
const source = document.currentScript.dataset.src;
const whenIdle = window.requestIdleCallback ?? setTimeout;

function bring() {
  const script = document.createElement("script");
  script.src = source;
  document.head.append(script);
}

if (document.readyState === "complete") whenIdle(bring);
else addEventListener("load", () => whenIdle(bring), { once: true });
