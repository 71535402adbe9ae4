// What makes the pages quicker to use. Everything can be done without it.
'use strict';

const find = (id) => document.getElementById(id);
const all = (selector) => [...document.querySelectorAll(selector)];
const rules = new Intl.PluralRules(document.documentElement.lang);

const counted = (element, count) => {
  const forms = JSON.parse(element.dataset.forms);
  return (forms[rules.select(count)] || forms.other).replace('{count}', count);
};

const plain = (text) =>
  text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().split(/\s+/).filter(Boolean);

for (const element of all('[data-script]')) element.hidden = false;
if (find('summary')) find('summary').focus();

// The list ----------------------------------------------------------------------------------------

const field = find('find');
if (field) {
  const filter = () => {
    const words = plain(field.value);
    let count = 0;
    for (const leaflet of all('.leaflet')) {
      const shown = words.every((word) => leaflet.dataset.words.includes(word));
      leaflet.hidden = !shown;
      count += shown;
    }
    for (const kind of all('.kind')) kind.hidden = !kind.querySelector('.leaflet:not([hidden])');
    find('found').textContent = words.length
      ? (count ? counted(field, count) : field.dataset.none) : '';
  };
  field.form.addEventListener('submit', (event) => event.preventDefault());
  field.addEventListener('input', filter);
  filter();
}

const order = find('order');
if (order) {
  const ticked = () => all('input[name=leaflet]:checked');
  const tell = () => {
    const boxes = ticked(), chosen = find('chosen'), room = find('room'), cover = find('cover');
    chosen.textContent = boxes.length ? counted(chosen, boxes.length) : chosen.dataset.none;
    const beside = find('who').value.length + find('by').value.length;
    const rooms = boxes.map((box) => {
      const [ruled, line] = box.dataset.room.split(' ').map(Number);
      return ruled || Math.max(0, line - beside);
    });
    if (!room.dataset.plain) room.dataset.plain = room.textContent;
    room.textContent = cover.checked ? room.dataset.cover
      : rooms.length ? counted(room, Math.min(...rooms)) : room.dataset.plain;
    const languages = find('language');
    for (const option of languages ? languages.options : []) {
      option.disabled = !boxes.every((box) => box.dataset.languages.split(' ').includes(option.value));
    }
  };
  order.addEventListener('input', tell);
  order.addEventListener('submit', (event) => {
    const button = order.querySelector('button.main');
    if (button.getAttribute('aria-disabled')) return event.preventDefault(); // clicked twice
    button.setAttribute('aria-disabled', 'true');
    button.dataset.plain = button.textContent;
    button.textContent = button.dataset.wait;
  });
  addEventListener('pageshow', () => { // also when it comes back from the browser's memory
    const button = order.querySelector('button.main');
    button.removeAttribute('aria-disabled');
    if (button.dataset.plain) button.textContent = button.dataset.plain;
    tell();
  });
}

// A job -------------------------------------------------------------------------------------------

const print = find('print');
if (print) {
  print.addEventListener('click', () => {
    const place = find('printing');
    const before = place.querySelector('iframe');
    if (before) return before.contentWindow.print();
    const frame = document.createElement('iframe');
    frame.title = print.dataset.frame;
    // Browsers print only what they show, and a viewer needs a moment after the file is there.
    frame.addEventListener('load', () => setTimeout(() => frame.contentWindow.print(), 300));
    place.hidden = false;
    frame.src = print.dataset.pdf;
    place.append(frame);
    place.scrollIntoView({ block: 'nearest' });
  });
}

const copy = find('copy');
if (copy) {
  copy.addEventListener('click', async () => {
    const text = find('record'), said = find('copied');
    text.select();
    try {
      await navigator.clipboard.writeText(text.value);
      said.textContent = copy.dataset.copied;
    } catch { // on plain HTTP by name there is no clipboard
      said.textContent = document.execCommand('copy') ? copy.dataset.copied : copy.dataset.hand;
    }
  });
}
