/* What is pasted into the text editor: bold, italic, lists, links and headings stay, everything else goes.
   Google Docs says bold by style, and wraps all in a <b> that is none; Word writes lists as paragraphs. What the
   editor copied itself stays as it was. Pictures are refused with a sentence. The server cleans again. */
const GONE = "style, script, meta, link, title, xml, head, object, iframe, svg, math, template, noscript, audio, video";
const BLOCKS = /^(p|div|h[1-6]|ul|ol|li|table|thead|tbody|tfoot|tr|td|th|blockquote|pre|section|article|header|footer|main|aside|nav|figure|figcaption|dl|dt|dd|address|center|form|fieldset|hr)$/;
const REFUSED = "Pictures cannot be pasted into the text.";
const FIGURES = "Upload them further down, as figures, and write [figure 1] in a line of its own where the first one belongs.";

function parsed(html) {
  const inert = html
    .replace(/<style[\s\S]*?<\/style>/gi, "")
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/<[^>]+>/g, (tag) => tag.replace(/\sstyle\s*=/gi, " data-style="));
  const body = new DOMParser().parseFromString(inert, "text/html").body;
  body.querySelectorAll(GONE).forEach((element) => element.remove());
  return body;
}

function styleOf(element, name) {
  const found = (element.dataset?.style ?? "").match(new RegExp(`(?:^|[;\\s])${name}\\s*:\\s*([^;]+)`, "i"));
  return found ? found[1].trim().toLowerCase() : "";
}

