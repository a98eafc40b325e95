/** Plays a packaged recording on its page in the admin; the player is fetched only where there is one to play. */

async function play(video: HTMLVideoElement): Promise<void> {
  const { playlist, captions, captionsLabel } = video.dataset;
  if (!playlist || video.dataset["started"]) return;
  video.dataset["started"] = "yes";
  const [{ default: videojs }, { chinese }] = await Promise.all([
    import("video.js"),
    import("./player-chinese"),
    import("video.js/dist/video-js.css"),
  ]);
  videojs.addLanguage("zh-CN", chinese);
  const player = videojs(video, {
    language: "zh-CN",
    fluid: true,
    preload: "none",
    sources: [{ src: playlist, type: "application/vnd.apple.mpegurl" }],
    // The same engine for every browser that has MSE, as on the watch page.
    html5: { vhs: { overrideNative: !videojs.browser.IS_ANY_SAFARI } },
  });
  if (captions) {
    player.addRemoteTextTrack(
      { kind: "captions", src: captions, srclang: "zh-Hans", label: captionsLabel ?? "", default: true },
      false,
    );
  }
}

function startAll(): void {
  document.querySelectorAll<HTMLVideoElement>("video[data-preview]").forEach((video) => void play(video));
}

/** Start the previews of this page, also those that arrive when packaging has ended. */
export function watchPreviews(): void {
  startAll();
  document.addEventListener("htmx:after:swap", startAll);
}
