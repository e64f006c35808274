// <product-gallery>: marks the thumbnail of the picture in view and opens pictures in a full-screen view.
// There: left and right arrows, Home and End, Enter or a click to zoom, Escape to close; focus returns to
// the picture that was opened. Without this script the strip scrolls, and each picture is a link.
class ProductGallery extends HTMLElement {
  connectedCallback() {
    this.strip = this.querySelector(".gallery-strip");
    this.links = [...this.querySelectorAll(".gallery-open")];
    this.thumbs = [...this.querySelectorAll(".gallery-thumbs a")];
    this.thumbs.forEach((thumb, index) => thumb.addEventListener("click", (event) => this.jump(event, index)));
    this.links.forEach((link, index) => link.addEventListener("click", (event) => this.open(event, index)));
    this.strip.addEventListener("keydown", (event) => this.walk(event));
    this.strip.addEventListener("scroll", () => this.mark(this.inView()), { passive: true });
  }

  inView() {
    return Math.round(Math.abs(this.strip.scrollLeft) / this.strip.clientWidth);
  }

  mark(index) {
    this.thumbs.forEach((thumb, n) => {
      if (n === index) thumb.setAttribute("aria-current", "true");
      else thumb.removeAttribute("aria-current");
    });
  }

  bringIntoView(index) {
    const picture = this.links[index];
    if (picture) this.strip.scrollTo({ left: picture.parentElement.offsetLeft - this.strip.offsetLeft });
  }

  jump(event, index) {
    event.preventDefault();
    this.bringIntoView(index);
    this.mark(index);
  }

  walk(event) {
    if (event.target !== this.strip) return;
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    this.bringIntoView(this.inView() + step);
  }

  open(event, index) {
    event.preventDefault();
    this.dialog ??= this.makeDialog();
    this.opened = index;
    this.show(index);
    this.dialog.showModal();
  }

  makeDialog() {
    const dialog = document.createElement("dialog");
    dialog.className = "lightbox";
    dialog.append(this.button("previous", "‹", -1), this.button("next", "›", 1), this.closer());
    this.large = document.createElement("img");
    this.stage = document.createElement("button");
    this.stage.className = "lightbox-stage";
    this.stage.append(this.large);
    this.stage.addEventListener("click", () => this.zoom());
    dialog.append(this.stage);
    dialog.addEventListener("keydown", (event) => this.steer(event));
    dialog.addEventListener("close", () => this.links[this.opened].focus());
    this.append(dialog);
    return dialog;
  }

  button(name, sign, step) {
    const button = document.createElement("button");
    button.className = `lightbox-button lightbox-${name}`;
    button.textContent = sign;
    button.ariaLabel = this.dataset[name];
    button.hidden = this.links.length < 2;
    button.addEventListener("click", () => this.show(this.opened + step));
    return button;
  }

  closer() {
    const button = document.createElement("button");
    button.className = "lightbox-button lightbox-close";
    button.textContent = "×";
    button.ariaLabel = this.dataset.close;
    button.addEventListener("click", () => this.dialog.close());
    return button;
  }

  show(index) {
    this.opened = (index + this.links.length) % this.links.length;
    const link = this.links[this.opened];
    const alt = link.querySelector("img").alt;
    this.large.src = link.href;
    this.large.alt = alt;
    this.dialog.ariaLabel = alt;
    this.stage.ariaLabel = `${this.dataset.zoom}: ${alt}`;
    this.stage.classList.remove("is-zoomed");
    this.bringIntoView(this.opened);
    this.mark(this.opened);
  }

  zoom() {
    const isZoomed = this.stage.classList.toggle("is-zoomed");
    this.stage.ariaPressed = String(isZoomed);
  }

  steer(event) {
    const last = this.links.length - 1;
    const goal = { ArrowRight: this.opened + 1, ArrowLeft: this.opened - 1, Home: 0, End: last }[event.key];
    if (goal === undefined || this.stage.classList.contains("is-zoomed")) return;
    event.preventDefault();
    this.show(goal);
  }
}

customElements.define("product-gallery", ProductGallery);