function escaped(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

function marksOf(element, marks) {
  const weight = styleOf(element, "font-weight");
  const isBold = /^(b|strong)$/i.test(element.localName) || marks.bold;
  const isItalic = /^(i|em|cite)$/i.test(element.localName) || marks.italic;
  const slant = styleOf(element, "font-style");
  return {
    bold: weight ? /^(bold|bolder|[6-9]00)$/.test(weight) : isBold,
    italic: slant ? /^(italic|oblique)/.test(slant) : isItalic,
  };
}

function addressOf(link) {
  try {
    const address = new URL(link.getAttribute("href"));
    const isPassedOn = /(^|\.)google\.[a-z.]+$/.test(address.hostname) && address.pathname === "/url";
    const target = isPassedOn ? new URL(address.searchParams.get("q")) : address;
    return /^(https?|mailto|tel):$/.test(target.protocol) ? target.href : "";
  } catch {
    return "";
  }
}

/* The words of a run of nodes that hold no blocks. */
function inline(nodes, marks) {
  return [...nodes].map((node) => inlineOne(node, marks)).join("");
}

function inlineOne(node, marks) {
  if (node.nodeType === Node.TEXT_NODE) return marked(node.data.replace(/[ \t\r\n]+/g, " "), marks);
  if (node.nodeType !== Node.ELEMENT_NODE || /mso-list\s*:\s*ignore/i.test(node.dataset.style ?? "")) return "";
  if (node.localName === "br") return node.classList.contains("Apple-interchange-newline") ? "" : "<br>";
  const inner = inline(node.childNodes, marksOf(node, marks));
  const address = node.localName === "a" ? addressOf(node) : "";
  return address && inner.trim() ? `<a href="${escaped(address)}">${inner}</a>` : inner;
}

function marked(text, marks) {
  if (!text.trim()) return escaped(text);
  const italic = marks.italic ? `<em>${escaped(text)}</em>` : escaped(text);
  return marks.bold ? `<strong>${italic}</strong>` : italic;
}

function holdsBlocks(node) {
  return node.nodeType === Node.ELEMENT_NODE && (BLOCKS.test(node.localName) || [...node.children].some(holdsBlocks));
}

function paragraph(html, tag = "p") {
  const words = html.replace(/^(\s|<br>)+|(\s|<br>)+$/g, "");
  return words ? `<${tag}>${words}</${tag}>` : "";
}

/* Everything below an element, as paragraphs, headings and lists. */
function blocks(parent, marks) {
  const made = [];
  let run = [];
  const flush = () => {
    made.push(paragraph(inline(run, marks)));
    run = [];
  };
  const children = [...parent.childNodes];
  for (let at = 0; at < children.length; at += 1) {
    const child = children[at];
    if (!holdsBlocks(child)) {
      run.push(child);
      continue;
    }
    flush();
    const items = wordItems(children.slice(at));
    if (items.length) {
      made.push(nested(items, marks));
      at = children.indexOf(items.at(-1).element);
    } else made.push(block(child, marks));
  }
  flush();
  return made.join("");
}

function block(element, marks) {
  const heading = element.localName.match(/^h([1-6])$/);
  if (heading) return paragraph(inline(element.childNodes, { bold: false, italic: false }).replace(/<\/?strong>/g, ""), heading[1] < 3 ? "h2" : "h3");
  if (element.localName === "ul" || element.localName === "ol") return list(element, marks);
  if (element.localName === "hr") return "";
  return blocks(element, element.localName === "p" || BLOCKS.test(element.localName) ? marks : marksOf(element, marks));
}

function list(element, marks) {
  const items = [];
  for (const child of element.children) {
    if (/^[uo]l$/.test(child.localName) && items.length) items[items.length - 1] += list(child, marks);
    else if (child.textContent.trim()) items.push(blocks(child, marks));
  }
  const inner = items.filter(Boolean).map((item) => `<li>${item}</li>`).join("");
  return inner ? `<${element.localName}>${inner}</${element.localName}>` : "";
}

/* The items at the beginning of some nodes that Word wrote as paragraphs: level, kind of list, element. */
function wordItems(nodes) {
  const items = [];
  for (const node of nodes) {
    if (node.nodeType === Node.TEXT_NODE && !node.data.trim()) continue;
    const found = node.nodeType === Node.ELEMENT_NODE && styleOf(node, "mso-list").match(/level(\d)/);
    if (!found) break;
    const ignored = [...node.querySelectorAll("[data-style]")].find((one) => /mso-list\s*:\s*ignore/i.test(one.dataset.style));
    const isNumbered = /^\s*\(?(\d+|[a-z]{1,2}|[ivxlc]+)[.)]/i.test(ignored?.textContent ?? "");
    items.push({ element: node, level: Number(found[1]), tag: isNumbered ? "ol" : "ul" });
  }
  return items;
}

function nested(items, marks) {
  let made = "";
  for (let at = 0; at < items.length; ) {
    const { level, tag } = items[at];
    made += `<${tag}>`;
    while (at < items.length && items[at].level === level && items[at].tag === tag) {
      const after = items.findIndex((item, place) => place > at && item.level <= level);
      const end = after < 0 ? items.length : after;
      made += `<li>${paragraph(inline(items[at].element.childNodes, marks))}${nested(items.slice(at + 1, end), marks)}</li>`;
      at = end;
    }
    made += `</${tag}>`;
  }
  return made;
}

function cleaned(html) {
  if (html.includes("data-pm-slice")) return html;
  const body = parsed(html);
  return holdsBlocks(body) && [...body.childNodes].some(holdsBlocks)
    ? blocks(body, { bold: false, italic: false })
    : inline(body.childNodes, { bold: false, italic: false });
}

/* Word adds a picture of the words themselves, which nobody misses. */
function hasPicture(data) {
  const isFile = [...data.files].some((file) => file.type.startsWith("image/"));
  return /<img\b/i.test(data.getData("text/html")) || (isFile && !hasWords(data));
}

function hasWords(data) {
  return Boolean(data.getData("text/plain").trim() || parsed(data.getData("text/html")).textContent.trim());
}

function explain(view) {
  const frame = view.dom.closest(".prose-editor");
  const note = frame.parentElement.querySelector(".editor-note") ?? document.createElement("p");
  note.className = "editor-note";
  note.setAttribute("role", "alert");
  note.textContent = document.querySelector("#figures-group") ? `${REFUSED} ${FIGURES}` : REFUSED;
  frame.after(note);
}

function take(view, event, data) {
  const isRefused = Boolean(data) && hasPicture(data);
  if (isRefused) explain(view);
  if (!isRefused || hasWords(data)) return false;
  event.preventDefault();
  return true;
}

document.addEventListener("prose-editor:ready", ({ detail: { editor } }) => {
  editor.setOptions({
    editorProps: {
      ...editor.options.editorProps,
      transformPastedHTML: cleaned,
      handlePaste: (view, event) => take(view, event, event.clipboardData),
      handleDrop: (view, event) => take(view, event, event.dataTransfer),
    },
  });
});
