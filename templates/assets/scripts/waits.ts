/** A button that may be pressed again after some seconds: it waits, and says how long. */

export function watchWaits(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-wait-seconds]")) {
    const note = button.form?.querySelector<HTMLElement>("[data-wait-note]");
    const shown = button.form?.querySelector<HTMLElement>("[data-wait-left]");
    const until = Date.now() + Number(button.dataset["waitSeconds"]) * 1000;
    button.disabled = true;
    const timer = setInterval(() => {
      const left = Math.ceil((until - Date.now()) / 1000);
      if (shown) shown.textContent = String(Math.max(left, 0));
      if (left > 0) return;
      clearInterval(timer);
      button.disabled = false;
      if (note) note.hidden = true;
    }, 1000);
  }
}
