/** Captions of the lecture: on until the reader turns them off, and fetched again when the network had failed them. */
import type { Captions as Given } from "./player-data";
import type { Player } from "./player-video";

const KEY = "captions";

interface Added {
  given: Given;
  element: { track: TextTrack };
}

export class Captions {
  private added: Added[] = [];

  constructor(private readonly player: Player) {
    const tracks = player.textTracks() as unknown as EventTarget & Iterable<TextTrack>;
    tracks.addEventListener("change", () => {
      remember(Array.from(tracks).some((track) => track.kind === "captions" && track.mode === "showing"));
    });
    addEventListener("online", () => this.again());
  }

  /** The captions of what is loaded now; those of the source before it have left with it. */
  show(given: Given[]): void {
    this.added = given.map((each, place) => this.add(each, place === 0 && !isOff()));
  }

  /** The network is back: what could not be fetched is asked for once more. */
  private again(): void {
    this.added = this.added.map((each) => {
      const { track } = each.element;
      if (track.cues?.length) return each;
      const isShown = track.mode === "showing";
      this.player.removeRemoteTextTrack(each.element as never);
      return this.add(each.given, isShown);
    });
  }

  private add(given: Given, isShown: boolean): Added {
    const wanted = { kind: "captions", src: given.url, srclang: given.language, label: given.label } as const;
    const element = this.player.addRemoteTextTrack(wanted, false) as unknown as Added["element"];
    if (isShown) element.track.mode = "showing";
    return { given, element };
  }
}

/** The reader's choice, kept on this device; without storage it lasts as long as the page. */
function remember(isOn: boolean): void {
  try {
    localStorage.setItem(KEY, isOn ? "on" : "off");
  } catch {
    // Nothing to keep it in.
  }
}

function isOff(): boolean {
  try {
    return localStorage.getItem(KEY) === "off";
  } catch {
    return false;
  }
}
