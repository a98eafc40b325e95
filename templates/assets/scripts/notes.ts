/** Notes beside the lecture: the button and the key n take the current second; a note leads back to its own. */

function video(): HTMLVideoElement | null {
  return document.querySelector<HTMLVideoElement>("#video-frame video");
}

function placeOf(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && Boolean(target.closest("input, textarea, select, [contenteditable], dialog"));
}

/** Open the form at the current second; what was already being written stays, at its own second. */
function begin(): void {
  const form = document.getElementById("note-form");
  const text = form?.querySelector("textarea");
  const player = video();
  if (!(form instanceof HTMLFormElement) || !(text instanceof HTMLTextAreaElement) || !player) return;
  if (form.hidden || !text.value) {
    const milliseconds = Math.round(player.currentTime * 1000);
    const field = form.querySelector<HTMLInputElement>("[name=position_ms]");
    const place = document.getElementById("note-place");
    if (field) field.value = String(milliseconds);
    if (place) place.textContent = placeOf(milliseconds);
  }
  show(form, true);
  text.focus();
}

function show(form: HTMLElement, isOpen: boolean): void {
  form.hidden = !isOpen;
  document.getElementById("note-new")?.setAttribute("aria-expanded", String(isOpen));
}

function cancel(): void {
  const form = document.getElementById("note-form");
  if (!(form instanceof HTMLFormElement)) return;
  form.reset();
  show(form, false);
  document.getElementById("note-new")?.focus();
}

// The panel is swapped when a note is saved: listening at the document outlives that.
document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  if (event.target.closest("#note-new")) begin();
  if (event.target.closest("#note-cancel")) cancel();
  const place = event.target.closest<HTMLElement>("[data-note-ms]");
  const player = video();
  if (place && player) {
    event.preventDefault();
    player.currentTime = Number(place.dataset["noteMs"]) / 1000;
    document.getElementById("video-frame")?.scrollIntoView({ block: "nearest" });
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target instanceof Element && event.target.closest("#note-form")) cancel();
  if (event.key.toLowerCase() !== "n" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  event.preventDefault();
  begin();
});
