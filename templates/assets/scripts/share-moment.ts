/** The address of this second of the lecture, to copy and send. */

/** Fills the field beside the button before the button's own copying reads it. */
export function watchSharing(): void {
  const button = document.getElementById("share-moment");
  const field = document.getElementById("share-moment-address");
  if (!button || !(field instanceof HTMLInputElement)) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const seconds = Math.floor(document.querySelector<HTMLVideoElement>("#video-frame video")?.currentTime ?? 0);
    const address = new URL(location.pathname, location.origin);
    if (seconds > 0) address.searchParams.set("t", String(seconds));
    field.value = address.href;
    field.hidden = false;
  });
}
