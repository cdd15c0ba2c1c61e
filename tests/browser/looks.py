"""What every page must be like, whoever looks and however wide: each check gives sentences about what is wrong, none when all is well."""

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page

from tests.browser.provide import axe_source

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FEW_ROWS = "{exclude: [['tbody tr:nth-child(n+9)']]}"  # one loop writes all rows of a table; the other checks see them all
# Nothing to preload: no page has sound or film, and the one rule that reads style sheets is an experiment of axe's, switched off.
AXE = "axe.run(" + FEW_ROWS + ", {runOnly: {type: 'tag', values: %s}, resultTypes: ['violations'], preload: false, rules: %s})"
IN_GREY = "{'color-contrast': {enabled: false}}"  # half of what axe does: colours do not change with the width, so the wide page says it
# What a page is made of, without its words: elements in their order, with all that gives them a look, a role or a name. Brothers that
# are made alike count once, as do rows, and in a list it does not matter which comes first.
SHAPE = r"""() => {
  const told = ['class', 'role', 'type', 'scope', 'lang', 'dir', 'autocomplete', 'inputmode', 'tabindex', 'http-equiv', 'aria-hidden',
    'aria-live', 'aria-current', 'aria-invalid', 'aria-expanded', 'aria-required', 'aria-sort'];
  const there = ['href', 'alt', 'title', 'for', 'aria-label', 'aria-labelledby', 'aria-describedby', 'disabled', 'required',
    'readonly', 'open', 'hidden', 'placeholder', 'multiple', 'colspan', 'rowspan'];
  const unordered = 'ul, ol, dl, tbody, select, datalist', named = 'nav, section, aside, form, [role=region], [role=group]';
  const name = (node) => node.getAttribute('aria-label') ??
    (node.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
  const names = [...document.querySelectorAll(named)].map(name);
  const shape = (node) => {
    const inside = [...new Set([...node.children].map(shape))], words = [node.localName];
    for (const one of told) if (node.hasAttribute(one)) words.push(`${one}=${node.getAttribute(one)}`);
    for (const one of there) if (node.hasAttribute(one)) words.push(node.getAttribute(one).trim() ? one : `${one} empty`);
    if ([...node.childNodes].some((one) => one.nodeType === Node.TEXT_NODE && one.data.trim())) words.push('says');
    if (node.matches(named) && names.filter((one) => one === name(node)).length > 1) words.push('has a namesake');
    if (node.clientWidth && node.scrollWidth > node.clientWidth + 1) words.push('scrolls');
    return `<${words.join(' ')} ${(node.matches(unordered) ? inside.sort() : inside).join('')}>`;
  };
  return shape(document.documentElement);
}"""
STRUCTURE = r"""() => {
  const wrong = [], all = (words) => [...document.querySelectorAll(words)], say = (text) => wrong.push(text);
  const seen = (node) => node.checkVisibility() && node.getBoundingClientRect().width > 1;
  if (document.documentElement.lang !== 'nl') say('the page does not say that it is Dutch');
  if (!/^.+ · (Schakel|inlogdienst van de demo)$/.test(document.title)) say(`odd title: ${document.title}`);
  const isWrong = all('.problems, [aria-invalid="true"]').length > 0;
  if (isWrong !== document.title.startsWith('Fout: ')) say(`title and errors disagree: ${document.title}`);
  const levels = all('h1, h2, h3, h4, h5, h6').map((node) => Number(node.tagName[1]));
  if (levels.filter((level) => level === 1).length !== 1 || levels[0] !== 1) say(`headings begin with ${levels}`);
  levels.forEach((level, at) => { if (at && level > levels[at - 1] + 1) say(`heading ${at} skips a level: ${levels}`); });
  for (const [words, number] of [['main', 1], ['body > header', 1]])
    if (all(words).length !== number) say(`${all(words).length} times ${words}`);
  for (const nav of all('nav')) if (!nav.getAttribute('aria-label')) say('a nav without a name');
  for (const table of all('table')) {
    if (!table.caption || !table.caption.textContent.trim()) say('a table without caption');
    if (!table.querySelector('tbody th[scope="row"]')) say(`a table without row headers: ${table.caption?.textContent}`);
    if (table.querySelector('th:not([scope])')) say(`a header without scope: ${table.caption?.textContent}`);
    for (const head of table.querySelectorAll('th')) if (!head.textContent.trim()) say(`an empty header: ${table.caption?.textContent}`);
  }
  const ids = all('[id]').map((node) => node.id);
  for (const id of ids.filter((id, at) => ids.indexOf(id) !== at)) say(`two things are called ${id}`);
  for (const node of all('[aria-describedby], [aria-labelledby]'))
    for (const id of `${node.getAttribute('aria-describedby') ?? ''} ${node.getAttribute('aria-labelledby') ?? ''}`.split(' '))
      if (id && !document.getElementById(id)) say(`${id} describes, but is not there`);
  const places = {};
  for (const link of all('a[href]').filter(seen)) {
    const name = (link.getAttribute('aria-label') ?? link.innerText).replace(/\s+/g, ' ').trim();
    (places[name] ??= new Set()).add(link.getAttribute('href'));
    if (link.getAttribute('href').startsWith('#') && !document.getElementById(link.hash.slice(1))) say(`${link.hash} leads nowhere`);
  }
  for (const [name, there] of Object.entries(places)) if (there.size > 1) say(`'${name}' leads to ${[...there]}`);
  for (const field of all('input:not([type=hidden]), select, textarea'))
    if (!field.labels.length) say(`a field without label: ${field.name}`);
  for (const node of all('.error-text')) if (!all(`[aria-describedby~="${node.id}"]`).length) say(`${node.id} belongs to no field`);
  return wrong;
}"""
INLINE = r"""() => {
  const found = [...document.querySelectorAll('[style], style, script:not([src]), iframe, object, embed, base')];
  const handlers = [...document.querySelectorAll('*')].filter((node) => [...node.attributes].some((one) => one.name.startsWith('on')));
  const odd = [...document.querySelectorAll('[href], [src], [action]')].filter((node) =>
    /^\s*(javascript|data|vbscript):/i.test(node.getAttribute('href') ?? node.getAttribute('src') ?? node.getAttribute('action')));
  return [...found, ...handlers, ...odd].map((node) => node.outerHTML.slice(0, 160));
}"""
REFLOW = r"""() => {
  const wrong = [], wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > wide) wrong.push(`the page is ${document.documentElement.scrollWidth} wide`);
  for (const node of document.querySelectorAll('main *, header *, nav *, footer *')) {
    if (node.closest('.table-box, .visually-hidden, .aloud, .skip') && !node.matches('.table-box')) continue;
    const box = node.getBoundingClientRect();
    if (box.width && (box.right > wide + 1 || box.left < -1))
      wrong.push(`sticks out: ${node.outerHTML.slice(0, 120)}`);
  }
  for (const cell of document.querySelectorAll('.as-cards td, .as-cards th, dd, dt, li, p, h1, h2, h3, button, .button, label'))
    if (cell.clientWidth && cell.scrollWidth > cell.clientWidth + 1 && !cell.closest('thead') &&
        getComputedStyle(cell).display !== 'inline')
      wrong.push(`does not fit (${cell.scrollWidth} in ${cell.clientWidth}): ${cell.outerHTML.slice(0, 120)}`);
  for (const cell of document.querySelectorAll('dl dd, dl dt'))
    if (cell.getBoundingClientRect().right > cell.closest('dl').getBoundingClientRect().right + 1)
      wrong.push(`sticks out of its list: ${cell.outerHTML.slice(0, 120)}`);
  return wrong.slice(0, 8);
}"""
TARGETS = r"""() => [...document.querySelectorAll('button, input:not([type=hidden]), select, textarea, summary, .button, nav a, th a')]
  .filter((node) => node.checkVisibility())
  .map((node) => [node.getBoundingClientRect(), node])
  .filter(([box]) => box.width < 24 || box.height < 24)
  .map(([box, node]) => `only ${box.width.toFixed(1)} by ${box.height.toFixed(1)}: ${node.outerHTML.slice(0, 120)}`).slice(0, 5)"""
