/** The player's Chinese: video.js's own, and what it leaves in English. */
import theirs from "video.js/dist/lang/zh-CN.json";
import ours from "./player-chinese.json";

export const chinese = { ...theirs, ...ours };
