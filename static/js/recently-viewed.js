// <recently-viewed>: remembers the instruments looked at, in this browser alone, and shows the last ones.
// Attributes: data-url, data-title, data-picture of the page at hand. Nothing is sent anywhere.
const KEY = "recently-viewed";
const SHOWN = 4;

class RecentlyViewed extends HTMLElement {
  connectedCallback() {
    const here = { url: this.dataset.url, title: this.dataset.title, picture: this.dataset.picture };
    const others = this.read().filter((seen) => seen.url !== here.url);
    this.write([here, ...others].slice(0, SHOWN + 1));
    this.show(others.slice(0, SHOWN));
  }

  read() {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY)) ?? [];
      return kept.filter((seen) => seen.url?.startsWith("/products/") && seen.title);
    } catch {
      return [];
    }
  }

  write(list) {
    try {
      localStorage.setItem(KEY, JSON.stringify(list));
    } catch {
      // storage is off: nothing is remembered
    }
  }

  show(list) {
    const card = this.querySelector("template").content;
    for (const seen of list) {
      const made = card.cloneNode(true);
      made.querySelector("a").href = seen.url;
      made.querySelector("a").textContent = seen.title;
      const picture = made.querySelector("img");
      if (seen.picture?.startsWith("/media/")) picture.src = seen.picture;
      else picture.remove();
      this.querySelector("ul").append(made);
    }
    this.firstElementChild.hidden = list.length === 0;
  }
}

customElements.define("recently-viewed", RecentlyViewed);
