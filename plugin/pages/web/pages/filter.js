// The search field of a long page: shows the parts that hold every word, by their text and their anchors.

const field = document.getElementById('filter');

if (field instanceof HTMLInputElement) {
  const parts = [...document.querySelectorAll('[data-filter]')].map((element) => ({
    element,
    text: (element.textContent + ' ' + [...element.querySelectorAll('[id]')].map((each) => each.id).join(' ')).toLowerCase(),
  }));
  const matches = document.getElementById('matches');

  const filter = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { element, text } of parts) {
      const fits = words.every((word) => text.includes(word));
      element.hidden = !fits;
      if (fits) shown += 1;
    }
    for (const section of document.querySelectorAll('main section:not([data-filter])')) {
      section.hidden = words.length > 0 && !section.querySelector('[data-filter]:not([hidden])');
    }
    matches.textContent = words.length === 0 ? '' : `${shown} of ${parts.length} entries hold this`;
  };

  // A link to a part that is filtered away shows everything again.
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target || !target.closest('[hidden]')) return;
    field.value = '';
    filter();
    target.scrollIntoView();
  };

  field.closest('search').hidden = false;
  field.addEventListener('input', filter);
  window.addEventListener('hashchange', reveal);
}