STOP = r"""() => {
  const node = document.activeElement, box = node.getBoundingClientRect(), style = getComputedStyle(node);
  if (node === document.body) return [];
  const x = box.left + Math.min(box.width / 2, 40), y = Math.max(box.top, 0) + Math.min(box.height / 2, 12);
  const above = document.elementFromPoint(x, y), ours = (one) => one.contains(above), html = node.outerHTML.split('\n')[0].slice(0, 90);
  const wrong = [];
  if (!(box.bottom > 0 && box.top < innerHeight && box.width > 0 && box.height > 0)) wrong.push(`focus out of sight: ${html}`);
  else if (!above || !(ours(node) || above.contains(node) || [...(node.labels ?? [])].some(ours)))
    wrong.push(`focus under something else: ${html}`);
  if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) wrong.push(`focus without a ring: ${html}`);
  return wrong;
}"""
SETTLED = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 250)))"
HEAD = "() => [...document.querySelectorAll('body > :not(main, main ~ *)')]"
HEAD_SAYS = f"() => ({HEAD})().map((one) => one.innerText).join()"
PAST_HEAD = f"""() => ({HEAD})().flatMap((one) => [one, ...one.querySelectorAll('a[href], button, summary')])
  .filter((one) => one.tabIndex === 0 && one.checkVisibility()).at(-1)?.focus()"""
