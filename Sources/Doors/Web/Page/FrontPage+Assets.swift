extension FrontPage {
  static let style = """
    :root { color-scheme: light dark; --ink: #1b2228; --paper: #fbfbfa; --line: #c9cfd4; --accent: #0b5c8a; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #e4e8eb; --paper: #14181b; --line: #3a434a; --accent: #7cc4ee; }
    }
    body { margin: 0 auto; padding: 2rem 1rem; max-width: 46rem; font: 1rem/1.5 system-ui, sans-serif;
      color: var(--ink); background: var(--paper); }
    h1 { margin: 0; font-size: 1.75rem; }
    h2 { font-size: 1.125rem; margin: 1.5rem 0 0.5rem; }
    a { color: var(--accent); }
    .clearance { font-weight: 600; border-inline-start: 0.25rem solid var(--accent); padding-inline-start: 0.75rem; }
    form { border: 1px solid var(--line); border-radius: 0.5rem; padding: 0 1rem 1rem; max-width: 22rem; }
    label { display: block; margin-bottom: 0.75rem; }
    input { display: block; box-sizing: border-box; width: 100%; padding: 0.5rem; font: inherit; }
    button { padding: 0.5rem 1rem; font: inherit; }
    :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
    table { border-collapse: collapse; width: 100%; }
    th, td { text-align: start; padding: 0.25rem 0.5rem; border-bottom: 1px solid var(--line); }
    .number, th:nth-child(n + 3) { text-align: end; font-variant-numeric: tabular-nums; }

    """

  static let script = """
    // @ts-check
    /** Signs in and out; everything else on the page is plain HTML. */

    const form = document.querySelector('#sign-in');
    if (form instanceof HTMLFormElement) {
      form.addEventListener('submit', async (event) => {
        event.preventDefault();
        const data = new FormData(form);
        const answer = await fetch('/api/v1/session', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ name: data.get('name'), password: data.get('password') }),
        });
        if (answer.ok) return location.reload();
        const message = document.querySelector('#message');
        if (message) message.textContent = (await answer.json()).detail;
      });
    }

    document.querySelector('#sign-out')?.addEventListener('click', async () => {
      await fetch('/api/v1/session', { method: 'DELETE' });
      location.reload();
    });

    """
}
