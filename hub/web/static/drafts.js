// Keeps what is typed at an item until it is saved: in this tab alone, and gone after saving or signing out. Pages work without it.
(() => {
  const PREFIX = 'schakel-concept:';
  const SENT = 'schakel-verstuurd';
  const store = window.sessionStorage;
  const said = (form) => Object.fromEntries(
    [...form.elements].filter((one) => one.matches('textarea, input[type=text], input[type=date], select')).map((one) => [one.name, one.value]),
  );
  const forget = () => Object.keys(store).filter((key) => key.startsWith(PREFIX)).forEach((key) => store.removeItem(key));

  document.querySelector('form[action="/afmelden"]')?.addEventListener('submit', () => {
    forget();
    store.removeItem(SENT);
  });
  if (new URLSearchParams(window.location.search).has('gedaan') && store.getItem(SENT)) store.removeItem(store.getItem(SENT));
  store.removeItem(SENT);

  const isAnswer = document.querySelector('.problems') !== null;
  document.querySelectorAll('form[data-draft]').forEach((form) => {
    const key = PREFIX + form.dataset.draft;
    const version = form.elements.version;
    const before = JSON.stringify(said(form));
    const kept = store.getItem(key);
    if (kept && !isAnswer) {
      const draft = JSON.parse(kept);
      if (JSON.stringify(draft.said) !== before) {
        Object.entries(draft.said).forEach(([name, value]) => { form.elements[name].value = value; });
        // On its old version: when somebody saved meanwhile, saving shows both texts.
        if (version && draft.version) version.value = draft.version;
        const note = document.createElement('p');
        note.className = 'hint';
        note.setAttribute('role', 'status');
        note.textContent = 'Hier staat tekst die u nog niet bewaarde.';
        form.prepend(note);
        if (form.parentElement.tagName === 'DETAILS') form.parentElement.open = true;
      }
    }
    form.addEventListener('input', () => store.setItem(key, JSON.stringify({ version: version?.value, said: said(form) })));
    form.addEventListener('submit', () => store.setItem(SENT, key));
  });
})();
