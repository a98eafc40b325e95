/** The video.js player as this product has it: HLS through its own engine, captions, rates that can earn. */
import videojs from "video.js";
import { Captions } from "./player-captions";
import { chinese } from "./player-chinese";
import type { Source } from "./player-data";

export type Player = ReturnType<typeof videojs>;

const SMALL_PICTURE = 300;
const HLS = "application/vnd.apple.mpegurl";

/** `hasSmallWindow`: the policy lets minutes in picture-in-picture count, so the button is there. */
export function makePlayer(element: HTMLVideoElement, source: Source, hasSmallWindow: boolean): Player {
  videojs.addLanguage("zh-CN", chinese);
  const player = videojs(element, {
    language: "zh-CN",
    fill: true,
    controls: true,
    playbackRates: [0.75, 1, 1.25, 1.5],
    userActions: { hotkeys: true },
    disablePictureInPicture: !hasSmallWindow,
    controlBar: { pictureInPictureToggle: hasSmallWindow, skipButtons: { forward: 10, backward: 10 } },
    html5: {
      // Chromium answers "maybe" for HLS and then plays it poorly; only Safari's own engine is left alone.
      vhs: { overrideNative: !videojs.browser.IS_ANY_SAFARI },
      nativeAudioTracks: videojs.browser.IS_ANY_SAFARI,
      nativeVideoTracks: videojs.browser.IS_ANY_SAFARI,
      nativeTextTracks: false,
    },
  });
  load(player, source);
  player.ready(() => enlargeCaptions(player));
  return player;
}

/** Captions are a twentieth of the picture's height: too small on a phone held upright. */
function enlargeCaptions(player: Player): void {
  if (player.currentHeight() >= SMALL_PICTURE) return;
  const settings = player.getChild("textTrackSettings") as unknown as {
    setValues(values: { fontPercent: number }): void;
  } | null;
  settings?.setValues({ fontPercent: 1.5 });
}

/** Point the player at these addresses; it stays where it is in the recording if it was playing already. */
export function load(player: Player, source: Source, atSeconds = 0, byEar = false): void {
  player.poster(source.poster_url);
  void player.audioPosterMode(byEar);
  player.src({ src: (byEar && source.audio_url) || source.playlist_url, type: HLS });
  player.one("loadedmetadata", () => {
    if (atSeconds > 0) player.currentTime(atSeconds);
    captionsOf(player).show(source.captions);
  });
}

const captions = new WeakMap<Player, Captions>();

function captionsOf(player: Player): Captions {
  const found = captions.get(player) ?? new Captions(player);
  captions.set(player, found);
  return found;
}