ROUND = """() => {
  const passed = (globalThis.passed ??= []), node = document.activeElement;
  if (node === document.body || (passed.includes(node) && passed.at(-1) !== node)) return true;
  passed.push(node);
  return false;
}"""
NEXT_STOP = f"() => ({ROUND})() ? null : ({STOP})()"
MOST_STOPS = 50  # beyond that, rows of one table repeat each other


def axe(page: Page, *, with_colours: bool = True) -> list[str]:
    """What axe finds."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(axe_source())
    found: dict[str, Any] = page.evaluate(AXE % (RULES, "{}" if with_colours else IN_GREY))
    return [f"axe {one['id']}: {one['help']}: {[node['html'][:120] for node in one['nodes']][:4]}" for one in found["violations"]]


def structure(page: Page) -> list[str]:
    """Language, title, headings, landmarks, tables, names of links, and references that hold; nothing inline."""
    return [*page.evaluate(STRUCTURE), *(f"inline: {one}" for one in page.evaluate(INLINE))]


def fit(page: Page) -> list[str]:
    """Nothing sticks out sideways at this width, no text is cut off, and every control can be hit."""
    return [*page.evaluate(REFLOW), *page.evaluate(TARGETS)]


def fit_enlarged(page: Page) -> list[str]:
    """Nothing sticks out when only the letters are twice as large (WCAG 1.4.4)."""
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    found = page.evaluate(REFLOW)
    page.evaluate("document.documentElement.style.removeProperty('font-size')")
    return [f"at 200 %: {one}" for one in found]


def shape(page: Page) -> str:
    """What the page is made of at this width, as far as its words and the values of its attributes do not matter to axe."""
    made_of: str = page.evaluate(SHAPE)
    return made_of


def stops(page: Page, *, heads: set[str]) -> Iterator[str]:
    """
    Walk the page with Tab, once round: whatever gets the focus shows it, stands in the window, and nothing lies over it.

    A head that was walked before, for it says the same as one of these, is passed over.
    """
    head: str = page.evaluate(HEAD_SAYS)
    if head in heads:
        page.evaluate(PAST_HEAD)
    heads.add(head)
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        found = page.evaluate(NEXT_STOP)
        if found is None:
            return
        if found:
            page.evaluate(SETTLED)  # a busy machine scrolls and paints a moment after the key
            yield from page.evaluate(STOP)
