// Brings htmx once the page has loaded, so that it delays no picture and no word: data-src names its file.
// Until it is there, and without this script, its forms are plain forms.
const source = document.currentScript.dataset.src;

function bring() {
  const script = document.createElement("script");
  script.src = source;
  document.head.append(script);
}

if (document.readyState === "complete") bring();
else addEventListener("load", bring, { once: true });
