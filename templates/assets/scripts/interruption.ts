/**
 * Stops a lecture and asks: pauses, leaves full screen and picture-in-picture, shows a dialog over the player and
 * waits. Presence checks and questions that stand at a second of a lecture both come through here, one at a time.
 *
 *   const stops = new Interruptions(player);
 *   const choice = await stops.ask<string>((dialog, done) => { …fill dialog.body; call done(value)… });
 *
 * The dialog is an alertdialog that only `done` closes: Escape does not, the page behind it cannot be reached, and
 * the focus goes back to where it was. The lecture plays on afterwards if it was playing before.
 */

/** What of a video.js player is needed here. */
export interface Stoppable {
  play(): Promise<void> | undefined;
  pause(): void;
  paused(): boolean;
  isFullscreen(): boolean | undefined;
  exitFullscreen(): unknown;
  on(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
}

/** The parts of the one dialog that a question fills; they are empty when it is asked. */
export interface QuestionDialog {
  title: HTMLElement;
  text: HTMLElement;
  body: HTMLElement;
  actions: HTMLElement;
}

type Fill<T> = (dialog: QuestionDialog, done: (value: T) => void) => void;

export class Interruptions {
  private last: Promise<unknown> = Promise.resolve();
  private isAsking = false;

  constructor(private readonly player: Stoppable) {}

  /** Whether a question stands over the player now. */
  get isOpen(): boolean {
    return this.isAsking;
  }

  /**
   * Ask, after whatever is being asked already. `fill` writes the question into the dialog and calls `done` with
   * the answer; the promise gives that answer. `playOn` false leaves the lecture paused.
   */
  ask<T>(fill: Fill<T>, { playOn = true } = {}): Promise<T> {
    const asked = this.last.then(() => this.askNow(fill, playOn));
    this.last = asked.catch(() => undefined);
    return asked;
  }

  private async askNow<T>(fill: Fill<T>, playOn: boolean): Promise<T> {
    const element = document.getElementById("interruption");
    if (!(element instanceof HTMLDialogElement)) throw new Error("the page has no dialog for questions");
    this.isAsking = true;
    const wasPlaying = !this.player.paused();
    const hold = (): void => this.player.pause();
    hold();
    // Media keys, a headset or another script may press play while the question waits.
    this.player.on("play", hold);
    await leaveOverlays(this.player);
    try {
      return await show(element, fill);
    } finally {
      this.player.off("play", hold);
      this.isAsking = false;
      if (playOn && wasPlaying) void this.player.play()?.catch(() => undefined);
    }
  }
}

/** In-app browsers and phones draw a full screen or a small window above any page: leave both first. */
async function leaveOverlays(player: Stoppable): Promise<void> {
  try {
    if (player.isFullscreen()) await player.exitFullscreen();
    if (document.fullscreenElement) await document.exitFullscreen();
    if (document.pictureInPictureElement) await document.exitPictureInPicture();
  } catch {
    // Already left, or the browser did it by itself.
  }
  for (const video of document.querySelectorAll<HTMLVideoElement & { webkitExitFullscreen?(): void }>("video")) {
    video.webkitExitFullscreen?.();
  }
}

function show<T>(element: HTMLDialogElement, fill: Fill<T>): Promise<T> {
  const part = (name: string): HTMLElement => {
    const found = element.querySelector<HTMLElement>(`[data-part="${name}"]`);
    if (!found) throw new Error(`the dialog has no ${name}`);
    found.replaceChildren();
    return found;
  };
  const dialog = { title: part("title"), text: part("text"), body: part("body"), actions: part("actions") };
  const before = document.activeElement;
  return new Promise((resolve) => {
    let isDone = false;
    const stay = (event: Event): void => event.preventDefault();
    // Browsers close a dialog at the second Escape whatever its page says: it is opened again at once.
    const reopen = (): void => {
      if (!isDone) element.showModal();
    };
    element.addEventListener("cancel", stay);
    element.addEventListener("close", reopen);
    fill(dialog, (value) => {
      if (isDone) return;
      isDone = true;
      element.close();
      element.removeEventListener("cancel", stay);
      element.removeEventListener("close", reopen);
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
      resolve(value);
    });
    if (!isDone) element.showModal();
  });
}
