// Warns two minutes before the session ends, with one button that goes on. Pages work without this script.
(() => {
  const meta = document.querySelector('meta[name="schakel-session-seconds"]');
  if (!meta) return;
  const seconds = Number(meta.content);
  const WARNING = 120;
  let timer = 0;

  const build = (tag, text) => {
    const node = document.createElement(tag);
    node.textContent = text;
    return node;
  };
  const wait = (left) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(warn, Math.max(left - WARNING, 1) * 1000);
  };
  const goOn = async (box) => {
    const answer = await fetch('/', { method: 'HEAD', credentials: 'same-origin', redirect: 'manual' });
    box.remove();
    if (answer.ok) wait(seconds);
    else window.location.reload();
  };
  const warn = () => {
    const box = document.createElement('section');
    box.className = 'session-end';
    box.setAttribute('role', 'alertdialog');
    box.setAttribute('aria-label', 'Uw sessie loopt af');
    const button = build('button', 'Aangemeld blijven');
    button.type = 'button';
    button.addEventListener('click', () => goOn(box));
    box.append(build('p', 'Over 2 minuten meldt Schakel u af, omdat u een tijd niets deed. Wat u nog niet bewaarde, gaat dan verloren.'), button);
    document.body.append(box);
    button.focus();
  };
  wait(seconds);
})();
