// Shows the newest pictures of a leaflet's pages, or what is wrong with it.
"use strict";

const $ = (id) => document.getElementById(id);
const leaflet = location.pathname.slice(1); // empty: whichever was changed last
let shown = null;
let shownText = null;

function text(tag, words, name) {
  const element = document.createElement(tag);
  element.textContent = words;
  if (name) element.className = name;
  return element;
}

function problem(found) {
  const box = text("article", "", "problem " + found.severity);
  box.append(text("h2", `${found.severity}: ${found.message}`));
  if (found.place) box.append(text("p", found.place, "place"));
  if (found.hint) box.append(text("p", found.hint));
  return box;
}

async function page(key, number, [width, height]) {
  const image = new Image(width, height);
  image.alt = `Page ${number}`;
  image.src = `/-/pages/${key}/${number}.png`;
  await image.decode().catch(() => {});
  if (key !== shown) return; // another version came in the meantime
  const old = $("pages").children[number - 1];
  if (old) old.replaceWith(image);
  else $("pages").append(image);
}

// The text is there before the pages are set.
function showText(key) {
  shownText = key;
  const old = $("text").firstChild;
  const frame = document.createElement("iframe");
  frame.title = "Text";
  frame.setAttribute("sandbox", "allow-same-origin");
  frame.src = `/-/texts/${key}`;
  if (old) frame.className = "next";
  frame.onload = () => {
    if (old) frame.contentWindow.scrollTo(0, old.contentWindow.scrollY);
    frame.className = "";
    while ($("text").firstChild !== frame) $("text").firstChild.remove();
    document.documentElement.dataset.text = key;
  };
  $("text").append(frame);
}

async function showPages(key, pages) {
  while ($("pages").children.length > pages.length) $("pages").lastChild.remove();
  const order = pages.map((size, index) => {
    const box = $("pages").children[index]?.getBoundingClientRect();
    const away = box ? (box.bottom < 0 ? -box.bottom : Math.max(0, box.top)) : 1e6 + index;
    return { size, number: index + 1, away };
  });
  order.sort((one, other) => one.away - other.away); // what is in view comes first
  for (const { size, number } of order) await page(key, number, size);
  if (key === shown) document.documentElement.dataset.pages = key;
}

function show(state) {
  const same = state.key === shown;
  shown = state.key;
  document.title = `${state.title || "Preview"} – Handouts`;
  $("title").textContent = state.title || "Preview";
  $("state").textContent = state.words;
  $("leaflets").replaceChildren(
    new Option("The leaflet changed last", ""),
    ...state.leaflets.map((name) => new Option(name, name)),
  );
  $("leaflets").value = leaflet;
  $("problems").replaceChildren(...state.problems.map(problem));
  // Hidden and not removed, so that the same spot is in view again after the mend.
  $("views").hidden = !state.text;
  if (state.text && state.text !== shownText) showText(state.text);
  if (state.pages.length && !same) showPages(state.key, state.pages);
}

$("leaflets").addEventListener("change", (event) => location.assign("/" + event.target.value));

const events = new EventSource("/-/events/" + leaflet);
events.onmessage = (event) => show(JSON.parse(event.data));
events.onerror = () => {
  $("state").textContent = "The preview has ended. It goes on when handouts watch runs again.";
};
